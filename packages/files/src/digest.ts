// Digests of file contents, streaming, by the names that FileSets use.
import { createHash, type Hash } from 'node:crypto'
import { createRequire } from 'node:module'
import { type DigestName, STREAM } from '@coffer/core'
import type { IHasher } from 'hash-wasm'

export interface Digest {
  readonly name: DigestName
  /** Stream of its record. */
  readonly stream: number
  update(bytes: Uint8Array): void
  /** The value; the object is of no use afterwards. */
  finish(): Buffer
}

const CRYPTO: Readonly<Record<Exclude<DigestName, 'XXH128'>, readonly [string, number]>> = {
  MD5: ['md5', STREAM.md5],
  SHA1: ['sha1', STREAM.sha1],
  SHA256: ['sha256', STREAM.sha256],
  SHA512: ['sha512', STREAM.sha512],
}

export function createDigest(name: DigestName): Digest {
  if (name === 'XXH128') return new Xxh128()
  const [algorithm, stream] = CRYPTO[name]
  return new CryptoDigest(name, stream, createHash(algorithm))
}

export function isDigestName(word: string): word is DigestName {
  return word === 'XXH128' || Object.hasOwn(CRYPTO, word)
}

class CryptoDigest implements Digest {
  readonly name: DigestName
  readonly stream: number
  readonly #hash: Hash

  constructor(name: DigestName, stream: number, hash: Hash) {
    this.name = name
    this.stream = stream
    this.#hash = hash
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  finish(): Buffer {
    return this.#hash.digest()
  }
}

// Of the package's many digests only this one is loaded: all of them would cost every thread more than a small Job.
const { createXXHash128 } = createRequire(import.meta.url)(
  'hash-wasm/dist/xxhash128.umd.min.js',
) as { readonly createXXHash128: () => Promise<IHasher> }

// One engine serves all: making one is asynchronous, and saving its state when another file comes between is cheap.
const engine = await createXXHash128()

/** Where a digest has come to while the engine works for another one. */
interface Turn {
  saved: Uint8Array | undefined
}
let turn: Turn | undefined

/** XXH3 of 128 bits in its canonical (big endian) form, seed 0. */
class Xxh128 implements Digest {
  readonly name = 'XXH128'
  readonly stream = STREAM.xxh128
  readonly #turn: Turn = { saved: undefined }

  update(bytes: Uint8Array): void {
    takeEngine(this.#turn)
    engine.update(bytes)
  }

  finish(): Buffer {
    takeEngine(this.#turn)
    turn = undefined
    return Buffer.from(engine.digest('binary'))
  }
}

function takeEngine(mine: Turn): void {
  if (turn === mine) return
  if (turn !== undefined) turn.saved = engine.save()
  if (mine.saved === undefined) engine.init()
  else engine.load(mine.saved)
  turn = mine
}

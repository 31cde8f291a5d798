// Digests of file contents, streaming, by the names that FileSets use.
import { createHash, type Hash } from 'node:crypto'
import { type DigestName, STREAM } from '@coffer/core'
import { createXXHash128 } from 'hash-wasm'

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

// One engine serves all: making one is asynchronous, and saving its state when another file comes between is cheap.
const engine = await createXXHash128()
let owner: Xxh128 | undefined

/** XXH3 of 128 bits in its canonical (big endian) form, seed 0. */
class Xxh128 implements Digest {
  readonly name = 'XXH128'
  readonly stream = STREAM.xxh128
  #saved: Uint8Array | undefined

  update(bytes: Uint8Array): void {
    this.#own()
    engine.update(bytes)
  }

  finish(): Buffer {
    this.#own()
    owner = undefined
    return Buffer.from(engine.digest('binary'))
  }

  #own(): void {
    if (owner === this) return
    if (owner !== undefined) owner.#saved = engine.save()
    if (this.#saved === undefined) engine.init()
    else engine.load(this.#saved)
    owner = this
  }
}

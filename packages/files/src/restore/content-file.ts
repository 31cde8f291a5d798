// The content of one file as it is restored: written under a temporary name, holes left out, its digest at hand.
import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { type DigestName, DIGEST_STREAMS } from '@coffer/core'
import { createDigest, type Digest } from '../digest.ts'
import { closeQuietly } from '../system/at.ts'
import { errnoCode } from '../system/errno.ts'

export interface ContentOptions {
  /** Path bytes of the temporary name. */
  readonly path: Buffer
  readonly mode: number
  /** Leave long runs of zeros unwritten, because the file had holes. */
  readonly punch: boolean
  /** The digest that the record at the end will probably be of; computed along the way. */
  readonly expected: DigestName | undefined
}

const HOLE_BYTES = 4096
const ZEROS = Buffer.alloc(256 * 1024)

export class ContentFile {
  readonly fd: number
  /** Bytes that were written to the disk. */
  writtenBytes = 0
  readonly #path: Buffer
  readonly #punch: boolean
  readonly #digest: Digest | undefined
  readonly #digests = new Map<DigestName, Buffer>()
  /** What was put where, in its order: from, to, from, to. The digest of a sparse file leaves its holes out. */
  readonly #extents: number[] = []
  #end = 0

  constructor(options: ContentOptions) {
    this.#path = options.path
    this.#punch = options.punch
    this.#digest = options.expected === undefined ? undefined : createDigest(options.expected)
    this.fd = openFresh(options.path, options.mode)
  }

  /** Bytes that the file has. */
  get sizeBytes(): number {
    return this.#end
  }

  /** Puts data at its place; `at` undefined means behind the last. Throws system errors. */
  write(data: Buffer, at: number = this.#end): void {
    this.#digest?.update(data)
    this.#noteExtent(at, at + data.length)
    if (this.#punch) this.#writeSolid(data, at)
    else this.#writeAll(data, at)
    this.#end = Math.max(this.#end, at + data.length)
  }

  /** Whether the content is that of a digest record. Call after `complete`. */
  matches(stream: number, expected: Uint8Array): boolean {
    const name = DIGEST_STREAMS.get(stream)
    if (name === undefined) return true
    return this.digestOf(name).equals(expected)
  }

  /** The digest of what was put there. Call after `complete`. */
  digestOf(name: DigestName): Buffer {
    const known = this.#digests.get(name)
    if (known !== undefined) return known
    const digest = this.#digest?.name === name ? this.#digest : this.#read(name)
    const value = digest.finish()
    this.#digests.set(name, value)
    return value
  }

  /** Gives the file its length when it ends in a hole. */
  complete(): void {
    if (this.#punch) ftruncateSync(this.fd, this.#end)
  }

  close(): void {
    closeSync(this.fd)
  }

  /** Removes it, never throwing. */
  discard(): void {
    closeQuietly(this.fd)
    try {
      unlinkSync(this.#path)
    } catch {
      // It keeps its temporary name, which says what it is.
    }
  }

  #noteExtent(from: number, to: number): void {
    const last = this.#extents.length - 1
    if (last > 0 && this.#extents[last] === from) this.#extents[last] = to
    else this.#extents.push(from, to)
  }

  #writeSolid(data: Buffer, at: number): void {
    for (let from = 0; from < data.length; ) {
      const isHole = isZeroBlock(data, from)
      let to = from + HOLE_BYTES
      while (to < data.length && isZeroBlock(data, to) === isHole) to += HOLE_BYTES
      if (!isHole) this.#writeAll(data.subarray(from, to), at + from)
      from = to
    }
  }

  #writeAll(data: Buffer, at: number): void {
    for (let from = 0; from < data.length; ) {
      from += writeSync(this.fd, data, from, data.length - from, at + from)
    }
    this.writtenBytes += data.length
  }

  #read(name: DigestName): Digest {
    const digest = createDigest(name)
    const chunk = Buffer.allocUnsafe(256 * 1024)
    for (let i = 0; i < this.#extents.length; i += 2) {
      const to = this.#extents[i + 1]!
      for (let at = this.#extents[i]!; at < to; ) {
        const size = readSync(this.fd, chunk, 0, Math.min(chunk.length, to - at), at)
        if (size === 0) return digest
        digest.update(chunk.subarray(0, size))
        at += size
      }
    }
    return digest
  }
}

function isZeroBlock(data: Buffer, from: number): boolean {
  const to = Math.min(from + HOLE_BYTES, data.length)
  return data[from] === 0 && data.compare(ZEROS, 0, to - from, from, to) === 0
}

function openFresh(path: Buffer, mode: number): number {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  try {
    return openSync(path, flags, mode)
  } catch (error) {
    if (errnoCode(error) !== 'EEXIST') throw error
    // Left by a restore of the same tag that was killed.
    unlinkSync(path)
    return openSync(path, flags, mode)
  }
}

// The content of one open file as data records.
import { readSync } from 'node:fs'
import { COMPRESSED_CHUNK_BYTES, type Digest, type Posix, type RecordPacker } from '@coffer/files'
import type { BatchWriter } from './batch-writer.ts'

export interface ContentSource {
  readonly fileIndex: number
  readonly stream: number
  readonly fd: number
  /** Reading stops here even when the file has grown. */
  readonly sizeBytes: number
  readonly sparse: boolean
  readonly digest: Pick<Digest, 'update'> | undefined
  readonly packer: RecordPacker | undefined
}

export interface ContentTotals {
  /** Bytes read; holes count. Less than the size when the file has shrunk. */
  readonly readBytes: number
  /** Bytes of data in records. */
  readonly storedBytes: number
}

/** Data of one record; sparse ones leave room for their offset. */
export const CHUNK_BYTES = 64 * 1024
const OFFSET_BYTES = 8
const ZEROS = Buffer.alloc(CHUNK_BYTES)

export class ContentReader {
  readonly #writer: BatchWriter
  readonly #posix: Posix | undefined
  readonly #checkCancelled: () => void
  readonly #scratch = Buffer.allocUnsafeSlow(COMPRESSED_CHUNK_BYTES)

  constructor(options: {
    readonly writer: BatchWriter
    readonly posix: Posix | undefined
    readonly checkCancelled: () => void
  }) {
    this.#writer = options.writer
    this.#posix = options.posix
    this.#checkCancelled = options.checkCancelled
  }

  /** Reads to the end. Throws system errors; records so far are written. */
  read(source: ContentSource): ContentTotals {
    if (source.sparse) return this.#readSparse(source)
    return source.packer === undefined
      ? this.#readPlain(source)
      : this.#readPacked(source, source.packer)
  }

  /** Straight from the file into the batch. */
  #readPlain({ fileIndex, stream, fd, sizeBytes, digest }: ContentSource): ContentTotals {
    let at = 0
    while (at < sizeBytes) {
      this.#checkCancelled()
      const window = this.#writer.open(fileIndex, stream, Math.min(CHUNK_BYTES, sizeBytes - at))
      const size = this.#readInto(fd, window, at)
      this.#writer.close(size === 0 ? undefined : size)
      if (size === 0) break
      digest?.update(window.subarray(0, size))
      at += size
    }
    return { readBytes: at, storedBytes: at }
  }

  #readPacked(source: ContentSource, packer: RecordPacker): ContentTotals {
    const { fd, sizeBytes, digest } = source
    let at = 0
    let storedBytes = 0
    while (at < sizeBytes) {
      this.#checkCancelled()
      const chunk = this.#scratch.subarray(0, Math.min(COMPRESSED_CHUNK_BYTES, sizeBytes - at))
      const plain = chunk.subarray(0, this.#readInto(fd, chunk, at))
      if (plain.length === 0) break
      digest?.update(plain)
      const window = this.#writer.open(source.fileIndex, source.stream, packer.bound(plain.length))
      const size = packer.pack(plain, window)
      this.#writer.close(size === 0 ? undefined : size)
      storedBytes += size
      at += plain.length
    }
    return { readBytes: at, storedBytes }
  }

  /**
   * Blocks of zeros are left out, except the last block: it tells readers how long the file is. The digest is that of
   * the blocks that are stored, as in Bareos.
   */
  #readSparse(source: ContentSource): ContentTotals {
    const { fd, sizeBytes } = source
    let at = 0
    let storedBytes = 0
    while (at < sizeBytes) {
      this.#checkCancelled()
      at = this.#skipHole(fd, at, sizeBytes)
      const length = Math.min(CHUNK_BYTES, sizeBytes - at)
      const plain = this.#scratch.subarray(
        0,
        this.#readInto(fd, this.#scratch.subarray(0, length), at),
      )
      if (plain.length === 0) break
      const isLast = at + plain.length >= sizeBytes
      if (isLast || !isZero(plain)) storedBytes += this.#storeBlock(source, plain, at)
      at += plain.length
    }
    return { readBytes: at, storedBytes }
  }

  #storeBlock(source: ContentSource, plain: Buffer, at: number): number {
    const { fileIndex, stream, packer } = source
    source.digest?.update(plain)
    const room = packer === undefined ? plain.length : packer.bound(plain.length)
    const window = this.#writer.open(fileIndex, stream, OFFSET_BYTES + room)
    window.writeBigUInt64BE(BigInt(at), 0)
    const rest = window.subarray(OFFSET_BYTES)
    const size = packer === undefined ? plain.copy(rest) : packer.pack(plain, rest)
    this.#writer.close(OFFSET_BYTES + size)
    return OFFSET_BYTES + size
  }

  /** The start of the next block that may hold data; the last block when only a hole follows. */
  #skipHole(fd: number, at: number, sizeBytes: number): number {
    if (this.#posix === undefined) return at
    const data = this.#posix.seekData(fd, at) ?? sizeBytes - 1
    return Math.max(at, Math.floor(Math.min(data, sizeBytes - 1) / CHUNK_BYTES) * CHUNK_BYTES)
  }

  /** Fills the buffer as far as the file goes. */
  #readInto(fd: number, into: Buffer, at: number): number {
    let size = 0
    while (size < into.length) {
      const got = readSync(fd, into, size, into.length - size, at + size)
      if (got === 0) return size
      size += got
    }
    return size
  }
}

export function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.compare(ZEROS, 0, block.length) === 0
}

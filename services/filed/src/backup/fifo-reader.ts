// What comes out of a fifo, as the content of a file.
import { readSync } from 'node:fs'
import { COMPRESSED_CHUNK_BYTES, type Digest, errnoCode, type RecordPacker } from '@coffer/files'
import type { BatchWriter } from './batch-writer.ts'
import { CHUNK_BYTES, type ContentTotals } from './content-reader.ts'

export interface FifoSource {
  readonly fileIndex: number
  readonly stream: number
  /** Open for reading, not blocking. */
  readonly fd: number
  readonly digest: Pick<Digest, 'update'> | undefined
  readonly packer: RecordPacker | undefined
}

export interface FifoReaderOptions {
  readonly writer: BatchWriter
  /** Throws when the Job was cancelled. */
  readonly checkCancelled: () => void
}

/** How long the first byte may take. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 50
const asleep = new Int32Array(new SharedArrayBuffer(4))

export class FifoReader {
  readonly #options: FifoReaderOptions
  readonly #chunk = Buffer.allocUnsafeSlow(COMPRESSED_CHUNK_BYTES)

  constructor(options: FifoReaderOptions) {
    this.#options = options
  }

  /** Waits until a writer has written something, then calls `begin` and reads to its end. False when nothing came. */
  read(source: FifoSource, begin: () => void): ContentTotals | undefined {
    const limit = source.packer === undefined ? CHUNK_BYTES : COMPRESSED_CHUNK_BYTES
    const room = this.#chunk.subarray(0, limit)
    let readBytes = 0
    let storedBytes = 0
    for (let waitedMs = 0; ; ) {
      this.#options.checkCancelled()
      const size = this.#fill(source.fd, room)
      if (size > 0) {
        if (readBytes === 0) begin()
        storedBytes += this.#store(source, room.subarray(0, size))
        readBytes += size
      } else if (size === 0 && readBytes > 0) {
        return { readBytes, storedBytes }
      } else {
        if (readBytes === 0 && waitedMs >= PATIENCE_MS) return undefined
        Atomics.wait(asleep, 0, 0, PAUSE_MS)
        waitedMs += PAUSE_MS
      }
    }
  }

  /** Bytes that are there now; 0 without a writer, -1 when a writer has nothing yet. */
  #fill(fd: number, into: Buffer): number {
    try {
      return readSync(fd, into, 0, into.length, null)
    } catch (error) {
      if (errnoCode(error) !== 'EAGAIN') throw error
      return -1
    }
  }

  #store({ fileIndex, stream, digest, packer }: FifoSource, plain: Buffer): number {
    const { writer } = this.#options
    digest?.update(plain)
    if (packer === undefined) {
      writer.append(fileIndex, stream, plain)
      return plain.length
    }
    const window = writer.open(fileIndex, stream, packer.bound(plain.length))
    const size = packer.pack(plain, window)
    writer.close(size === 0 ? undefined : size)
    return size
  }
}

// Keeps the records that the Catalog wants until the file they belong to is durable.
import { RecordBatchBuilder, RecordCursor } from '@coffer/core'

/** Size of the pieces in which records travel to the Director. */
const CHUNK_BYTES = 512 * 1024

interface Chunk {
  readonly bytes: Buffer
  readonly lastIndex: number
}

/** Records come in ascending order of FileIndex. */
export class AttributeQueue {
  readonly #chunks: Chunk[] = []
  readonly #builder = new RecordBatchBuilder(CHUNK_BYTES)
  #lastIndex = 0
  #closedBytes = 0

  /** Bytes that wait here. */
  get pendingBytes(): number {
    return this.#closedBytes + this.#builder.usedBytes
  }

  /** Copies the record that the cursor is at. */
  add(cursor: RecordCursor): void {
    if (!this.#builder.fits(cursor.sizeBytes)) this.#closeChunk()
    this.#builder.append(cursor.fileIndex, cursor.stream, cursor.data())
    this.#lastIndex = cursor.fileIndex
  }

  /** Takes out the records of all files below `boundIndex`. */
  take(boundIndex: number): Buffer[] {
    this.#closeChunk()
    const taken: Buffer[] = []
    while (this.#chunks.length > 0) {
      const chunk = this.#chunks[0]
      if (chunk === undefined || this.#isBehind(chunk, boundIndex)) break
      this.#chunks.shift()
      this.#closedBytes -= chunk.bytes.length
      const cut =
        chunk.lastIndex < boundIndex ? chunk.bytes.length : lengthBelow(chunk.bytes, boundIndex)
      taken.push(chunk.bytes.subarray(0, cut))
      if (cut === chunk.bytes.length) continue
      this.#putBack(chunk.bytes.subarray(cut), chunk.lastIndex)
      break
    }
    return taken
  }

  #isBehind(chunk: Chunk, boundIndex: number): boolean {
    return chunk.lastIndex >= boundIndex && lengthBelow(chunk.bytes, boundIndex) === 0
  }

  #putBack(bytes: Buffer, lastIndex: number): void {
    this.#chunks.unshift({ bytes, lastIndex })
    this.#closedBytes += bytes.length
  }

  #closeChunk(): void {
    if (this.#builder.usedBytes === 0) return
    const bytes = this.#builder.take()
    this.#chunks.push({ bytes, lastIndex: this.#lastIndex })
    this.#closedBytes += bytes.length
  }
}

/** The part of the records that belongs to files below `boundIndex`. */
export function recordsBelow(bytes: Buffer, boundIndex: number): Buffer {
  return bytes.subarray(0, lengthBelow(bytes, boundIndex))
}

function lengthBelow(bytes: Buffer, boundIndex: number): number {
  const cursor = new RecordCursor(bytes)
  let length = 0
  while (cursor.next() && cursor.fileIndex < boundIndex) length = cursor.end
  return length
}

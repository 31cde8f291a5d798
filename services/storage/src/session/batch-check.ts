// Looks at every record of a batch before any of it is written: order, sizes, totals, and what the Catalog wants of it.
import {
  CofferError,
  isCatalogStream,
  MAX_BATCH_BYTES,
  MAX_RECORD_BYTES,
  RecordCursor,
} from '@coffer/core'
import type { AttributeQueue } from './attribute-queue.ts'

/** What came so far. `bytes` counts data without headers. */
export interface BatchTotals {
  lastIndex: number
  files: number
  bytes: number
}

/**
 * Checks a batch and gathers the records that the Catalog wants. Throws `record-malformed`, `record-too-large` or
 * `record-order`; then nothing of the batch may be written.
 */
export function checkBatch(batch: Buffer, totals: BatchTotals, attributes: AttributeQueue): void {
  if (batch.length > MAX_BATCH_BYTES) throw tooLarge(`a batch of ${batch.length} bytes`)
  const cursor = new RecordCursor(batch)
  while (cursor.next()) {
    const { fileIndex, stream, sizeBytes } = cursor
    if (sizeBytes > MAX_RECORD_BYTES) throw tooLarge(`a record of ${sizeBytes} bytes`)
    if (fileIndex < 1 || fileIndex < totals.lastIndex || stream < 0) {
      throw new CofferError(
        'record-order',
        `a record of FileIndex ${fileIndex} and stream ${stream} came after FileIndex ${totals.lastIndex}`,
      )
    }
    if (fileIndex > totals.lastIndex) {
      totals.files++
      totals.lastIndex = fileIndex
    }
    totals.bytes += sizeBytes
    if (isCatalogStream(stream)) attributes.add(cursor)
  }
}

function tooLarge(what: string): CofferError {
  return new CofferError('record-too-large', `${what} exceeds the limit`)
}

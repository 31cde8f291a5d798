import { encodeRecords, RecordCursor, recordsOf } from '@coffer/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttributeQueue } from './attribute-queue.ts'

function add(queue: AttributeQueue, fileIndex: number, sizeBytes: number): void {
  const cursor = new RecordCursor(
    encodeRecords([{ fileIndex, stream: 1, data: Buffer.alloc(sizeBytes, fileIndex) }]),
  )
  cursor.next()
  queue.add(cursor)
}

function indexes(chunks: readonly Buffer[]): number[] {
  return chunks.flatMap((chunk) => [...recordsOf(chunk)].map(({ fileIndex }) => fileIndex))
}

describe('AttributeQueue', () => {
  it('gives every record once, in order, and none at or above the bound', () => {
    const steps = fc.array(
      fc.record({ records: fc.nat(4), sizeBytes: fc.nat(200_000), back: fc.nat(3) }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(steps, (given) => {
        const queue = new AttributeQueue()
        const put: number[] = []
        const got: number[] = []
        let fileIndex = 0
        for (const { records, sizeBytes, back } of given) {
          fileIndex++
          for (let n = 0; n < records; n++) {
            add(queue, fileIndex, sizeBytes)
            put.push(fileIndex)
          }
          const bound = fileIndex - back
          const taken = indexes(queue.take(bound))
          expect(taken.every((index) => index < bound)).toBe(true)
          got.push(...taken)
          expect(got).toEqual(put.filter((index) => index < Math.max(bound, (got.at(-1) ?? 0) + 1)))
        }
        got.push(...indexes(queue.take(Infinity)))
        expect(got).toEqual(put)
        expect(queue.pendingBytes).toBe(0)
      }),
    )
  })

  it('knows how much it holds', () => {
    const queue = new AttributeQueue()
    for (let n = 1; n <= 10; n++) add(queue, n, 100_000)
    expect(queue.pendingBytes).toBe(10 * 100_012)
    queue.take(6)
    expect(queue.pendingBytes).toBe(5 * 100_012)
  })
})

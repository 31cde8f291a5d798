import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CofferError } from './errors.ts'
import {
  encodeRecords,
  MAX_RECORD_BYTES,
  RECORD_HEADER_BYTES,
  RecordBatchBuilder,
  recordsOf,
} from './record-batch.ts'

const record = fc.record({
  fileIndex: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  stream: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  data: fc.uint8Array({ maxLength: 300 }),
})

describe('record batch', () => {
  it('gives back the records that were put in', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const decoded = [...recordsOf(encodeRecords(records))]
        expect(decoded.map((one) => ({ ...one, data: new Uint8Array(one.data) }))).toEqual(records)
      }),
    )
  })

  it('lays a record out as FileIndex, Stream, size, data', () => {
    const bytes = encodeRecords([{ fileIndex: 1, stream: -2, data: Buffer.from('hi') }])
    expect(bytes.toString('hex')).toBe('00000001fffffffe000000026869')
  })

  it('refuses any other bytes with an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          const total = [...recordsOf(bytes)].reduce(
            (sum, { data }) => sum + RECORD_HEADER_BYTES + data.length,
            0,
          )
          expect(total).toBe(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
          expect((error as CofferError).code).toBe('record-malformed')
        }
      }),
    )
  })

  it('refuses a batch that ends inside a record', () => {
    const whole = encodeRecords([{ fileIndex: 1, stream: 2, data: Buffer.from('abc') }])
    expect(() => [...recordsOf(whole.subarray(0, -1))]).toThrow(
      'a record of 3 bytes does not fit into the 2 bytes that are left',
    )
  })
})

describe('RecordBatchBuilder', () => {
  it('cuts any sequence of records into batches that hold them in order', () => {
    fc.assert(
      fc.property(fc.array(record), fc.integer({ min: 12, max: 400 }), (records, targetBytes) => {
        const builder = new RecordBatchBuilder(targetBytes)
        const batches: Buffer[] = []
        for (const { fileIndex, stream, data } of records) {
          if (!builder.fits(data.length)) batches.push(builder.take())
          builder.append(fileIndex, stream, data)
        }
        batches.push(builder.take())
        expect(Buffer.concat(batches)).toEqual(encodeRecords(records))
        for (const batch of batches) {
          const isOne = [...recordsOf(batch)].length === 1
          expect(isOne || batch.length <= targetBytes).toBe(true)
        }
      }),
    )
  })

  it('lets a caller fill a window and keep less of it, or none', () => {
    const builder = new RecordBatchBuilder(100)
    builder.open(7, 2, 50).write('abcdef')
    builder.close(3)
    builder.open(8, 2, 20)
    builder.close(undefined)
    const batch = builder.take()
    expect(batch).toEqual(encodeRecords([{ fileIndex: 7, stream: 2, data: Buffer.from('abc') }]))
    expect(batch.buffer.byteLength).toBe(100)
    expect(builder.usedBytes).toBe(0)
  })

  it('refuses a record beyond the limit', () => {
    const builder = new RecordBatchBuilder(100)
    expect(() => builder.open(1, 2, MAX_RECORD_BYTES + 1)).toThrow('exceeds the limit')
  })
})

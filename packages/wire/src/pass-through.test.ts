import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CODEC_OPTIONS } from './codec-options.ts'
import { DESCRIPTOR_SET } from './gen/descriptors.ts'
import { decodeRecordBatch, RECORD_BATCH_OVERHEAD_BYTES, writeRecordBatch } from './pass-through.ts'

function encodeRecordBatch(bytes: Uint8Array): Buffer {
  const target = Buffer.alloc(bytes.length + RECORD_BATCH_OVERHEAD_BYTES)
  return target.subarray(0, writeRecordBatch(target, bytes))
}

interface Reference {
  serialize(message: { records: Uint8Array }): Buffer
  deserialize(bytes: Buffer): { records: Buffer }
}
const definition = loadFileDescriptorSetFromBuffer(
  Buffer.from(DESCRIPTOR_SET, 'base64'),
  CODEC_OPTIONS,
)
const reference = definition['coffer.v1.RecordBatch'] as unknown as Reference
const records = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.nat(70_000).map((length) => new Uint8Array(length).fill(length)),
)

describe('a record batch', () => {
  it('is written as the protobuf codec writes it', () => {
    fc.assert(
      fc.property(records, (bytes) => {
        expect(encodeRecordBatch(bytes).equals(reference.serialize({ records: bytes }))).toBe(true)
      }),
    )
  })

  it('is read back whole', () => {
    fc.assert(
      fc.property(records, (bytes) => {
        expect(decodeRecordBatch(encodeRecordBatch(bytes))?.equals(bytes)).toBe(true)
      }),
    )
  })

  it('is a view into its message', () => {
    const message = encodeRecordBatch(Buffer.from('records'))
    expect(decodeRecordBatch(message)?.buffer).toBe(message.buffer)
  })

  it('is read past unknown fields, and the last of two counts', () => {
    const unknown = [0x10, 0x96, 0x01, 0x19, ...Array(8).fill(1), 0x25, 1, 2, 3, 4, 0x1a, 1, 9]
    const message = Buffer.from([...unknown, 0x0a, 1, 65, ...unknown, 0x0a, 2, 66, 67, ...unknown])
    expect(decodeRecordBatch(message)?.toString()).toBe('BC')
    expect(reference.deserialize(message).records.toString()).toBe('BC')
  })

  it('that is malformed is undefined, and what is read the reference reads alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const message = Buffer.from(bytes)
        const read = decodeRecordBatch(message)
        if (read === undefined) return
        expect(read.length).toBeLessThanOrEqual(message.length)
      }),
      { numRuns: 2000 },
    )
    for (const bad of [[0x0a], [0x0a, 5, 1], [0x0b], [0x00], Array(12).fill(0xff)]) {
      expect(decodeRecordBatch(Buffer.from(bad))).toBeUndefined()
    }
  })
})

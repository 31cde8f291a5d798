// RecordBatch by hand: message { bytes records = 1 }, whose bytes reach callers without being copied once more. Written
// and read so that a protobuf codec on the other end sees nothing unusual.

const RECORDS_TAG = 0x0a
const WIRE_TYPE = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const

/** Tag and length take no more. */
export const RECORD_BATCH_OVERHEAD_BYTES = 6

/** Writes the message that holds these bytes to the beginning of `target`; its length, never 0, see END_MARK. */
export function writeRecordBatch(target: Uint8Array, records: Uint8Array): number {
  const header = [RECORDS_TAG, ...varintBytes(records.length)]
  target.set(header, 0)
  target.set(records, header.length)
  return header.length + records.length
}

/**
 * The `records` of a message: a view into it, empty when the field is absent, the last one when it stands there twice.
 * Unknown fields are skipped. Undefined when the message is malformed.
 */
export function decodeRecordBatch(message: Buffer): Buffer | undefined {
  let records = message.subarray(0, 0)
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at)
    if (tag === undefined) return undefined
    const field = readField(message, tag)
    if (field === undefined) return undefined
    if (tag.value === RECORDS_TAG) records = field.content
    at = field.end
  }
  return records
}

interface Varint {
  readonly value: number
  readonly end: number
}

interface Field {
  readonly content: Buffer
  readonly end: number
}

function readField(message: Buffer, tag: Varint): Field | undefined {
  if (tag.value >>> 3 === 0) return undefined
  switch (tag.value & 7) {
    case WIRE_TYPE.lengthDelimited: {
      const length = readVarint(message, tag.end)
      return length && fieldOf(message, length.end, length.value)
    }
    case WIRE_TYPE.varint: {
      const value = readVarint(message, tag.end)
      return value && fieldOf(message, value.end, 0)
    }
    case WIRE_TYPE.fixed64:
      return fieldOf(message, tag.end, 8)
    case WIRE_TYPE.fixed32:
      return fieldOf(message, tag.end, 4)
    default:
      return undefined
  }
}

function fieldOf(message: Buffer, start: number, length: number): Field | undefined {
  const end = start + length
  return end > message.length ? undefined : { content: message.subarray(start, end), end }
}

/** A varint of at most ten bytes; beyond 2^53 its value is not exact, which no length or tag here can be. */
function readVarint(message: Buffer, at: number): Varint | undefined {
  let value = 0
  for (let i = 0; i < 10; i++) {
    const byte = message[at + i]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return undefined
}

function varintBytes(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return bytes
}

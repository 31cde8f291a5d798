// Extended attributes of one file as one record payload, stream 1998. Pure. Source: records of Bareos on Linux.
//
// For each attribute, big endian: uint32 magic 0x005c5884, uint32 length of the name, the name, uint32 length of the
// value, the value.
import { CofferError } from '@coffer/core'

export interface Xattr {
  /** Raw bytes without NUL, "user.comment". */
  readonly name: Uint8Array
  readonly value: Uint8Array
}

const MAGIC = 0x005c5884
const MAX_NAME_BYTES = 255
const MAX_VALUE_BYTES = 64 * 1024

export function encodeXattrs(list: readonly Xattr[]): Buffer {
  const parts: Uint8Array[] = []
  for (const { name, value } of list) {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(MAGIC, 0)
    head.writeUInt32BE(name.length, 4)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(value.length, 0)
    parts.push(head, name, length, value)
  }
  return Buffer.concat(parts)
}

/** Views into `bytes`. Throws `payload-damaged` for what is not such a list. */
export function decodeXattrs(bytes: Uint8Array): Xattr[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const list: Xattr[] = []
  let at = 0
  while (at < bytes.length) {
    if (bytes.length - at < 12 || view.getUint32(at) !== MAGIC) throw damaged('a mark is missing')
    const nameBytes = view.getUint32(at + 4)
    const nameAt = at + 8
    if (nameBytes === 0 || nameBytes > MAX_NAME_BYTES || nameAt + nameBytes + 4 > bytes.length) {
      throw damaged('a name is cut off')
    }
    const valueBytes = view.getUint32(nameAt + nameBytes)
    const valueAt = nameAt + nameBytes + 4
    if (valueBytes > MAX_VALUE_BYTES || valueAt + valueBytes > bytes.length) {
      throw damaged('a value is cut off')
    }
    list.push({
      name: bytes.subarray(nameAt, nameAt + nameBytes),
      value: bytes.subarray(valueAt, valueAt + valueBytes),
    })
    at = valueAt + valueBytes
  }
  return list
}

function damaged(why: string): CofferError {
  return new CofferError('payload-damaged', `extended attributes cannot be read: ${why}`)
}

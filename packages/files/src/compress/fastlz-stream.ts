// The block stream that wraps LZ4 and FastLZ data inside records. Source: records of Bareos.
//
// Blocks of a 16 byte header and data, until a block of type packed with both sizes 0:
//
// | offset | meaning                                                                           |
// |-------:|-----------------------------------------------------------------------------------|
// |      0 | "FastLZ", NUL                                                                     |
// |      7 | upper half: 1 stored as it is, 0xC packed; lower half n: blocks of at most 2^(n+10) |
// |      8 | uint32 little endian: bytes of data that follow                                   |
// |     12 | uint32 little endian: bytes unpacked                                              |
import { damagedData } from './damaged.ts'

const FASTLZ_BLOCK_HEADER_BYTES = 16

const NAME = Buffer.from('FastLZ\0', 'latin1')
const STORED = 0x18
const PACKED = 0xc8
const STORED_KIND = 1
const PACKED_KIND = 0xc

type Unpack = (packed: Uint8Array, into: Uint8Array) => number
type Pack = (plain: Uint8Array, into: Uint8Array) => number

/** Unpacks all blocks into `into`; returns the number of bytes. Throws `payload-damaged`. */
export function readFastlzStream(bytes: Buffer, into: Uint8Array, unpack: Unpack): number {
  let at = 0
  let out = 0
  for (;;) {
    const dataAt = at + FASTLZ_BLOCK_HEADER_BYTES
    if (dataAt > bytes.length || NAME.compare(bytes, at, at + NAME.length) !== 0) {
      throw damagedData('LZ4 or LZFAST', 'a block does not begin as it should')
    }
    const kind = bytes[at + 7]! >> 4
    const packedBytes = bytes.readUInt32LE(at + 8)
    const plainBytes = bytes.readUInt32LE(at + 12)
    if (packedBytes === 0 && plainBytes === 0) return out
    if (dataAt + packedBytes > bytes.length || out + plainBytes > into.length) {
      throw damagedData('LZ4 or LZFAST', 'a block is larger than it can be')
    }
    const data = bytes.subarray(dataAt, dataAt + packedBytes)
    out += readBlock(kind, data, into.subarray(out, out + plainBytes), unpack)
    at = dataAt + packedBytes
  }
}

function readBlock(kind: number, data: Buffer, into: Uint8Array, unpack: Unpack): number {
  if (kind !== STORED_KIND && kind !== PACKED_KIND) {
    throw damagedData('LZ4 or LZFAST', `a block of kind ${kind} is not known`)
  }
  const stored = kind === STORED_KIND
  if (stored && data.length === into.length) into.set(data)
  if ((stored ? data.length : unpack(data, into)) !== into.length) {
    throw damagedData('LZ4 or LZFAST', 'a block has another size than it says')
  }
  return into.length
}

/** Packs at most 256 KiB, 2^(8+10), as one block and the end; stored as it is when packing gains nothing. */
export function writeFastlzStream(plain: Uint8Array, into: Buffer, pack: Pack): number {
  const dataAt = FASTLZ_BLOCK_HEADER_BYTES
  const packedBytes = pack(plain, into.subarray(dataAt))
  const stored = packedBytes <= 0 || packedBytes >= plain.length
  if (stored) into.set(plain, dataAt)
  const dataBytes = stored ? plain.length : packedBytes
  writeHeader(into, 0, [stored ? STORED : PACKED, dataBytes, plain.length])
  writeHeader(into, dataAt + dataBytes, [PACKED, 0, 0])
  return dataAt + dataBytes + FASTLZ_BLOCK_HEADER_BYTES
}

function writeHeader(
  into: Buffer,
  at: number,
  [type, packedBytes, plainBytes]: readonly [number, number, number],
): void {
  NAME.copy(into, at)
  into[at + 7] = type
  into.writeUInt32LE(packedBytes, at + 8)
  into.writeUInt32LE(plainBytes, at + 12)
}

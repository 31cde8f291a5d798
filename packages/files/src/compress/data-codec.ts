// Compressed file data in records: a header that names the method, and the packed bytes.
//
// Header of 12 bytes, big endian. Source: records of Bareos; "ZSTD" is ours.
//
// | offset | meaning                                                              |
// |-------:|----------------------------------------------------------------------|
// |      0 | magic: "GZIP", "LZOX", "FZFZ", "FZ4L", "FZ4H", "ZSTD"                |
// |      4 | uint32: bytes that follow the header                                 |
// |      8 | uint16: level                                                        |
// |     10 | uint16: version, 1                                                   |
import { constants, deflateSync, inflateSync } from 'node:zlib'
import { CofferError } from '@coffer/core'
import { damagedData } from './damaged.ts'
import { fastlzDecompress } from './fastlz.ts'
import { readFastlzStream, writeFastlzStream } from './fastlz-stream.ts'
import { lz4Bound } from './lz4.ts'
import { loadLz4 } from './lz4-provider.ts'
import { lzoDecompress } from './lzo.ts'
import { loadZstd } from './zstd.ts'

const COMPRESSED_HEADER_BYTES = 12
/** More plain bytes than this in one record are not unpacked. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024
/** Plain bytes of one compressed record that is written. */
export const COMPRESSED_CHUNK_BYTES = 256 * 1024

/** ZLIB is GZIP without the header, the only compressed record that Bacula reads. */
export type CompressionName = 'GZIP' | 'ZLIB' | 'LZ4' | 'LZ4HC' | 'ZSTD'

/** Packs one record's data. */
export interface RecordPacker {
  /** Room that `pack` may need for that many plain bytes. */
  bound(plainBytes: number): number
  /** Writes header and packed bytes into `into`, which has `bound` bytes; returns their number. */
  pack(plain: Uint8Array, into: Buffer): number
}

/** Compresses it. */
export interface DataPacker extends RecordPacker {
  readonly name: CompressionName
}

const VERSION = 1

type Pack = (plain: Uint8Array, into: Buffer) => number
type Unpack = (packed: Buffer, into: Buffer) => number

interface Method {
  /** Undefined: records without a header, known by their stream number. */
  readonly magic: string | undefined
  readonly levels: readonly [least: number, usual: number, most: number]
  readonly packer: (level: number) => Pack
}

const METHODS: Record<CompressionName, Method> = {
  GZIP: { magic: 'GZIP', levels: [1, 6, 9], packer: packDeflate },
  ZLIB: { magic: undefined, levels: [1, 6, 9], packer: packDeflate },
  LZ4: { magic: 'FZ4L', levels: [1, 1, 1], packer: packLz4 },
  LZ4HC: { magic: 'FZ4H', levels: [1, 1, 1], packer: packLz4High },
  ZSTD: { magic: 'ZSTD', levels: [1, 3, 19], packer: packZstd },
}

const UNPACKERS: ReadonlyMap<string, Unpack> = new Map([
  ['GZIP', unpackDeflate],
  ['LZOX', (packed, into) => lzoDecompress(packed, into)],
  ['FZFZ', (packed, into) => readFastlzStream(packed, into, fastlzDecompress)],
  ['FZ4L', unpackLz4],
  ['FZ4H', unpackLz4],
  ['ZSTD', (packed, into) => loadZstd().decompress(packed, into)],
])

/** The packer of a method; a level of 0 or out of range becomes the usual one. Throws `compression-unavailable`. */
export function createPacker(name: CompressionName, level: number): DataPacker {
  const method = METHODS[name]
  const [least, usual, most] = method.levels
  const applied = level >= least && level <= most ? level : usual
  const pack = method.packer(applied)
  const { magic } = method
  if (magic === undefined) return { name, bound: boundOf, pack }
  return {
    name,
    bound: boundOf,
    pack(plain, into) {
      const packedBytes = pack(plain, into.subarray(COMPRESSED_HEADER_BYTES))
      into.write(magic, 0, 'latin1')
      into.writeUInt32BE(packedBytes, 4)
      into.writeUInt16BE(applied, 8)
      into.writeUInt16BE(VERSION, 10)
      return COMPRESSED_HEADER_BYTES + packedBytes
    },
  }
}

function boundOf(plainBytes: number): number {
  return COMPRESSED_HEADER_BYTES + 64 + lz4Bound(plainBytes) + (plainBytes >> 6)
}

export function isCompressionName(word: string): word is CompressionName {
  return Object.hasOwn(METHODS, word)
}

let scratch = Buffer.alloc(0)

/** The plain data of a compressed record; valid until the next call. Throws `payload-damaged`. */
export function unpackData(record: Uint8Array): Buffer {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  if (bytes.length < COMPRESSED_HEADER_BYTES)
    throw damagedData('compressed', 'its header is cut off')
  const magic = bytes.toString('latin1', 0, 4)
  const unpack = UNPACKERS.get(magic)
  if (unpack === undefined) {
    throw new CofferError('payload-damaged', `the compression "${printable(magic)}" is not known`)
  }
  const packedBytes = bytes.readUInt32BE(4)
  if (packedBytes > bytes.length - COMPRESSED_HEADER_BYTES) {
    throw damagedData(magic, 'it is cut off')
  }
  const packed = bytes.subarray(COMPRESSED_HEADER_BYTES, COMPRESSED_HEADER_BYTES + packedBytes)
  return growing((into) => unpack(packed, into))
}

/** The plain data of an old record, a bare zlib stream; valid until the next call. Throws `payload-damaged`. */
export function inflateRaw(record: Buffer): Buffer {
  return growing((into) => unpackDeflate(record, into))
}

/** Records do not say how much they unpack to: a room that is too small is taken twice as large, up to the limit. */
function growing(unpack: (into: Buffer) => number): Buffer {
  if (scratch.length === 0) scratch = Buffer.allocUnsafeSlow(512 * 1024)
  for (;;) {
    try {
      return scratch.subarray(0, unpack(scratch))
    } catch (error) {
      if (!(error instanceof CofferError) || scratch.length >= MAX_PLAIN_BYTES) throw error
      scratch = Buffer.allocUnsafeSlow(scratch.length * 2)
    }
  }
}

function packDeflate(level: number): Pack {
  return (plain, into) => {
    // Level 0 stores: what does not pack is not worth the time that trying takes.
    const applied = isIncompressible(plain) ? constants.Z_NO_COMPRESSION : level
    const packed = deflateSync(plain, { level: applied })
    packed.copy(into)
    return packed.length
  }
}

function unpackDeflate(packed: Buffer, into: Buffer): number {
  try {
    const plain = inflateSync(packed, { maxOutputLength: into.length })
    return plain.copy(into)
  } catch {
    throw damagedData('GZIP', 'it is not whole')
  }
}

function packLz4(): Pack {
  const lz4 = loadLz4()
  return (plain, into) => writeFastlzStream(plain, into, lz4.compress)
}

function packLz4High(): Pack {
  const lz4 = loadLz4()
  return (plain, into) => writeFastlzStream(plain, into, lz4.compressHigh)
}

function unpackLz4(packed: Buffer, into: Buffer): number {
  return readFastlzStream(packed, into, loadLz4().decompress)
}

function packZstd(level: number): Pack {
  const zstd = loadZstd()
  return (plain, into) => {
    const size = zstd.compress(plain, into, level)
    if (size === undefined) throw new CofferError('internal-bug', 'zstd outgrew its room')
    return size
  }
}

const PROBE_BYTES = 4096
const counts = new Uint16Array(256)

/** Whether a sample's bytes are spread as evenly as random ones: a packed or encrypted file. */
function isIncompressible(plain: Uint8Array): boolean {
  if (plain.length < 2 * PROBE_BYTES) return false
  counts.fill(0)
  const step = Math.floor(plain.length / PROBE_BYTES)
  for (let i = 0; i < PROBE_BYTES; i++) counts[plain[i * step]!]!++
  // Chi-squared over 256 cells: about 255 for random bytes, thousands for text and code.
  const expected = PROBE_BYTES / 256
  let chiSquared = 0
  for (const count of counts) chiSquared += (count - expected) ** 2 / expected
  return chiSquared < 400
}

function printable(magic: string): string {
  return magic.replace(/[^ -~]/gu, '.')
}

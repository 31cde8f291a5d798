// Blocks of a Volume: the 24-byte header "BB02", its checksum, and how the next sound block is found.
import { crc32 } from 'node:zlib'

/**
 * Block header, big endian. Source: the Bareos Volume format, docs/volume-format.md.
 *
 * | offset | type    | meaning                                                                  |
 * |-------:|---------|--------------------------------------------------------------------------|
 * |      0 | uint32  | CRC-32 (as zlib's) of the block from offset 4 to its size; 0: not computed |
 * |      4 | uint32  | size of the block with its header                                        |
 * |      8 | uint32  | number of the block in its session, from 0; 0 for a Volume label         |
 * |     12 | char[4] | "BB02"                                                                   |
 * |     16 | uint32  | VolSessionId                                                             |
 * |     20 | uint32  | VolSessionTime                                                           |
 */
export const BLOCK_HEADER_BYTES = 24

/** What a block of this format begins with, at offset 12. */
const MAGIC = 0x42423032
const MAGIC_AT = 12
const MAGIC_BYTES = Buffer.from('BB02', 'latin1')

/** The largest block that Bareos or Bacula ever wrote or will read. */
export const MAX_BLOCK_BYTES = 20_000_000

/** Size of a file device's blocks when nothing is configured. */
export const DEFAULT_BLOCK_BYTES = 1024 * 1024

/** Smaller blocks cannot hold a session label, which may not be split. */
export const MIN_BLOCK_BYTES = 4096

/** Identifies one Job's writing: unique as long as a storage daemon does not start twice in a second. */
export interface SessionKey {
  readonly sessionId: number
  readonly sessionTime: number
}

export interface BlockHeader extends SessionKey {
  readonly checksum: number
  readonly sizeBytes: number
  readonly number: number
}

/** The header at `at`, or undefined when there is none that could be true. Needs 24 bytes there. */
export function readBlockHeader(bytes: Buffer, at = 0): BlockHeader | undefined {
  if (bytes.length - at < BLOCK_HEADER_BYTES) return undefined
  if (bytes.readUInt32BE(at + MAGIC_AT) !== MAGIC) return undefined
  const sizeBytes = bytes.readUInt32BE(at + 4)
  if (sizeBytes < BLOCK_HEADER_BYTES || sizeBytes > MAX_BLOCK_BYTES) return undefined
  return {
    checksum: bytes.readUInt32BE(at),
    sizeBytes,
    number: bytes.readUInt32BE(at + 8),
    sessionId: bytes.readUInt32BE(at + 16),
    sessionTime: bytes.readUInt32BE(at + 20),
  }
}

/** Whether a whole block's checksum holds. `block` is exactly the block. */
export function isBlockSound(block: Buffer): boolean {
  const checksum = block.readUInt32BE(0)
  return checksum === 0 || checksum === crc32(block.subarray(4))
}

/**
 * Writes header and checksum around the records that already stand behind the header. `block` is exactly the block.
 * Without a checksum its field is 0.
 */
export function sealBlock(
  block: Buffer,
  identity: SessionKey & { readonly number: number },
  hasChecksum = true,
): void {
  block.writeUInt32BE(block.length, 4)
  block.writeUInt32BE(identity.number, 8)
  block.writeUInt32BE(MAGIC, MAGIC_AT)
  block.writeUInt32BE(identity.sessionId, 16)
  block.writeUInt32BE(identity.sessionTime, 20)
  block.writeUInt32BE(hasChecksum ? crc32(block.subarray(4)) : 0, 0)
}

/** Offset of the next place at or behind `from` that could be a block's start, or -1. */
export function findBlockStart(bytes: Buffer, from: number): number {
  const magicAt = bytes.indexOf(MAGIC_BYTES, from + MAGIC_AT)
  return magicAt < 0 ? -1 : magicAt - MAGIC_AT
}

export function isSameSession(a: SessionKey, b: SessionKey): boolean {
  return a.sessionId === b.sessionId && a.sessionTime === b.sessionTime
}

/** A session as the key of a Map. */
export function sessionKeyText({ sessionId, sessionTime }: SessionKey): string {
  return `${sessionId}-${sessionTime}`
}

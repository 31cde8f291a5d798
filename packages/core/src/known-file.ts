// What the Catalog knows of one file, as it travels to a file daemon and lies in its list: the codec of an entry.
//
// Layout, numbers little endian, an entry is padded to a multiple of 8 bytes: uint32 size of the entry, uint32 size of the
// path, uint16 size of lstat, uint16 deltaSeq, uint8 size of the digest, three zero bytes; then path (raw bytes, a
// directory's with its slash), lstat and digest (the texts of the Catalog's columns).
import { CofferError } from './errors.ts'

export interface KnownFile {
  /** A view of the bytes that were read. */
  readonly path: Uint8Array
  /** As `decodeLstat` reads it. */
  readonly lstat: string
  /** Base64 without padding; empty when there is none. */
  readonly digest: string
  readonly deltaSeq: number
}

export const KNOWN_FILE_HEAD_BYTES = 16
/** Entries begin at multiples of this. */
export const KNOWN_FILE_ALIGNMENT = 8
/** Far more than the longest path that can be made. */
export const MAX_KNOWN_FILE_BYTES = 4 * 1024 * 1024

const MAX_DELTA_SEQ = 0xff_ff
const latin = new TextDecoder('latin1')

/** Bytes of the entry. */
export function knownFileBytes({ path, lstat, digest }: KnownFile): number {
  const used = KNOWN_FILE_HEAD_BYTES + path.length + lstat.length + digest.length
  return Math.ceil(used / KNOWN_FILE_ALIGNMENT) * KNOWN_FILE_ALIGNMENT
}

/** Writes the entry at `at`, where `knownFileBytes` of room must be; returns the place behind it. */
export function writeKnownFile(file: KnownFile, into: Uint8Array, at: number): number {
  const { path, lstat, digest, deltaSeq } = file
  const end = at + knownFileBytes(file)
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength)
  view.setUint32(at, end - at, true)
  view.setUint32(at + 4, path.length, true)
  view.setUint16(at + 8, lstat.length, true)
  view.setUint16(at + 10, Math.min(deltaSeq, MAX_DELTA_SEQ), true)
  view.setUint32(at + 12, digest.length, true)
  let to = at + KNOWN_FILE_HEAD_BYTES
  into.set(path, to)
  to = writeLatin(lstat, into, to + path.length)
  to = writeLatin(digest, into, to)
  into.fill(0, to, end)
  return end
}

/** Bytes of the entry whose head is at `at`. Throws `record-malformed` when no entry can begin like that. */
export function sizeOfKnownFile(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < KNOWN_FILE_HEAD_BYTES) throw malformed('its head is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = view.getUint32(at, true)
  const used =
    KNOWN_FILE_HEAD_BYTES +
    view.getUint32(at + 4, true) +
    view.getUint16(at + 8, true) +
    view.getUint8(at + 12)
  const isSound = size % KNOWN_FILE_ALIGNMENT === 0 && size >= used && size - used < 8
  if (!isSound || size > MAX_KNOWN_FILE_BYTES) throw malformed('its sizes do not fit together')
  return size
}

/** The whole entry at `at`. Throws `record-malformed`. */
export function readKnownFile(bytes: Uint8Array, at: number): KnownFile {
  const size = sizeOfKnownFile(bytes, at)
  if (bytes.length - at < size) throw malformed('it is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pathAt = at + KNOWN_FILE_HEAD_BYTES
  const lstatAt = pathAt + view.getUint32(at + 4, true)
  const digestAt = lstatAt + view.getUint16(at + 8, true)
  return {
    path: bytes.subarray(pathAt, lstatAt),
    lstat: latin.decode(bytes.subarray(lstatAt, digestAt)),
    digest: latin.decode(bytes.subarray(digestAt, digestAt + view.getUint8(at + 12))),
    deltaSeq: view.getUint16(at + 10, true),
  }
}

function writeLatin(text: string, into: Uint8Array, from: number): number {
  for (let index = 0; index < text.length; index++) into[from + index] = text.charCodeAt(index)
  return from + text.length
}

function malformed(why: string): CofferError {
  return new CofferError('record-malformed', `an entry of a list of known files: ${why}`)
}

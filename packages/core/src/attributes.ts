// The attribute record of one file: what it is, its name, its stat, its link, and the extension that only we read.
// Source: the Bareos Volume format, docs/volume-format.md.
//
// Layout: `FileIndex SP type SP name NUL lstat NUL link NUL extended NUL deltaSeq NUL`, names as raw bytes. A directory's
// name ends with a slash. lstat is 16 numbers of base64-number.ts with blanks between them.

import { decodeBase64BigInt, decodeBase64Number, writeBase64Number } from './base64-number.ts'
import { CofferError } from './errors.ts'
import { decodePath, encodePath } from './path-text.ts'

/** A file's stat as an attribute record carries it. Times are whole seconds since the epoch. */
export interface FileStat {
  readonly dev: number
  /** All 64 bits: some file systems hash into the upper ones. */
  readonly ino: bigint
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly rdev: number
  readonly size: number
  readonly blksize: number
  readonly blocks: number
  readonly atime: number
  readonly mtime: number
  readonly ctime: number
  /** FileIndex of the first link, which has the data; 0 when this is not a further hard link. */
  readonly linkFileIndex: number
  readonly flags: number
  /** The stream that the data records of this file use. */
  readonly dataStream: number
}

/** A parsed attribute record; names are text as `decodePath` makes it. */
export interface FileAttributes {
  readonly fileIndex: number
  /** One of FILE_TYPE. */
  readonly type: number
  readonly path: string
  readonly stat: FileStat
  /** Target of a symbolic link, name of the first hard link, or empty. */
  readonly link: string
  /** Nanoseconds beside the seconds of stat; undefined when the record carries none. */
  readonly fraction: TimeFraction | undefined
  readonly deltaSeq: number
}

/** Nanoseconds within their second, 0 to 999999999. */
export interface TimeFraction {
  readonly mtimeNs: number
  readonly atimeNs: number
}

/** An attribute record cut into its fields, nothing interpreted beyond the first two numbers. */
export interface AttributeFields {
  readonly fileIndex: number
  readonly type: number
  readonly path: Uint8Array
  readonly lstat: string
  readonly link: Uint8Array
  readonly extended: string
  readonly deltaSeq: number
}

/** An attribute record to be made; names are raw bytes and must not hold NUL. */
export interface AttributeSource {
  readonly fileIndex: number
  readonly type: number
  readonly path: Uint8Array
  readonly stat: FileStat
  readonly link?: Uint8Array
  readonly fraction?: TimeFraction
  readonly deltaSeq?: number
}

/** More than two names of the longest path that can be made, and room for numbers. */
export const MAX_ATTRIBUTE_BYTES = 4 * 1024 * 1024

const FRACTION = /^ns=([A-Za-z0-9+/]{1,6}),([A-Za-z0-9+/]{1,6})$/u
const MAX_EXTENDED_BYTES = 4096
const MAX_LSTAT_BYTES = 512
const NANOSECONDS = 1_000_000_000
const FRACTION_NAME = Uint8Array.of(0x6e, 0x73, 0x3d)
const BLANK = 0x20
const COMMA = 0x2c
/** All numbers at their longest with what stands between them. */
const NUMBER_ROOM = 384
const latin = new TextDecoder('latin1')

/** The bytes of an attribute record. */
export function encodeAttributes(source: AttributeSource): Uint8Array {
  const bytes = new Uint8Array(attributeBound(source))
  return bytes.subarray(0, writeAttributes(source, bytes))
}

/** Bytes that suffice for the record. */
export function attributeBound({ path, link }: AttributeSource): number {
  return path.length + (link?.length ?? 0) + NUMBER_ROOM
}

/** Writes the record to the start of `into`, which has `attributeBound` bytes; returns its length. */
export function writeAttributes(source: AttributeSource, into: Uint8Array): number {
  const { path, link, stat, fraction } = source
  let at = writeDecimal(source.fileIndex, into, 0)
  into[at++] = BLANK
  at = writeDecimal(source.type, into, at)
  into[at++] = BLANK
  into.set(path, at)
  at += path.length
  into[at++] = 0
  at = writeLstat(stat, into, at)
  into[at++] = 0
  if (link !== undefined) {
    into.set(link, at)
    at += link.length
  }
  into[at++] = 0
  if (fraction !== undefined) at = writeFraction(fraction, into, at)
  into[at++] = 0
  at = writeDecimal(source.deltaSeq ?? 0, into, at)
  into[at++] = 0
  return at
}

/** The same from text names; the inverse of `decodeAttributes`. */
export function encodeTextAttributes(attributes: FileAttributes): Uint8Array {
  const { path, link, fraction, ...rest } = attributes
  return encodeAttributes({
    ...rest,
    path: encodePath(path),
    link: encodePath(link),
    ...(fraction === undefined ? {} : { fraction }),
  })
}

/** Reads an attribute record. Throws CofferError `attributes-damaged` for anything that is not one. */
export function decodeAttributes(bytes: Uint8Array): FileAttributes {
  const fields = splitAttributes(bytes)
  return {
    fileIndex: fields.fileIndex,
    type: fields.type,
    path: decodePath(fields.path),
    stat: decodeLstat(fields.lstat),
    link: decodePath(fields.link),
    fraction: decodeFraction(fields.extended),
    deltaSeq: fields.deltaSeq,
  }
}

/** Cuts an attribute record into its fields; the names are views of `bytes`. Throws `attributes-damaged`. */
export function splitAttributes(bytes: Uint8Array): AttributeFields {
  if (bytes.length > MAX_ATTRIBUTE_BYTES) throw damaged('it is too long')
  const [fileIndex, afterIndex] = leadingNumber(bytes, 0)
  const [type, pathAt] = leadingNumber(bytes, afterIndex)
  const pathEnd = endOfField(bytes, pathAt)
  if (pathEnd === pathAt) throw damaged('it names no file')
  const lstatEnd = endOfField(bytes, pathEnd + 1)
  if (lstatEnd - pathEnd > MAX_LSTAT_BYTES) throw damaged('its stat is too long')
  const linkEnd = endOfField(bytes, lstatEnd + 1)
  // Old writers end here or after the extension; what is missing is empty.
  const extendedEnd = linkEnd + 1 < bytes.length ? endOfField(bytes, linkEnd + 1) : linkEnd
  const extendedAt = Math.min(linkEnd + 1, extendedEnd)
  return {
    fileIndex,
    type,
    path: bytes.subarray(pathAt, pathEnd),
    lstat: latin.decode(bytes.subarray(pathEnd + 1, lstatEnd)),
    link: bytes.subarray(lstatEnd + 1, linkEnd),
    extended: latin.decode(bytes.subarray(extendedAt, extendedEnd).subarray(0, MAX_EXTENDED_BYTES)),
    deltaSeq: trailingNumber(bytes.subarray(extendedEnd + 1)),
  }
}

/** The 16 numbers of a stat with blanks between them: the LStat column of the Catalog. */
export function encodeLstat(stat: FileStat): string {
  const bytes = new Uint8Array(NUMBER_ROOM)
  return latin.decode(bytes.subarray(0, writeLstat(stat, bytes, 0)))
}

function writeLstat(stat: FileStat, into: Uint8Array, from: number): number {
  let at = writeBase64Number(stat.dev, into, from)
  into[at++] = BLANK
  at = writeBase64Number(stat.ino, into, at)
  for (const value of [
    stat.mode,
    stat.nlink,
    stat.uid,
    stat.gid,
    stat.rdev,
    stat.size,
    stat.blksize,
    stat.blocks,
    stat.atime,
    stat.mtime,
    stat.ctime,
    stat.linkFileIndex,
    stat.flags,
    stat.dataStream,
  ]) {
    into[at++] = BLANK
    at = writeBase64Number(value, into, at)
  }
  return at
}

function writeDecimal(value: number, into: Uint8Array, from: number): number {
  let digits = 1
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++
  let rest = value
  for (let at = from + digits - 1; at >= from; at--) {
    const high = Math.floor(rest / 10)
    into[at] = 0x30 + rest - high * 10
    rest = high
  }
  return from + digits
}

/** Reads an LStat text; numbers that are missing at its end are 0. Throws `attributes-damaged`. */
export function decodeLstat(text: string): FileStat {
  const words = text.split(' ')
  if (words.length > 16 || words.length < 13) throw damaged('its stat does not have 16 numbers')
  const at = (index: number): number => {
    const word = words[index]
    const value = word === undefined ? 0 : decodeBase64Number(word)
    if (value === undefined) throw damaged('its stat holds something that is not a number')
    return value
  }
  return {
    dev: at(0),
    ino: decodeBase64BigInt(words[1] ?? '') ?? BigInt(at(1)),
    mode: at(2),
    nlink: at(3),
    uid: at(4),
    gid: at(5),
    rdev: at(6),
    size: at(7),
    blksize: at(8),
    blocks: at(9),
    atime: at(10),
    mtime: at(11),
    ctime: at(12),
    linkFileIndex: at(13),
    flags: at(14),
    dataStream: at(15),
  }
}

/** `ns=<mtime>,<atime>`: an extension of ours in a field that other readers skip on Unix; nothing when both are zero. */
function writeFraction(fraction: TimeFraction, into: Uint8Array, from: number): number {
  if (fraction.mtimeNs === 0 && fraction.atimeNs === 0) return from
  into.set(FRACTION_NAME, from)
  const at = writeBase64Number(fraction.mtimeNs, into, from + FRACTION_NAME.length)
  into[at] = COMMA
  return writeBase64Number(fraction.atimeNs, into, at + 1)
}

function decodeFraction(extended: string): TimeFraction | undefined {
  const match = FRACTION.exec(extended)
  if (match === null) return undefined
  const mtimeNs = decodeBase64Number(match[1] ?? '') ?? 0
  const atimeNs = decodeBase64Number(match[2] ?? '') ?? 0
  return mtimeNs < NANOSECONDS && atimeNs < NANOSECONDS ? { mtimeNs, atimeNs } : undefined
}

/** A decimal number and the position behind the one blank that ends it. */
function leadingNumber(bytes: Uint8Array, from: number): readonly [number, number] {
  let value = 0
  let at = from
  for (; at < bytes.length && at - from < 11; at++) {
    const byte = bytes[at] ?? 0
    if (byte === 0x20 && at > from) return [value, at + 1]
    if (byte < 0x30 || byte > 0x39) break
    value = value * 10 + (byte - 0x30)
  }
  throw damaged('it does not begin with a FileIndex and a type')
}

function trailingNumber(bytes: Uint8Array): number {
  const text = latin.decode(bytes.subarray(0, 16))
  const digits = /^[0-9]{1,10}/u.exec(text)
  return digits === null ? 0 : Number(digits[0])
}

function endOfField(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(0, from)
  if (end < 0) throw damaged('it is cut off')
  return end
}

function damaged(why: string): CofferError {
  return new CofferError('attributes-damaged', `an attribute record cannot be read: ${why}`)
}

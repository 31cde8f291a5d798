// A handful of walked files packed into one buffer, which moves from the walking thread to a reading one without being
// copied.
import { FILE_TYPE, type FileStat, type TimeFraction } from '@coffer/core'
import { seconds, type WalkedFile, type WalkedStat } from '../fileset/walk.ts'

/** A file to be read, unpacked. The names are views into the task. */
export interface TaskFile {
  readonly fileIndex: number
  readonly type: number
  /** Place in the list of `optionsOf`. */
  readonly options: number
  readonly access: Buffer
  readonly stored: Buffer
  readonly link: Buffer
  readonly fd: number
  readonly linkFileIndex: number
  /** Absent for a regular file. */
  readonly stat: TaskStat | undefined
}

/** What an attribute record says of a file; which stream its data uses, its reader adds. */
export interface TaskStat extends Omit<FileStat, 'dataStream'>, TimeFraction {
  dataStream: number
}

/** Index, type, options, descriptor, index of the first link, lengths of three names: 32 bits each. */
const HEAD_BYTES = 8 * 4
/** 64 bits each. A regular file has none: its reader asks for them when it has opened it. */
const STAT_BYTES = 15 * 8
const NS = 1_000_000_000n

/** Fills one task. */
export class TaskPacker {
  readonly #bytes: Buffer
  #used = 0
  #files = 0

  constructor(buffer: ArrayBuffer) {
    this.#bytes = Buffer.from(buffer)
  }

  get usedBytes(): number {
    return this.#used
  }

  get files(): number {
    return this.#files
  }

  /** Bytes that a file takes in a task. */
  static sizeOf(file: WalkedFile): number {
    const names = file.access.length + file.stored.length + (file.link?.length ?? 0)
    return HEAD_BYTES + names + (isRegular(file.type) ? 0 : STAT_BYTES)
  }

  /** Whether it has room for another file of that many bytes. */
  fits(sizeBytes: number): boolean {
    return this.#used + sizeBytes <= this.#bytes.length
  }

  add(file: WalkedFile, options: number): void {
    const bytes = this.#bytes
    const { access, stored } = file
    const link = file.link ?? NO_BYTES
    let at = this.#used
    at = bytes.writeInt32LE(file.fileIndex, at)
    at = bytes.writeInt32LE(file.type, at)
    at = bytes.writeInt32LE(options, at)
    at = bytes.writeInt32LE(file.fd, at)
    at = bytes.writeInt32LE(file.linkFileIndex, at)
    at = bytes.writeInt32LE(access.length, at)
    at = bytes.writeInt32LE(stored.length, at)
    at = bytes.writeInt32LE(link.length, at)
    bytes.set(access, at)
    bytes.set(stored, at + access.length)
    bytes.set(link, at + access.length + stored.length)
    at += access.length + stored.length + link.length
    this.#used = isRegular(file.type) ? at : putStat(file.stat, bytes, at)
    this.#files += 1
  }
}

/** The files of a task of `usedBytes`. */
export function* filesOf(buffer: ArrayBuffer, usedBytes: number): Generator<TaskFile> {
  const bytes = Buffer.from(buffer)
  for (let at = 0; at < usedBytes; ) {
    const type = bytes.readInt32LE(at + 4)
    const linkFileIndex = bytes.readInt32LE(at + 16)
    const accessAt = at + HEAD_BYTES
    const storedAt = accessAt + bytes.readInt32LE(at + 20)
    const linkAt = storedAt + bytes.readInt32LE(at + 24)
    const statAt = linkAt + bytes.readInt32LE(at + 28)
    const stat = isRegular(type) ? undefined : getStat(bytes, statAt, linkFileIndex)
    yield {
      fileIndex: bytes.readInt32LE(at),
      type,
      options: bytes.readInt32LE(at + 8),
      fd: bytes.readInt32LE(at + 12),
      linkFileIndex,
      access: bytes.subarray(accessAt, storedAt),
      stored: bytes.subarray(storedAt, linkAt),
      link: bytes.subarray(linkAt, statAt),
      stat,
    }
    at = statAt + (stat === undefined ? 0 : STAT_BYTES)
  }
}

/** Numbers of a stat for an attribute record. */
export function taskStat(stat: WalkedStat, linkFileIndex: number): TaskStat {
  const atime = seconds(stat.atimeNs)
  const mtime = seconds(stat.mtimeNs)
  return {
    dev: Number(stat.dev),
    ino: BigInt.asUintN(64, stat.ino),
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    rdev: Number(stat.rdev),
    size: Number(stat.size),
    blksize: Number(stat.blksize),
    blocks: Number(stat.blocks),
    atime,
    mtime,
    ctime: seconds(stat.ctimeNs),
    linkFileIndex,
    flags: 0,
    dataStream: 0,
    atimeNs: Number(stat.atimeNs - BigInt(atime) * NS),
    mtimeNs: Number(stat.mtimeNs - BigInt(mtime) * NS),
  }
}

function isRegular(type: number): boolean {
  return type === FILE_TYPE.regular || type === FILE_TYPE.regularEmpty
}

function putStat(stat: WalkedStat, bytes: Buffer, from: number): number {
  const numbers = taskStat(stat, 0)
  let at = bytes.writeBigUInt64LE(numbers.ino, from)
  for (const value of [
    numbers.dev,
    numbers.mode,
    numbers.nlink,
    numbers.uid,
    numbers.gid,
    numbers.rdev,
    numbers.size,
    numbers.blksize,
    numbers.blocks,
    numbers.atime,
    numbers.mtime,
    numbers.ctime,
    numbers.atimeNs,
    numbers.mtimeNs,
  ]) {
    at = bytes.writeDoubleLE(value, at)
  }
  return at
}

function getStat(bytes: Buffer, from: number, linkFileIndex: number): TaskStat {
  const at = (index: number): number => bytes.readDoubleLE(from + 8 * index)
  return {
    ino: bytes.readBigUInt64LE(from),
    dev: at(1),
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
    atimeNs: at(13),
    mtimeNs: at(14),
    linkFileIndex,
    flags: 0,
    dataStream: 0,
  }
}

const NO_BYTES = Buffer.alloc(0)

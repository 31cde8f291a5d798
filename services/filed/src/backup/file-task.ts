// A handful of walked files packed into one buffer, which moves from the walking thread to a reading one without being
// copied.
import type { FileStat } from '@coffer/core'
import { seconds, type WalkedFile } from '../fileset/walk.ts'

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
  readonly stat: TaskStat
}

export interface TaskStat extends Omit<FileStat, 'dataStream' | 'flags'> {
  readonly atimeNs: number
  readonly mtimeNs: number
}

/** The numbers of a file, 64 bits each. */
const NUMBERS = 24
const NUMBER_BYTES = 8 * NUMBERS
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
    return NUMBER_BYTES + names
  }

  /** Whether it has room for another file of that many bytes. */
  fits(sizeBytes: number): boolean {
    return this.#used + sizeBytes <= this.#bytes.length
  }

  add(file: WalkedFile, options: number): void {
    const { stat } = file
    const link = file.link ?? NO_BYTES
    const values = [
      BigInt(file.fileIndex),
      BigInt(file.type),
      BigInt(options),
      BigInt(file.fd),
      BigInt(file.linkFileIndex),
      BigInt(file.access.length),
      BigInt(file.stored.length),
      BigInt(link.length),
      stat.dev,
      stat.ino,
      stat.mode,
      stat.nlink,
      stat.uid,
      stat.gid,
      stat.rdev,
      stat.size,
      stat.blksize,
      stat.blocks,
      BigInt(seconds(stat.atimeNs)),
      BigInt(seconds(stat.mtimeNs)),
      BigInt(seconds(stat.ctimeNs)),
      positiveRest(stat.atimeNs),
      positiveRest(stat.mtimeNs),
    ]
    let at = this.#used
    for (const value of values) {
      this.#bytes.writeBigInt64LE(BigInt.asIntN(64, value), at)
      at += 8
    }
    at = this.#used + NUMBER_BYTES
    for (const name of [file.access, file.stored, link]) {
      this.#bytes.set(name, at)
      at += name.length
    }
    this.#used = at
    this.#files += 1
  }
}

/** The files of a task of `usedBytes`. */
export function* filesOf(buffer: ArrayBuffer, usedBytes: number): Generator<TaskFile> {
  const bytes = Buffer.from(buffer)
  for (let at = 0; at < usedBytes; ) {
    const start = at
    const number = (index: number): number => Number(bytes.readBigInt64LE(start + index * 8))
    const accessAt = start + NUMBER_BYTES
    const storedAt = accessAt + number(5)
    const linkAt = storedAt + number(6)
    at = linkAt + number(7)
    yield {
      fileIndex: number(0),
      type: number(1),
      options: number(2),
      fd: number(3),
      access: bytes.subarray(accessAt, storedAt),
      stored: bytes.subarray(storedAt, linkAt),
      link: bytes.subarray(linkAt, at),
      stat: {
        linkFileIndex: number(4),
        dev: number(8),
        ino: bytes.readBigUInt64LE(start + 9 * 8),
        mode: number(10),
        nlink: number(11),
        uid: number(12),
        gid: number(13),
        rdev: number(14),
        size: number(15),
        blksize: number(16),
        blocks: number(17),
        atime: number(18),
        mtime: number(19),
        ctime: number(20),
        atimeNs: number(21),
        mtimeNs: number(22),
      },
    }
  }
}

const NO_BYTES = Buffer.alloc(0)

function positiveRest(ns: bigint): bigint {
  const rest = ns % NS
  return rest < 0n ? rest + NS : rest
}

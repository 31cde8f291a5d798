// Records for tests of the restorer: one file after the other, as a Job would store them.
import { createHash } from 'node:crypto'
import {
  type AttributeSource,
  encodeAttributes,
  FILE_TYPE,
  type FileStat,
  STREAM,
} from '@coffer/core'
import {
  createRestorer,
  type RestoreOptions,
  type RestoreProblem,
  type RestoreRecord,
  type RestoreTotals,
} from './restorer.ts'

export interface FileSource {
  readonly path: string | Uint8Array
  readonly type?: number
  readonly mode?: number
  readonly mtime?: number
  readonly link?: string
  readonly content?: string | Buffer
  /** Default: the length of the content. */
  readonly size?: number
  readonly nlink?: number
  /** Of the digest record; false leaves it out. */
  readonly digest?: string | false
  readonly extra?: readonly Omit<RestoreRecord, 'fileIndex'>[]
  readonly stat?: Partial<FileStat>
  readonly fraction?: AttributeSource['fraction']
}

const MTIME = 1_600_000_000

/** The records of files, numbered from 1. */
export function recordsFor(files: readonly FileSource[]): RestoreRecord[] {
  return files.flatMap((file, index) => recordsOfFile(file, index + 1))
}

function recordsOfFile(file: FileSource, fileIndex: number): RestoreRecord[] {
  const content = Buffer.from(file.content ?? '')
  const type = file.type ?? (content.length > 0 ? FILE_TYPE.regular : FILE_TYPE.regularEmpty)
  const attributes = encodeAttributes({
    fileIndex,
    type,
    path: Buffer.from(file.path),
    link: Buffer.from(file.link ?? ''),
    stat: statOf(file, content.length),
    ...(file.fraction === undefined ? {} : { fraction: file.fraction }),
  })
  const records: Omit<RestoreRecord, 'fileIndex'>[] = [
    { stream: STREAM.unixAttributes, data: attributes },
  ]
  for (let at = 0; at < content.length; at += 65536) {
    records.push({ stream: STREAM.fileData, data: content.subarray(at, at + 65536) })
  }
  records.push(...(file.extra ?? []))
  if (content.length > 0 && file.digest !== false) {
    const digest = file.digest ?? createHash('md5').update(content).digest('hex')
    records.push({ stream: STREAM.md5, data: Buffer.from(digest, 'hex') })
  }
  return records.map((record) => ({ fileIndex, ...record }))
}

function statOf(file: FileSource, length: number): FileStat {
  const { size = length, mtime = MTIME, nlink = 1 } = file
  return {
    dev: 1,
    ino: 2n,
    mode: modeOf(file),
    nlink,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    rdev: 0,
    size,
    blksize: 4096,
    blocks: Math.ceil(size / 512),
    atime: MTIME,
    mtime,
    ctime: MTIME,
    linkFileIndex: 0,
    flags: 0,
    dataStream: 2,
    ...file.stat,
  }
}

function modeOf({ type, mode }: FileSource): number {
  if (type === FILE_TYPE.directoryEnd) return 0o040000 | (mode ?? 0o755)
  return (type === FILE_TYPE.symlink ? 0o120000 : 0o100000) | (mode ?? 0o644)
}

export interface Outcome {
  readonly totals: RestoreTotals
  readonly problems: readonly RestoreProblem[]
}

export function restore(
  records: readonly RestoreRecord[],
  options: Partial<RestoreOptions> & Pick<RestoreOptions, 'where'>,
): Outcome {
  const problems: RestoreProblem[] = []
  const restorer = createRestorer({
    replace: 'always',
    tag: 'test',
    nowMs: Date.now(),
    report: (problem) => problems.push(problem),
    ...options,
  })
  for (const record of records) restorer.accept(record)
  return { totals: restorer.end(), problems }
}

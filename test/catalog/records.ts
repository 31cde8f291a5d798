// Attribute chunks as storage sends them, made from short descriptions.
import {
  encodeAttributes,
  encodePath,
  encodeRecords,
  FILE_TYPE,
  type FileStat,
  STREAM,
} from '@coffer/core'

export interface TestFile {
  readonly index: number
  /** A directory ends with a slash; text as core `decodePath` makes it, or raw bytes. */
  readonly path: string | Uint8Array
  readonly size?: number
  readonly type?: number
  /** Bytes of an MD5. */
  readonly digest?: Uint8Array
  readonly deltaSeq?: number
}

export interface TestRecord {
  readonly fileIndex: number
  readonly stream: number
  readonly data: Uint8Array
}

const STAT: FileStat = {
  dev: 64768,
  ino: 1810515n,
  mode: 0o100644,
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 4096,
  blocks: 8,
  atime: 1795226642,
  mtime: 1795226642,
  ctime: 1795226642,
  linkFileIndex: 0,
  flags: 0,
  dataStream: 2,
}

export function attributesOf(file: TestFile): TestRecord {
  const path = typeof file.path === 'string' ? encodePath(file.path) : file.path
  const isDirectory = path.at(-1) === 0x2f
  return {
    fileIndex: file.index,
    stream: STREAM.unixAttributes,
    data: encodeAttributes({
      fileIndex: file.index,
      type: file.type ?? (isDirectory ? FILE_TYPE.directoryEnd : FILE_TYPE.regular),
      path,
      stat: { ...STAT, mode: isDirectory ? 0o040755 : STAT.mode, size: file.size ?? 0 },
      deltaSeq: file.deltaSeq ?? 0,
    }),
  }
}

export function digestOf(index: number, data: Uint8Array): TestRecord {
  return { fileIndex: index, stream: STREAM.md5, data }
}

/** One chunk with all records of these files. */
export function chunkOf(files: readonly TestFile[]): Buffer {
  return encodeRecords(
    files.flatMap((file) => [
      attributesOf(file),
      ...(file.digest === undefined ? [] : [digestOf(file.index, file.digest)]),
    ]),
  )
}

/** Files numbered from 1 in the order given. */
export function filesOf(...paths: string[]): TestFile[] {
  return paths.map((path, at) => ({ index: at + 1, path }))
}

// Attributes of a million files, once as storage sends them and once as rows for COPY.
import { createHash } from 'node:crypto'
import {
  encodeAttributes,
  encodeLstat,
  encodeRecords,
  FILE_TYPE,
  type FileStat,
  STREAM,
} from '@coffer/core'

export const CATALOG_FILES = 1_000_000
const FILES_PER_DIRECTORY = 20
const FILES_PER_CHUNK = 1_000
const FIRST_TIME = 1_795_000_000

interface CatalogFile {
  readonly index: number
  readonly directory: string
  readonly name: string
  readonly stat: FileStat
}

function fileOf(index: number): CatalogFile {
  const directory = Math.floor(index / FILES_PER_DIRECTORY)
  return {
    index,
    directory: `/srv/data/department-${String(directory % 50)}/project-${String(directory)}/`,
    name: `document-${String(index)}.txt`,
    stat: {
      dev: 64_768,
      ino: BigInt(1_000_000 + index),
      mode: 0o100644,
      nlink: 1,
      uid: 1000 + (index % 50),
      gid: 100,
      rdev: 0,
      size: 512 + ((index * 7919) % 100_000),
      blksize: 4096,
      blocks: 8,
      atime: FIRST_TIME + index,
      mtime: FIRST_TIME + index,
      ctime: FIRST_TIME + index,
      linkFileIndex: 0,
      flags: 0,
      dataStream: STREAM.fileData,
    },
  }
}

/** 16 bytes that look like a digest. */
function digestOf(index: number): Buffer {
  return createHash('md5').update(String(index)).digest()
}

/** Chunks of attribute and digest records. */
export function attributeChunks(): Buffer[] {
  return chunksOf((files) =>
    encodeRecords(
      files.flatMap(({ index, directory, name, stat }) => [
        {
          fileIndex: index + 1,
          stream: STREAM.unixAttributes,
          data: encodeAttributes({
            fileIndex: index + 1,
            type: FILE_TYPE.regular,
            path: Buffer.from(directory + name),
            stat,
          }),
        },
        { fileIndex: index + 1, stream: STREAM.xxh128, data: digestOf(index) },
      ]),
    ),
  )
}

/** Columns of `copyChunks`. */
export const COPY_COLUMNS = 'jobid, fileindex, path, name, lstat, md5'

const COPY_HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const COPY_END = Buffer.from([0xff, 0xff])

/** The same files in the binary form of COPY. */
export function copyChunks(): Buffer[] {
  const rows = chunksOf((files) => Buffer.concat(files.map(copyRow)))
  return [COPY_HEAD, ...rows, COPY_END]
}

function copyRow({ index, directory, name, stat }: CatalogFile): Buffer {
  const fields = [
    int32(1),
    int32(index + 1),
    Buffer.from(directory),
    Buffer.from(name),
    Buffer.from(encodeLstat(stat)),
    Buffer.from(digestOf(index).toString('base64').slice(0, 22)),
  ]
  const count = Buffer.from([0, fields.length])
  return Buffer.concat([count, ...fields.flatMap((field) => [int32(field.length), field])])
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

function chunksOf(encode: (files: readonly CatalogFile[]) => Buffer): Buffer[] {
  return Array.from({ length: CATALOG_FILES / FILES_PER_CHUNK }, (_, chunk) =>
    encode(
      Array.from({ length: FILES_PER_CHUNK }, (_, at) => fileOf(chunk * FILES_PER_CHUNK + at)),
    ),
  )
}

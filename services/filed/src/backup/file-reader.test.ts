import {
  appendFileSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeScratch, run, type Scratch } from '@coffer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeAttributes, FILE_TYPE, recordsOf, STREAM, type VolumeRecord } from '@coffer/core'
import { loadPosix, unpackData } from '@coffer/files'
import type { FileOptions } from '@coffer/wire'
import { DEFAULT_OPTIONS } from '../fileset/match.ts'
import { BatchWriter } from './batch-writer.ts'
import { FileReader, type FileReaderOptions, type ReadNote } from './file-reader.ts'
import { type TaskFile, taskStat } from './file-task.ts'
import { readingRules } from './reading-rules.ts'

let scratch: Scratch
let path: string

beforeEach(async () => {
  scratch = await makeScratch('reader')
  path = join(scratch.path, 'file')
})

afterEach(() => scratch.remove())

interface Read {
  readonly records: readonly VolumeRecord[]
  readonly notes: readonly ReadNote[]
  readonly reader: FileReader
}

/** Reads `path`; `meanwhile` runs before each chunk, the first time with 0 before the file is opened. */
function read(
  options: Partial<FileOptions> = {},
  meanwhile: (step: number) => void = () => undefined,
  more: Partial<FileReaderOptions> = {},
  type?: number,
): Read {
  const batches: Buffer[] = []
  const notes: ReadNote[] = []
  let step = 0
  const writer = new BatchWriter({
    take: () => Buffer.alloc(300_000),
    give: (buffer, usedBytes) => batches.push(buffer.subarray(0, usedBytes)),
  })
  const reader = new FileReader({
    writer,
    rules: [readingRules({ ...DEFAULT_OPTIONS, ...options })],
    posix: loadPosix().posix,
    note: (note) => notes.push({ ...note, text: note.text.replace(scratch.path, '') }),
    checkCancelled: () => {
      meanwhile(step++)
    },
    ...more,
  })
  reader.read({ ...taskFile(), ...(type === undefined ? {} : { type }) })
  writer.flush()
  return { records: batches.flatMap((batch) => [...recordsOf(batch)]), notes, reader }
}

function taskFile(): TaskFile {
  const stat = lstatSync(path, { bigint: true })
  const isRegular = stat.isFile()
  return {
    fileIndex: 7,
    type: isRegular ? FILE_TYPE.regular : FILE_TYPE.special,
    options: 0,
    access: Buffer.from(path),
    stored: Buffer.from(path),
    link: Buffer.alloc(0),
    fd: -1,
    linkFileIndex: 0,
    stat: isRegular ? undefined : taskStat(stat, 0),
  }
}

function streams(result: Read): number[] {
  return result.records.map((record) => record.stream)
}

describe('records of a file', () => {
  it('come as attributes, data, lists, digest', async () => {
    writeFileSync(path, 'x'.repeat(100_000))
    await run(['setfacl', '-m', 'u:1:r', path])
    await run(['setfattr', '-n', 'user.a', '-v', 'b', path])
    const result = read({ signature: 'SHA1' })
    expect(streams(result)).toEqual([
      STREAM.unixAttributes,
      STREAM.fileData,
      STREAM.fileData,
      STREAM.aclLinuxAccess,
      STREAM.xattrLinux,
      STREAM.sha1,
    ])
    expect(result.records.map(({ data }) => data.length).slice(1, 3)).toEqual([65_536, 34_464])
    expect(result.records[3]?.data.toString()).toContain('user:1:r--\n')
    const { stat, fraction } = decodeAttributes(result.records[0]?.data ?? Buffer.alloc(0))
    expect(stat).toMatchObject({ size: 100_000, dataStream: STREAM.fileData })
    expect(fraction?.mtimeNs).toBe(
      Number(statSync(path, { bigint: true }).mtimeNs % 1_000_000_000n),
    )
    expect(result.reader.totals).toMatchObject({ files: 1, bytes: 100_000, readBytes: 100_000 })
  })

  it('leave lists out when nobody wants them', async () => {
    writeFileSync(path, 'x')
    await run(['setfacl', '-m', 'u:1:r', path])
    await run(['setfattr', '-n', 'user.a', '-v', 'b', path])
    expect(streams(read({ aclSupport: false, xattrSupport: false }))).toEqual([1, 2])
    expect(streams(read({ aclSupport: false }))).toEqual([1, 2, STREAM.xattrLinux])
    expect(streams(read({}, undefined, { posix: undefined }))).toEqual([1, 2])
  })

  it('of compressed files unpack to the content', () => {
    const content = Buffer.from('some text '.repeat(60_000))
    writeFileSync(path, content)
    const result = read({ compression: 'ZSTD', compressionLevel: 5 })
    const data = result.records.filter(({ stream }) => stream === STREAM.compressedData)
    expect(data).toHaveLength(3)
    const plain = Buffer.concat(data.map((record) => Buffer.from(unpackData(record.data))))
    expect(plain.equals(content)).toBe(true)
    expect(result.reader.totals.packedFrom).toBe(content.length)
    expect(result.reader.totals.bytes).toBeLessThan(10_000)
  })

  it('of sparse files tell where the data is, and end where the file ends', () => {
    const fd = openSync(path, 'w')
    writeSync(fd, 'here', 1_000_000)
    closeSync(fd)
    truncateSync(path, 3_000_000)
    const offsets = read({ sparse: true })
      .records.filter(({ stream }) => stream === STREAM.sparseData)
      .map(({ data }) => [Number(data.readBigUInt64BE(0)), data.length - 8])
    expect(offsets).toEqual([
      [15 * 65_536, 65_536],
      [45 * 65_536, 3_000_000 - 45 * 65_536],
    ])
  })

  it('are as many for a record larger than a batch', async () => {
    writeFileSync(path, 'x')
    const value = 'v'.repeat(60_000)
    const made = await run(['setfattr', '-n', 'user.large', '-v', value, path])
    if (made.exitCode !== 0) return
    const [, , list] = read().records
    expect(list?.data.length).toBeGreaterThan(60_000)
  })
})

describe('a file that', () => {
  it('vanished is noted and no error', () => {
    writeFileSync(path, 'x')
    const result = read({}, () => rmSync(path))
    expect(result.records).toEqual([])
    expect(result.notes).toEqual([
      { type: 'notsaved', text: '"/file" vanished before it was read', isError: false },
    ])
  })

  it('became something else is an error', () => {
    writeFileSync(path, 'x')
    const result = read({}, () => {
      if (!existsSync(path)) return
      rmSync(path)
      symlinkSync('/etc/passwd', path)
    })
    expect(result.records).toEqual([])
    expect(result.notes[0]).toMatchObject({ type: 'notsaved', isError: true })
    expect(result.notes[0]?.text).toContain('cannot be opened: ERR=')
  })

  it.skipIf(process.geteuid?.() === 0)(
    'may not be read is an error',
    { meta: { skipReason: 'root may read everything' } },
    () => {
      writeFileSync(path, 'x', { mode: 0 })
      expect(read().notes).toEqual([
        {
          type: 'notsaved',
          text: '"/file" cannot be opened: ERR=Permission denied',
          isError: true,
        },
      ])
    },
  )

  it('shrinks while it is read is saved as far as it is there', () => {
    writeFileSync(path, 'x'.repeat(200_000))
    const result = read({ signature: 'MD5' }, (step) => {
      if (step === 2) truncateSync(path, 100_000)
    })
    expect(result.notes).toEqual([
      {
        type: 'warning',
        text: '"/file" shrank while it was read: 100000 of 200000 bytes are saved',
        isError: false,
      },
    ])
    expect(streams(result)).toEqual([1, 2, 2, STREAM.md5])
  })

  it('grows while it is read is saved as long as it was', () => {
    writeFileSync(path, 'x'.repeat(100_000))
    const result = read({}, (step) => {
      if (step === 2) appendFileSync(path, 'more')
    })
    expect(result.notes).toEqual([
      {
        type: 'info',
        text: '"/file" grew while it was read: its first 100000 bytes are saved',
        isError: false,
      },
    ])
    expect(result.reader.totals.bytes).toBe(100_000)
  })

  it('changes while it is read is told, and an error when that was asked', () => {
    writeFileSync(path, 'x'.repeat(100_000))
    const change = (step: number): void => {
      if (step === 2) utimesSync(path, 1, 1)
    }
    const text = '"/file" changed while it was read'
    expect(read({}, change).notes).toEqual([{ type: 'warning', text, isError: false }])
    utimesSync(path, 2, 2)
    const checked = read({ checkFileChanges: true }, change)
    expect(checked.notes).toEqual([{ type: 'error', text, isError: true }])
  })

  it('is a fifo is not opened', async () => {
    await run(['mkfifo', path])
    const result = read({ signature: 'MD5' })
    expect(streams(result)).toEqual([1])
    expect(result.notes).toEqual([])
  })

  it('is a fifo gives what is written into it, when that is wanted', async () => {
    await run(['mkfifo', path])
    const writing = run(['sh', '-c', `sleep 0.3; seq 1 30000 > "${path}"`])
    const result = read({ signature: 'MD5' }, undefined, {}, FILE_TYPE.fifo)
    await writing
    const data = result.records.filter(({ stream }) => stream === STREAM.fileData)
    const content = Buffer.concat(data.map((record) => record.data)).toString()
    expect(content.split('\n')).toHaveLength(30_001)
    expect(streams(result).at(-1)).toBe(STREAM.md5)
    expect(result.reader.totals.readBytes).toBe(content.length)
  })

  it('keeps its time of access when asked', () => {
    writeFileSync(path, 'x')
    utimesSync(path, 1000, 2000)
    read({ keepAtime: true })
    expect(statSync(path).atimeMs).toBe(1_000_000)
    read({ noAtime: true })
    expect(statSync(path).atimeMs).toBe(1_000_000)
  })
})

import { deflateSync } from 'node:zlib'
import { encodeAttributes, encodeRecords, FILE_TYPE, STREAM, type VolumeRecord } from '@coffer/core'
import { createDigest } from '@coffer/files'
import { describe, expect, it, test } from 'vitest'
import { examinerOf, RecordCheck } from './record-check.ts'

const content = Buffer.from('what was saved\n'.repeat(100))

function attributes(fileIndex: number, size: number, type: number = FILE_TYPE.regular) {
  const stat = {
    ...{ dev: 1, ino: 2n, mode: 0o100644, nlink: 1, uid: 0, gid: 0, rdev: 0, size, blksize: 4096 },
    ...{ blocks: 1, atime: 1, mtime: 1, ctime: 1, linkFileIndex: 0, flags: 0, dataStream: 2 },
  }
  const path = Buffer.from(`/srv/file-${fileIndex}`)
  const data = Buffer.from(encodeAttributes({ fileIndex, type, path, stat }))
  return { fileIndex, stream: STREAM.unixAttributes, data }
}

function data(fileIndex: number, bytes: Uint8Array, stream: number = STREAM.fileData) {
  return { fileIndex, stream, data: Buffer.from(bytes) }
}

function md5(fileIndex: number, bytes: Uint8Array) {
  const digest = createDigest('MD5')
  digest.update(bytes)
  return { fileIndex, stream: STREAM.md5, data: digest.finish() }
}

function sparse(at: number, bytes: Uint8Array): Buffer {
  const offset = Buffer.alloc(8)
  offset.writeBigUInt64BE(BigInt(at))
  return Buffer.concat([offset, bytes])
}

function findings(records: readonly VolumeRecord[]): string[] {
  const check = new RecordCheck(['MD5', 'XXH128'])
  const half = Math.ceil(records.length / 2)
  const found = [
    ...check.take(encodeRecords(records.slice(0, half)), 'One'),
    ...check.take(encodeRecords(records.slice(half)), 'Two'),
    ...check.end(),
  ]
  expect(found.every(({ code }) => code === 'stored-file-damaged')).toBe(true)
  return found.map(({ message }) => message)
}

describe('a stored file', () => {
  const size = content.length

  test.each<readonly [string, readonly VolumeRecord[]]>([
    ['plain', [attributes(1, size), data(1, content), md5(1, content)]],
    [
      'in pieces',
      [
        attributes(1, size),
        data(1, content.subarray(0, 9)),
        data(1, content.subarray(9)),
        md5(1, content),
      ],
    ],
    [
      'compressed',
      [attributes(1, size), data(1, deflateSync(content), STREAM.gzipData), md5(1, content)],
    ],
    [
      'with a hole',
      [
        attributes(1, 9000 + size),
        data(1, sparse(9000, content), STREAM.sparseData),
        md5(1, content),
      ],
    ],
    ['without a digest', [attributes(1, size), data(1, content)]],
    ['empty', [attributes(1, 0, FILE_TYPE.regularEmpty)]],
    ['no file', [attributes(1, 4096, FILE_TYPE.directoryEnd), attributes(2, 0, FILE_TYPE.deleted)]],
    // It changed while it was read: what was read is there.
    ['longer than its stat', [attributes(1, 5), data(1, content), md5(1, content)]],
  ])('is sound: %s', (_name, records) => {
    expect(findings(records)).toEqual([])
  })

  test.each<[string, VolumeRecord[], string]>([
    [
      'other bytes',
      [attributes(1, size), data(1, content), md5(1, Buffer.from('other'))],
      '"/srv/file-1" (Volume "One" and "Two"): its content does not have the MD5 digest that was stored with it',
    ],
    [
      'lost bytes',
      [attributes(1, size), data(1, content.subarray(100)), md5(1, content)],
      `"/srv/file-1" (Volume "One" and "Two"): its content does not have the MD5 digest that was stored with it (${size - 100} of ${size} bytes)`,
    ],
    [
      'cut short',
      [
        attributes(1, size),
        data(1, content.subarray(100)),
        attributes(2, 0, FILE_TYPE.regularEmpty),
      ],
      `"/srv/file-1" (Volume "One"): ${size - 100} of its ${size} bytes are there, and no digest`,
    ],
    [
      'cannot be unpacked',
      [attributes(1, size), data(1, content, STREAM.gzipData), md5(1, content)],
      '"/srv/file-1" (Volume "One" and "Two"): ',
    ],
    [
      'attributes lost',
      [attributes(1, 0, FILE_TYPE.regularEmpty), data(2, content), md5(2, content)],
      'FileIndex 2 (Volume "One"): its attributes are lost',
    ],
    [
      'another digest than the Catalog knows',
      [attributes(1, size), data(1, content), { ...md5(1, content), stream: STREAM.sha1 }],
      '"/srv/file-1" (Volume "One" and "Two"): its digest is SHA1, which the Catalog does not know of',
    ],
  ])('is found bad: %s', (_name, records, text) => {
    expect(findings(records)).toEqual([expect.stringContaining(text)])
  })

  it('that is encrypted is named as not looked into', () => {
    const check = new RecordCheck(['MD5'])
    const records = [attributes(1, size), data(1, content, STREAM.encryptedData), md5(1, content)]
    expect(check.take(encodeRecords(records), 'One')).toEqual([])
    expect(check.end()).toEqual([])
    expect(check.remarks()).toContain('1 files could not be looked into: its content is encrypted.')
  })

  it('gives its attributes and digest to the Director, and no content', () => {
    const check = new RecordCheck(undefined)
    const records = [attributes(1, size), data(1, content), md5(1, content)]
    expect(check.take(encodeRecords(records), 'One')).toEqual([])
    expect(check.takeAttributes()).toEqual(
      encodeRecords(records.filter(({ stream }) => stream !== STREAM.fileData)),
    )
    expect(check.takeAttributes()).toHaveLength(0)
  })
})

test('a way of verifying that is not known is refused', () => {
  const start = { verify: 'everything', digests: [] as string[] }
  expect(() => examinerOf(start as unknown as Parameters<typeof examinerOf>[0])).toThrow(
    'no way of verifying',
  )
})

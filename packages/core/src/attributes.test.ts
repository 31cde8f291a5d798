import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeAttributes,
  encodeTextAttributes,
  type FileAttributes,
  type FileStat,
  splitAttributes,
} from './attributes.ts'
import { CofferError } from './errors.ts'
import { decodePath } from './path-text.ts'

/** Records that Bareos 26 wrote; `\xe9` is one byte. */
const REAL = [
  '10 3 /srv/sample/names/latin1-\xe9.txt\0P4A G6Bl IGk B A A A K BAA I BrAPwS BrAPwS BrAPwS A A C\0\0\x000\0',
  '12 3 /srv/sample/names/new\nline\0P4A G6Br IGk B A A A I BAA I BrAPwS BrAPwS BrAPwS A A C\0\0\x000\0',
  '21 1 /srv/sample/links/hard2\0P4A G6CN IGk D A A A P BAA I BrAPxW BrAPwS BrAPwS U A C\0/srv/sample/links/file\0\x000\0',
  '22 4 /srv/sample/links/dangling\0P4A G6CP KH/ B A A A T BAA A BrAPwS BrAPwS BrAPwS A A C\0/nonexistent/target\0\x000\0',
  '5 23 /srv/sample/names/with space:colon\0A A A A A A A A A A A BrAPwS BrAPwS A A C\0\0\x000\0',
]
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')

const path = fc
  .uint8Array({ minLength: 1, maxLength: 300 })
  .filter((bytes) => !bytes.includes(0))
  .map(decodePath)
const link = fc
  .uint8Array({ maxLength: 300 })
  .filter((bytes) => !bytes.includes(0))
  .map(decodePath)
const natural = fc.maxSafeInteger().map(Math.abs)
const nanoseconds = fc.integer({ min: 0, max: 999_999_999 })

const stat: fc.Arbitrary<FileStat> = fc.record({
  dev: natural,
  ino: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  mode: natural,
  nlink: natural,
  uid: natural,
  gid: natural,
  rdev: natural,
  size: natural,
  blksize: natural,
  blocks: natural,
  atime: fc.maxSafeInteger(),
  mtime: fc.maxSafeInteger(),
  ctime: fc.maxSafeInteger(),
  linkFileIndex: natural,
  flags: natural,
  dataStream: natural,
})

const attributes: fc.Arbitrary<FileAttributes> = fc.record({
  fileIndex: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  type: fc.integer({ min: 1, max: 28 }),
  path,
  stat,
  link,
  fraction: fc.option(
    fc
      .record({ mtimeNs: nanoseconds, atimeNs: nanoseconds })
      .filter((pair) => pair.mtimeNs + pair.atimeNs > 0),
    { nil: undefined },
  ),
  deltaSeq: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
})

describe('attribute record', () => {
  it.each(REAL)('reads and writes the very bytes of Bareos: %j', (text) => {
    const read = decodeAttributes(bytesOf(text))
    expect(Buffer.from(encodeTextAttributes(read)).toString('latin1')).toBe(text)
  })

  it('knows the fields of a hard link', () => {
    const read = decodeAttributes(bytesOf(REAL[2] ?? ''))
    expect(read).toMatchObject({
      fileIndex: 21,
      type: 1,
      path: '/srv/sample/links/hard2',
      link: '/srv/sample/links/file',
      fraction: undefined,
      stat: { mode: 0o100644, nlink: 3, size: 15, linkFileIndex: 20, dataStream: 2 },
    })
  })

  it('gives back everything that it wrote', () => {
    fc.assert(
      fc.property(attributes, (value) => {
        expect(decodeAttributes(encodeTextAttributes(value))).toEqual(value)
      }),
    )
  })

  it('cuts a record without the trailing fields', () => {
    const fields = splitAttributes(bytesOf('1 3 /a\0A A A A A A A A A A A A A\0\0'))
    expect(fields).toMatchObject({ extended: '', deltaSeq: 0 })
  })

  it('answers garbage with an error of its own and nothing else', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(...REAL), fc.nat(150), fc.nat(255))
        .map(([text, at, byte]) => bytesOf(text).map((old, i) => (i === at ? byte : old))),
      fc
        .tuple(fc.constantFrom(...REAL), fc.nat(110))
        .map(([text, at]) => bytesOf(text.slice(0, at))),
    )
    fc.assert(
      fc.property(garbage, (bytes) => {
        try {
          decodeAttributes(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
        }
      }),
    )
  })
})

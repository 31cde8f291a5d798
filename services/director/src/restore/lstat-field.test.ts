import { encodeLstat } from '@coffer/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LSTAT_FIELD, lstatNumber } from './lstat-field.ts'

const STAT = {
  dev: 64768,
  ino: 1810515n,
  mode: 0o100644,
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  blksize: 4096,
  blocks: 8,
  atime: 1795226642,
  mtime: 1795226642,
  ctime: 1795226642,
  flags: 0,
  dataStream: 2,
}

test('a number is found where it was written', () => {
  const number = fc.nat({ max: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(number, fc.nat(), (size, linkFileIndex) => {
      const text = encodeLstat({ ...STAT, size, linkFileIndex })
      expect(lstatNumber(text, LSTAT_FIELD.size)).toBe(size)
      expect(lstatNumber(text, LSTAT_FIELD.linkFileIndex)).toBe(linkFileIndex)
    }),
  )
})

test('what is not there is 0', () => {
  expect(lstatNumber('', LSTAT_FIELD.size)).toBe(0)
  expect(lstatNumber('P0A G6BT IGk', LSTAT_FIELD.linkFileIndex)).toBe(0)
  expect(lstatNumber('a b c d e f g ??? h', LSTAT_FIELD.size)).toBe(0)
})

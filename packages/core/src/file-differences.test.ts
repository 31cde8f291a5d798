import type { FileStat } from './attributes.ts'
import { expect, test } from 'vitest'
import { findDifferences } from './file-differences.ts'

const stat: FileStat = {
  dev: 1,
  ino: 2n,
  mode: 0o100644,
  nlink: 1,
  uid: 1000,
  gid: 1000,
  rdev: 0,
  size: 10,
  blksize: 4096,
  blocks: 8,
  atime: 100,
  mtime: 200,
  ctime: 300,
  linkFileIndex: 0,
  flags: 0,
  dataStream: 2,
}

const ALL = 'pinugsamcd'

test.each<[string, Partial<FileStat>, string, string]>([
  ['nothing', {}, ALL, ''],
  ['the inode', { ino: 3n }, 'i', 'st_ino 2 3'],
  ['the mode', { mode: 0o100600 }, 'p', 'st_mode 100644 100600'],
  ['links', { nlink: 2 }, 'n', 'st_nlink 1 2'],
  ['the owner', { uid: 0 }, 'u', 'st_uid 1000 0'],
  ['the group', { gid: 0 }, 'g', 'st_gid 1000 0'],
  ['the size', { size: 11 }, 's', 'st_size 10 11'],
  ['atime', { atime: 101 }, 'a', 'st_atime 100 101'],
  ['an older mtime', { mtime: 1 }, 'm', 'st_mtime 200 1'],
  ['ctime', { ctime: 301 }, 'c', 'st_ctime 300 301'],
  ['a size that grows', { size: 11 }, 'd', ''],
  ['a size that shrinks', { size: 9 }, 'd', 'st_size 10 9'],
  ['what no letter asks for', { uid: 0, gid: 0, nlink: 2, ino: 9n }, 'mcs', ''],
  ['several', { mtime: 201, size: 11 }, 'mcs', 'st_mtime 200 201, st_size 10 11'],
  ['letters without a meaning', { size: 11 }, 'xyz', ''],
  ['what no letter can ask for', { dev: 7, rdev: 7, blocks: 7, dataStream: 4 }, ALL, ''],
])('%s', (_name, now, letters, expected) => {
  const found = findDifferences(letters, stat, { ...stat, ...now })
  expect(found.map(({ field, known, now }) => `${field} ${known} ${now}`).join(', ')).toBe(expected)
})

test.each([
  ['1', 1],
  ['5', 1],
  ['pins1', 1],
  ['pins', 0],
])('a digest under the letters %s', (letters, count) => {
  const digest = { name: 'MD5', known: 'a', now: 'b' }
  expect(findDifferences(letters, stat, stat, digest)).toHaveLength(count)
  expect(findDifferences(letters, stat, stat, { ...digest, now: 'a' })).toHaveLength(0)
})

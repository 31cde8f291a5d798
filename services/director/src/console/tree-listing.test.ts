import { encodeLstat } from '@coffer/core'
import { expect, test } from 'vitest'
import type { TreeItem } from '../restore/tree.ts'
import { longLine, shortLine } from './tree-listing.ts'

const NAMES = {
  user: (id: number) => (id === 0 ? 'root' : undefined),
  group: (id: number) => (id === 0 ? 'root' : undefined),
}

function item(mode: number, change: Partial<TreeItem> = {}, uid = 0): TreeItem {
  const stat = { dev: 0, ino: 0n, nlink: 2, gid: uid, rdev: 0, blksize: 0, blocks: 0, atime: 0 }
  const mtime = new Date(2026, 10, 21, 2, 4, 2).getTime() / 1000
  const times = { mtime, ctime: 0, linkFileIndex: 0, flags: 0, dataStream: 0 }
  const isDirectory = (mode & 0o170000) === 0o040000
  return {
    entry: {
      name: 'bin',
      isDirectory,
      pathId: 1,
      jobId: 1,
      fileIndex: 1,
      fileId: 1,
      lstat: encodeLstat({ ...stat, ...times, mode, uid, size: 4096 }),
      digest: '',
    },
    path: isDirectory ? '/srv/bin/' : '/srv/bin',
    isMarked: false,
    isMarkedBelow: false,
    mayHoldMarks: false,
    ...change,
  }
}

test('a long line is that of ls -l', () => {
  expect(longLine(item(0o040755), NAMES)).toBe(
    'drwxr-xr-x   2 0 (root) 0 (root)          4096  2026-11-21 02:04:02   /srv/bin/\n',
  )
  expect(longLine(item(0o104755, { isMarked: true }, 1234), NAMES)).toBe(
    '-rwsr-xr-x   2 1234     1234              4096  2026-11-21 02:04:02 * /srv/bin\n',
  )
})

test.each([
  [0o041777, 'drwxrwxrwt'],
  [0o010644, 'frw-r--r--'],
  [0o020600, 'crw-------'],
  [0o060660, 'brw-rw----'],
  [0o120777, 'lrwxrwxrwx'],
  [0o140755, 'srwxr-xr-x'],
  [0o106640, '-rwSr-S---'],
])('mode %o is "%s"', (mode, text) => {
  expect(longLine(item(mode), NAMES).slice(0, 10)).toBe(text)
})

test('what was not saved has a name only', () => {
  const { entry, ...rest } = item(0o040755)
  const unsaved = { ...rest, entry: { ...entry, lstat: '', jobId: 0 } }
  expect(longLine(unsaved, NAMES).trim()).toBe('/srv/bin/')
})

test('a mark says whether what is below is marked too', () => {
  expect(shortLine(item(0o040755))).toBe('bin/\n')
  expect(shortLine(item(0o040755, { isMarked: true }))).toBe('+bin/\n')
  expect(shortLine(item(0o040755, { isMarked: true, isMarkedBelow: true }))).toBe('*bin/\n')
  expect(shortLine(item(0o100644, { isMarked: true }))).toBe('*bin\n')
})

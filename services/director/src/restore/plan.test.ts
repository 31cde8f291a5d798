import { encodeLstat, formatBootstrap } from '@coffer/core'
import { expect, test } from 'vitest'
import { type MediaSpan, planRestore, Selection } from './plan.ts'

const LSTAT = lstat(0)
const PLACE = { storage: 'File', device: 'FileStorage' }

test('files of a Job on several Volumes, cut at the ends of each', () => {
  const selection = new Selection()
  for (const fileIndex of [3, 4, 5, 9]) selection.add(file(fileIndex))
  const plan = planRestore(
    selection,
    [span('Full-0001', 1, 4), span('Full-0002', 4, 6), span('Full-0003', 7, 8)],
    () => PLACE,
  )
  expect(plan.files).toBe(4)
  expect(plan.volumes).toEqual([
    { volume: 'Full-0001', ...PLACE, isOnline: false },
    { volume: 'Full-0002', ...PLACE, isOnline: false },
  ])
  expect(formatBootstrap(plan.bootstrap)).toBe(
    `Storage="File"
Volume="Full-0001"
MediaType="File"
Device="FileStorage"
VolSessionId=7
VolSessionTime=1795226670
VolAddr=203-5000
FileIndex=3-4
Count=2
Storage="File"
Volume="Full-0002"
MediaType="File"
Device="FileStorage"
VolSessionId=7
VolSessionTime=1795226670
VolAddr=203-5000
FileIndex=4-5
Count=2
`,
  )
})

test('a hard link brings the file that has its data, uncounted', () => {
  const selection = new Selection()
  selection.add({ ...file(8), lstat: lstat(2) })
  expect(selection.files).toBe(1)
  expect(selection.rangesWithin(1, { from: 1, to: 100 })).toEqual([
    { from: 2, to: 2 },
    { from: 8, to: 8 },
  ])
})

test('two spans on one Volume become one entry', () => {
  const selection = new Selection()
  for (let fileIndex = 1; fileIndex <= 20; fileIndex++) selection.add(file(fileIndex))
  const first = span('Full-0001', 1, 10)
  const second = { ...span('Full-0001', 11, 20), startBlock: 5001, endBlock: 9000 }
  const { bootstrap } = planRestore(selection, [first, second], () => PLACE)
  expect(bootstrap.entries).toHaveLength(1)
  expect(bootstrap.entries[0]).toMatchObject({
    fileIndexes: [{ from: 1, to: 20 }],
    addresses: [{ from: 203, to: 9000 }],
    count: 20,
  })
})

test('offsets beyond 4 GiB are exact', () => {
  const selection = new Selection()
  selection.add(file(1))
  const far = { ...span('Full-0001', 1, 1), startFile: 3, startBlock: 1, endFile: 4, endBlock: 7 }
  const { bootstrap } = planRestore(selection, [far], () => PLACE)
  expect(bootstrap.entries[0]?.addresses).toEqual([{ from: 12884901889, to: 17179869191 }])
})

test('a Job of which nothing is chosen is not read', () => {
  const selection = new Selection()
  selection.add(file(1))
  const { bootstrap, volumes } = planRestore(
    selection,
    [{ ...span('Full-0001', 1, 9), jobId: 2 }],
    () => PLACE,
  )
  expect(bootstrap.entries).toEqual([])
  expect(volumes).toEqual([])
})

function file(fileIndex: number) {
  return { jobId: 1, fileIndex, isDirectory: false, lstat: LSTAT }
}

function span(volume: string, firstIndex: number, lastIndex: number): MediaSpan {
  return {
    jobMediaId: 1,
    jobId: 1,
    mediaId: 1,
    volume,
    mediaType: 'File',
    storageId: 1,
    storage: 'File',
    slot: 0,
    inChanger: false,
    firstIndex,
    lastIndex,
    startFile: 0,
    endFile: 0,
    startBlock: 203,
    endBlock: 5000,
    bytes: 0,
    job: { volSessionId: 7, volSessionTime: 1795226670 },
  }
}

function lstat(linkFileIndex: number): string {
  return encodeLstat({
    dev: 1,
    ino: 2n,
    mode: 0o100644,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: 10,
    blksize: 4096,
    blocks: 8,
    atime: 0,
    mtime: 0,
    ctime: 0,
    linkFileIndex,
    flags: 0,
    dataStream: 2,
  })
}

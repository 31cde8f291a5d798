// The restore tree: what a directory holds as of a chain of Jobs, and everything below one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { JobChain } from '../../services/director/src/catalog/files.ts'
import { addBackup } from './backups.ts'
import { gather } from './gather.ts'
import { filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let catalog: Catalog
let full: number
let incremental: number
let later: number

beforeAll(async () => {
  postgres = await startTestPostgres()
  catalog = await postgres.openFresh()
  await addBackup(catalog, {
    client: 'other-fd',
    files: filesOf('/srv/others/x', '/srv/others/', '/srv/sample/foreign', '/srv/sample/', '/srv/'),
  })
  full = await addBackup(catalog, {
    files: [
      { index: 1, path: '/srv/sample/text/a.txt', size: 10 },
      { index: 2, path: '/srv/sample/text/old.txt', size: 20 },
      ...[
        '/srv/sample/text/',
        '/srv/sample/gone/file',
        '/srv/sample/gone/',
        '/srv/sample/B',
        '/srv/sample/a',
        '/srv/sample/',
      ].map((path, at) => ({ index: at + 3, path })),
    ],
  })
  incremental = await addBackup(catalog, {
    level: 'I',
    minute: 1,
    files: [
      { index: 1, path: '/srv/sample/text/a.txt', size: 11 },
      { index: 2, path: '/srv/sample/text/new.txt', size: 30 },
      { index: 3, path: '/srv/sample/text/' },
    ],
    deleted: ['/srv/sample/text/old.txt', '/srv/sample/gone/', '/srv/sample/gone/file'],
  })
  later = await addBackup(catalog, {
    level: 'I',
    minute: 2,
    files: filesOf('/srv/sample/gone/again', '/srv/sample/text/old.txt'),
  })
})
afterAll(() => postgres.stop())

async function list(chain: JobChain, path: string): Promise<string[]> {
  const pathId = await catalog.files.findPath(path)
  if (pathId === undefined) return ['unknown']
  const entries = await catalog.files.listDirectory(chain, pathId)
  return entries.map(({ name, isDirectory, jobId }) => {
    const version = ['-', 'full', 'incremental', 'later'][
      [0, full, incremental, later].indexOf(jobId)
    ]
    return `${name}${isDirectory ? '/' : ''} ${version ?? jobId}`
  })
}

describe('a directory', () => {
  const cases: [string, () => JobChain, string, string[]][] = [
    ['above what was saved', () => [full], '', ['/ -']],
    ['above what was saved, one deeper', () => [full], '/', ['srv/ -']],
    ['that others share', () => [full], '/srv/', ['sample/ full']],
    [
      'directories first, each by bytes',
      () => [full],
      '/srv/sample/',
      ['gone/ full', 'text/ full', 'B full', 'a full'],
    ],
    ['of the Full', () => [full], '/srv/sample/text/', ['a.txt full', 'old.txt full']],
    [
      'newest versions, deletions honoured',
      () => [full, incremental],
      '/srv/sample/text/',
      ['a.txt incremental', 'new.txt incremental'],
    ],
    [
      'a directory that was deleted',
      () => [full, incremental],
      '/srv/sample/',
      ['text/ incremental', 'B full', 'a full'],
    ],
    ['its files too', () => [full, incremental], '/srv/sample/gone/', []],
    [
      'one that came back',
      () => [full, incremental, later],
      '/srv/sample/',
      ['gone/ -', 'text/ incremental', 'B full', 'a full'],
    ],
    [
      'with what came back alone',
      () => [full, incremental, later],
      '/srv/sample/gone/',
      ['again later'],
    ],
    [
      'a file that came back',
      () => [full, incremental, later],
      '/srv/sample/text/',
      ['a.txt incremental', 'new.txt incremental', 'old.txt later'],
    ],
    ['of an Incremental alone', () => [incremental], '/srv/sample/', ['text/ incremental']],
    ['of nothing', () => [], '/srv/sample/', []],
  ]
  test.each(cases)('%s', async (_what, chain, path, expected) => {
    expect(await list(chain(), path)).toEqual(expected)
  })

  test('tells what the tree shows of an entry', async () => {
    const pathId = (await catalog.files.findPath('/srv/sample/text/')) ?? 0
    const entry = await catalog.files.findInDirectory([full, incremental], pathId, 'a.txt')
    expect(entry).toMatchObject({
      jobId: incremental,
      fileIndex: 1,
      digest: '',
      isDirectory: false,
    })
    expect(entry?.lstat.split(' ')[7]).toBe('L')
    expect(
      await catalog.files.findInDirectory([full, incremental], pathId, 'old.txt'),
    ).toBeUndefined()
  })
})

test('a directory is visible when the chain has something in it', async () => {
  const visible = async (chain: JobChain, path: string) =>
    catalog.files.isVisible(chain, (await catalog.files.findPath(path)) ?? 0)
  expect(await visible([full], '/srv/')).toBe(true)
  expect(await visible([full], '')).toBe(true)
  expect(await visible([], '')).toBe(false)
  expect(await visible([full], '/srv/others/')).toBe(false)
  expect(await visible([full, incremental], '/srv/sample/gone/')).toBe(false)
  expect(await visible([full, incremental, later], '/srv/sample/gone/')).toBe(true)
  expect(await catalog.files.isVisible([full], 424_242)).toBe(false)
})

test('paths are found by their bytes and known by their number', async () => {
  const pathId = (await catalog.files.findPath('/srv/sample/')) ?? 0
  expect(await catalog.files.pathOf(pathId)).toBe('/srv/sample/')
  expect(await catalog.files.findPath('/SRV/sample/')).toBeUndefined()
  expect(await catalog.files.pathOf(424_242)).toBeUndefined()
  expect(await catalog.files.pathOf(await catalog.files.rootPathId())).toBe('')
})

describe('everything below a directory', () => {
  const cases: [string, () => JobChain, string, string[]][] = [
    ['of one Job', () => [full], '/srv/sample/text/', ['1:1', '1:2', '1:3']],
    ['of a chain', () => [full, incremental], '/srv/sample/text/', ['2:1', '2:2', '2:3']],
    ['from the root', () => [full, incremental], '', ['1:6', '1:7', '1:8', '2:1', '2:2', '2:3']],
    ['deleted', () => [full, incremental], '/srv/sample/gone/', []],
    ["others' only", () => [full], '/srv/others/', []],
  ]
  const short = (file: { jobId: number; fileIndex: number }) =>
    `${[0, full, incremental, later].indexOf(file.jobId)}:${file.fileIndex}`
  test.each(cases)('%s', async (_what, chain, path, expected) => {
    const pathId = (await catalog.files.findPath(path)) ?? 0
    const indexes = await gather(catalog.files.walkIndexes(chain(), pathId))
    expect(indexes.map(short).sort()).toEqual(expected)
    const named = await gather(catalog.files.walk(chain(), pathId))
    expect(named.map(short).sort()).toEqual(expected)
    expect(named.every((file) => file.path.startsWith(path))).toBe(true)
    expect(await catalog.files.count(chain(), pathId)).toBe(expected.length)
  })

  test('comes in the order of FileIndex and tells directories', async () => {
    const pathId = await catalog.files.rootPathId()
    const indexes = await gather(catalog.files.walkIndexes([full], pathId))
    expect(indexes.map((file) => file.fileIndex)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(indexes.map((file) => file.isDirectory)).toEqual([0, 0, 1, 0, 1, 0, 0, 1].map(Boolean))
  })

  test('can be left early', async () => {
    const pathId = await catalog.files.rootPathId()
    for await (const batch of catalog.files.walk([full], pathId)) {
      expect(batch.length).toBeGreaterThan(0)
      break
    }
    expect(await catalog.files.count([full], pathId)).toBe(8)
  })
})

test('versions of a file over all Jobs of a Client, newest first', async () => {
  const versions = await catalog.files.versions('/srv/sample/text/old.txt', 'host-fd', 10)
  expect(versions.map(({ jobId, isDeleted }) => [jobId, isDeleted])).toEqual([
    [later, false],
    [incremental, true],
    [full, false],
  ])
  expect(await catalog.files.versions('/srv/sample/text/old.txt', 'host-fd', 1)).toHaveLength(1)
  expect(await catalog.files.versions('/srv/sample/', 'other-fd', 9)).toHaveLength(1)
  expect(await catalog.files.versions('/none/x', 'host-fd', 9)).toEqual([])
})

test('one file by its whole name, in the chain and by its number', async () => {
  const { files } = catalog
  const path = '/srv/sample/text/a.txt'
  expect(await files.findInChain([full, incremental], path)).toMatchObject({
    jobId: incremental,
    path,
  })
  expect(await files.findInChain([full, incremental], '/srv/sample/gone/')).toBeUndefined()
  expect(await files.findInChain([full], '/srv/sample/gone/')).toMatchObject({ fileIndex: 5 })
  expect(await files.findByIndex(full, 2)).toMatchObject({ path: '/srv/sample/text/old.txt' })
  expect(await files.findByIndex(full, 0)).toBeUndefined()
  expect(await files.findByIndex(full, 99)).toBeUndefined()
})

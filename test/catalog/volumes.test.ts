// Rows of Volumes, Pools, Clients, FileSets and Storages.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { PoolRow } from '../../services/director/src/catalog/pools.ts'
import { addBackup, clientNamed, poolNamed, T0 } from './backups.ts'
import { filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let catalog: Catalog
let pool: PoolRow
beforeAll(async () => {
  postgres = await startTestPostgres()
})
beforeEach(async () => {
  catalog = await postgres.openFresh()
  const rows = await catalog.pools.sync([
    poolNamed('Full', {
      maximumVolumeJobs: 3,
      maximumVolumeBytes: 1_000_000,
      volumeUseDurationSeconds: 60,
      maximumVolumes: 4,
      actionOnPurge: 1,
      recyclePool: 'Scratch',
    }),
    poolNamed('Scratch', { poolType: 'Scratch' }),
  ])
  const found = rows.find((row) => row.name === 'Full')
  if (found === undefined) throw new Error('no Pool')
  pool = found
})
afterAll(() => postgres.stop())

const make = (name: string) =>
  catalog.media.create({ name, poolId: pool.poolId, mediaType: 'File' })

describe('a Volume', () => {
  test('takes the limits of its Pool', async () => {
    expect(await make('V1')).toMatchObject({
      name: 'V1',
      pool: 'Full',
      poolType: 'Backup',
      status: 'Append',
      enabled: true,
      recycle: true,
      maxJobs: 3,
      maxBytes: 1_000_000,
      useDurationSeconds: 60,
      retentionSeconds: 31_536_000,
      actionOnPurge: 1,
      firstWrittenMs: undefined,
      lastWrittenMs: undefined,
      bytes: 0,
    })
    expect((await catalog.media.find('V1'))?.recyclePoolId).toBe(pool.recyclePoolId)
    await expect(make('V1')).rejects.toMatchObject({ code: 'volume-exists' })
    expect(await catalog.media.find('V2')).toBeUndefined()
  })

  test('changes what is given and nothing else', async () => {
    await make('V1')
    const changed = await catalog.media.update('V1', {
      status: 'Used',
      bytes: 2 ** 40,
      enabledNumber: 2,
      recycle: false,
      labelMs: T0,
      lastWrittenMs: T0 + 1,
    })
    expect(changed).toMatchObject({
      status: 'Used',
      bytes: 2 ** 40,
      enabled: false,
      enabledNumber: 2,
      recycle: false,
      labelMs: T0,
      lastWrittenMs: T0 + 1,
      maxJobs: 3,
    })
    expect(await catalog.media.update('V1', { lastWrittenMs: null })).toMatchObject({
      lastWrittenMs: undefined,
      labelMs: T0,
    })
    expect(await catalog.media.update('V1', {})).toMatchObject({ status: 'Used' })
    expect(await catalog.media.update('V9', { status: 'Used' })).toBeUndefined()
  })

  test('moves between Pools, which count it', async () => {
    await make('V1')
    const count = async () => (await catalog.pools.list()).map((row) => [row.name, row.volumes])
    expect(await count()).toEqual([
      ['Full', 1],
      ['Scratch', 0],
    ])
    await catalog.media.update('V1', { poolId: pool.recyclePoolId })
    expect(await count()).toEqual([
      ['Full', 0],
      ['Scratch', 1],
    ])
    expect(await catalog.media.find('V1')).toMatchObject({ pool: 'Scratch', maxJobs: 3 })
    expect(await catalog.media.updateFromPool('V1')).toMatchObject({ maxJobs: 0 })
    expect(await catalog.media.updateFromPool('V9')).toBeUndefined()
    await make('V2')
    expect(await catalog.media.updateAllFromPool(pool.poolId)).toBe(1)
  })

  test('is found by what is asked', async () => {
    for (const name of ['V1', 'V2', 'V3']) await make(name)
    await catalog.media.update('V2', { status: 'Full', enabledNumber: 0 })
    const names = async (filter: Parameters<Catalog['media']['list']>[0]) =>
      (await catalog.media.list(filter)).map((row) => row.name)
    expect(await names({})).toEqual(['V1', 'V2', 'V3'])
    expect(await names({ pool: 'Full', statuses: ['Append'] })).toEqual(['V1', 'V3'])
    expect(await names({ poolId: pool.poolId, enabledOnly: true })).toEqual(['V1', 'V3'])
    expect(await names({ mediaType: 'LTO' })).toEqual([])
    expect(await names({ statuses: [] })).toEqual([])
    expect(await names({ storageId: 7 })).toEqual([])
    const row = await catalog.media.find('V3')
    expect(await catalog.media.findById(row?.mediaId ?? 0)).toEqual(row)
  })
})

describe('counted names', () => {
  const next = (nameFor: (counter: number, volumes: number) => string) =>
    catalog.media.createNext({ poolId: pool.poolId, mediaType: 'File' }, nameFor)

  test('go on from the highest MediaId and skip names that are taken', async () => {
    expect((await next((counter) => `Full-000${counter}`))?.name).toBe('Full-0001')
    await make('Full-0003')
    expect((await next((counter) => `Full-000${counter}`))?.name).toBe('Full-0004')
    const first = await next((counter, volumes) => `${volumes}of${counter}`)
    expect(first?.name).toBe('3of4')
  })

  test('end at Maximum Volumes', async () => {
    for (const name of ['V1', 'V2', 'V3', 'V4']) await make(name)
    expect(await next(String)).toBeUndefined()
  })

  test('end when every counter gives the name that is taken', async () => {
    await make('fixed')
    expect(await next(() => 'fixed')).toBeUndefined()
  })

  test('are each made once, however many ask', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () => next((counter) => `C-${counter}`)),
    )
    const names = made.flatMap((row) => (row === undefined ? [] : [row.name]))
    expect(names.sort()).toEqual(['C-1', 'C-2', 'C-3', 'C-4'])
  })
})

test('a deleted Volume takes its Jobs with it', async () => {
  const gone = await addBackup(catalog, { volume: 'V1', files: filesOf('/a') })
  const kept = await addBackup(catalog, { volume: 'V2', files: filesOf('/b') })
  const { mediaId = 0 } = (await catalog.media.find('V1')) ?? {}
  expect(await catalog.media.jobIds(mediaId)).toEqual([gone])
  expect(await catalog.purge.deleteVolume('V1')).toBe(true)
  expect(await catalog.purge.deleteVolume('V1')).toBe(false)
  expect((await catalog.jobs.list({})).map((row) => row.jobId)).toEqual([kept])
  expect(await catalog.purge.purgeVolume('V2')).toEqual([kept])
  expect(await catalog.purge.purgeVolume('V9')).toEqual([])
  expect(await catalog.media.find('V2')).toBeDefined()
})

test('a Pool is deleted when it is empty', async () => {
  await make('V1')
  await expect(catalog.purge.deletePool('Full')).rejects.toMatchObject({ code: 'pool-not-empty' })
  expect(await catalog.purge.deletePool('Scratch')).toBe(true)
  expect(await catalog.purge.deletePool('Scratch')).toBe(false)
})

test('Pools follow their resources and keep their number', async () => {
  const [changed] = await catalog.pools.sync([poolNamed('Full', { maximumVolumes: 9 })])
  expect(changed).toMatchObject({ poolId: pool.poolId, maximumVolumes: 9, recyclePoolId: 0 })
  expect(await catalog.pools.findById(pool.poolId)).toEqual(changed)
  expect((await catalog.pools.list()).map((row) => row.name)).toEqual(['Full', 'Scratch'])
  expect(await catalog.pools.sync([])).toEqual([])
  expect(await catalog.pools.find('None')).toBeUndefined()
})

test('Clients follow their resources and keep what their daemon said', async () => {
  const [first] = await catalog.clients.sync([clientNamed('a-fd')])
  await catalog.clients.setUname('a-fd', '26.0 Debian')
  const rows = await catalog.clients.sync([
    { ...clientNamed('a-fd'), jobRetentionSeconds: 1 },
    clientNamed('b-fd'),
  ])
  expect(rows[0]).toMatchObject({
    clientId: first?.clientId,
    uname: '26.0 Debian',
    jobRetentionSeconds: 1,
  })
  expect(await catalog.clients.find('b-fd')).toEqual(rows[1])
  expect(await catalog.clients.find('c-fd')).toBeUndefined()
})

test('a FileSet has a row for each content that it had', async () => {
  const ensure = (md5: string, text: string, minute: number) =>
    catalog.filesets.ensure({ name: 'Set', md5, text }, T0 + minute * 60_000)
  const first = await ensure('m1', 'one', 0)
  expect(first).toMatchObject({ isNew: true, fileset: 'Set', md5: 'm1', createdMs: T0 })
  expect(await ensure('m1', 'one with options', 1)).toMatchObject({
    isNew: false,
    filesetId: first.filesetId,
    createdMs: T0,
    text: 'one with options',
  })
  const second = await ensure('m2', 'two', 2)
  expect((await catalog.filesets.listOfName('Set')).map((row) => row.filesetId)).toEqual([
    second.filesetId,
    first.filesetId,
  ])
  expect(await catalog.filesets.findById(second.filesetId)).toMatchObject({ md5: 'm2' })
  expect(await catalog.filesets.findById(999)).toBeUndefined()
  expect(await catalog.filesets.list()).toHaveLength(2)
})

test('the restore menu names FileSets with something to restore', async () => {
  await addBackup(catalog, { fileset: 'B', client: 'x-fd' })
  await addBackup(catalog, { fileset: 'A', client: 'x-fd' })
  await addBackup(catalog, { fileset: 'failed', client: 'x-fd', status: 'f' })
  await addBackup(catalog, { fileset: 'others', client: 'y-fd' })
  const client = await catalog.clients.find('x-fd')
  expect(await catalog.filesets.namesOfClient(client?.clientId ?? 0)).toEqual(['A', 'B'])
})

test('Storages bring their media types', async () => {
  const rows = await catalog.storages.sync([
    { name: 'Tape', autochanger: true, mediaType: 'LTO' },
    { name: 'File', autochanger: false, mediaType: 'File' },
    { name: 'File2', autochanger: false, mediaType: 'File' },
  ])
  expect(rows.map((row) => [row.name, row.autochanger])).toEqual([
    ['File', false],
    ['File2', false],
    ['Tape', true],
  ])
  expect((await catalog.storages.mediaTypes()).sort()).toEqual(['File', 'LTO'])
  expect(await catalog.storages.find('Tape')).toMatchObject({ autochanger: true })
  expect(await catalog.storages.find('None')).toBeUndefined()
})

// Rows of Jobs: made, changed, found for levels, counted, deleted.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { BackupLine } from '../../services/director/src/catalog/jobs.ts'
import { addBackup, T0 } from './backups.ts'
import { gather } from './gather.ts'
import { filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let catalog: Catalog
beforeAll(async () => {
  postgres = await startTestPostgres()
  catalog = await postgres.openFresh()
})
afterAll(() => postgres.stop())

const newJob = (job: string) =>
  ({
    job,
    name: 'md5',
    type: 'B',
    level: 'F',
    scheduledMs: T0 + 250,
  }) as const

test('a Job from its creation to its end', async () => {
  const jobId = await catalog.jobs.create({ ...newJob('md5.1'), comment: 'ümläut' })
  expect(await catalog.jobs.find(jobId)).toEqual({
    jobId,
    job: 'md5.1',
    name: 'md5',
    type: 'B',
    level: 'F',
    status: 'C',
    clientId: 0,
    client: '',
    filesetId: 0,
    fileset: '',
    poolId: 0,
    pool: '',
    scheduledMs: T0 + 250,
    startMs: undefined,
    endMs: undefined,
    realEndMs: undefined,
    jobTdate: Math.floor(T0 / 1000),
    volSessionId: 0,
    volSessionTime: 0,
    files: 0,
    bytes: 0,
    readBytes: 0,
    errors: 0,
    missingFiles: 0,
    priorJobId: 0,
    purgedFiles: false,
    comment: 'ümläut',
  })
  await catalog.jobs.update(jobId, { status: 'R', startMs: T0 + 2000, volSessionId: 7 })
  await catalog.jobs.update(jobId, {})
  expect(await catalog.jobs.findByJob('md5.1')).toMatchObject({
    status: 'R',
    startMs: T0 + 2000,
    jobTdate: T0 / 1000 + 2,
    volSessionId: 7,
  })
  const huge = 2 ** 52
  await catalog.jobs.end(jobId, {
    status: 'W',
    endMs: T0 + 9000,
    files: 3,
    bytes: huge,
    readBytes: 5,
    errors: 1,
    volSessionTime: 1_795_226_670,
  })
  expect(await catalog.jobs.find(jobId)).toMatchObject({
    status: 'W',
    endMs: T0 + 9000,
    realEndMs: T0 + 9000,
    files: 3,
    bytes: huge,
    readBytes: 5,
    errors: 1,
    volSessionId: 7,
    volSessionTime: 1_795_226_670,
  })
})

test('a unique name is taken once', async () => {
  await catalog.jobs.create(newJob('md5.2'))
  await expect(catalog.jobs.create(newJob('md5.2'))).rejects.toMatchObject({ code: 'job-exists' })
  expect(await catalog.jobs.findByJob('md5.3')).toBeUndefined()
  expect(await catalog.jobs.find(424_242)).toBeUndefined()
})

describe('among backups of two lines', () => {
  let ids: Record<string, number>
  let line: BackupLine
  beforeAll(async () => {
    const one = { name: 'line', client: 'line-fd' }
    ids = {
      full: await addBackup(catalog, { ...one, minute: 10, files: filesOf('/a') }),
      differential: await addBackup(catalog, { ...one, level: 'D', minute: 20, status: 'W' }),
      incremental: await addBackup(catalog, { ...one, level: 'I', minute: 30, volume: 'Incr-1' }),
      failed: await addBackup(catalog, { ...one, minute: 40, status: 'E' }),
      other: await addBackup(catalog, { name: 'other', client: 'line-fd', minute: 50 }),
    }
    const row = await catalog.jobs.find(ids['full'] ?? 0)
    line = { name: 'line', clientId: row?.clientId ?? 0, filesetId: row?.filesetId ?? 0 }
  })

  test('the last good one of a level is found', async () => {
    const last = async (...levels: ('F' | 'D' | 'I')[]) =>
      (await catalog.jobs.findLastBackup(line, levels))?.jobId
    expect(await last('F')).toBe(ids['full'])
    expect(await last('F', 'D')).toBe(ids['differential'])
    expect(await last('F', 'D', 'I')).toBe(ids['incremental'])
    expect(await last()).toBeUndefined()
    expect(await catalog.jobs.findLastBackup({ ...line, filesetId: 999 }, ['F'])).toBeUndefined()
  })

  test('a failed one since is found', async () => {
    const since = async (minute: number) =>
      (await catalog.jobs.findFailedSince(line, ['F'], T0 + minute * 60_000))?.jobId
    expect(await since(10)).toBe(ids['failed'])
    expect(await since(40)).toBeUndefined()
  })

  test('one whose files were purged is no base', async () => {
    const jobId = await addBackup(catalog, { name: 'line', client: 'line-fd', minute: 60 })
    expect((await catalog.jobs.findLastBackup(line, ['F']))?.jobId).toBe(jobId)
    expect(await catalog.purge.purgeFiles([jobId])).toBe(1)
    expect(await catalog.purge.purgeFiles([jobId])).toBe(0)
    expect((await catalog.jobs.findLastBackup(line, ['F']))?.jobId).toBe(ids['full'])
    await catalog.purge.deleteJobs([jobId])
  })

  test('filters hold together and apart', async () => {
    const names = (keys: string[]) => keys.map((key) => ids[key])
    const found = async (filter: Parameters<Catalog['jobs']['list']>[0]) =>
      (await catalog.jobs.list({ client: 'line-fd', ...filter })).map((row) => row.jobId)
    expect(await found({ name: 'line', statuses: ['T', 'W'] })).toEqual(
      names(['full', 'differential', 'incremental']),
    )
    expect(await found({ levels: ['F'], names: ['line', 'other'] })).toEqual(
      names(['full', 'failed', 'other']),
    )
    expect(await found({ volume: 'Incr-1' })).toEqual(names(['incremental']))
    expect(await found({ last: true })).toEqual(names(['failed', 'other']))
    expect(await found({ sinceMs: T0 + 40 * 60_000 })).toEqual(names(['failed', 'other']))
    expect(await found({ order: 'desc', limit: 2, offset: 1 })).toEqual(
      names(['failed', 'incremental']),
    )
    expect(await found({ statuses: [] })).toEqual([])
    expect(await found({ pool: 'Full', fileset: 'Everything', types: ['B'] })).toHaveLength(5)
    expect(await found({ clients: ['nobody-fd'] })).toEqual([])
    expect(await catalog.jobs.count({ client: 'line-fd', name: 'line' })).toBe(4)
    expect(await catalog.jobs.count({ client: 'line-fd', last: true })).toBe(2)
  })

  test('the newest good one of a name', async () => {
    expect((await catalog.jobs.findLastOfName('line'))?.jobId).toBe(ids['incremental'])
    expect(await catalog.jobs.findLastOfName('none')).toBeUndefined()
  })
})

test('a deleted Job leaves nothing, and others stay', async () => {
  const kept = await addBackup(catalog, { files: filesOf('/kept/x') })
  const gone = await addBackup(catalog, { files: filesOf('/gone/x'), deleted: ['/kept/x'] })
  await catalog.log.append([{ jobId: gone, timeMs: T0, text: 'x\n' }])
  expect(await catalog.purge.deleteJobs([gone, 424_242])).toEqual([gone])
  expect(await catalog.purge.deleteJobs([])).toEqual([])
  for (const table of ['job', 'file', 'pathvisibility', 'jobmedia', 'log', 'restoreobject']) {
    const { rows } = await catalog.sql.query(`SELECT 1 FROM ${table} WHERE jobid = ${gone}`, {
      maximumRows: 1,
      readOnly: true,
      timeoutMs: 5000,
    })
    expect(rows).toEqual([])
  }
  expect(await gather(catalog.files.ofJob(kept))).toHaveLength(1)
})

test('messages are kept as they are', async () => {
  const jobId = await catalog.jobs.create(newJob('md5.log'))
  const texts = ['plain\n', 'Could not stat "/srv/latin1-\udce4"\n', 'a\0b', 'ümläut']
  await catalog.log.append(texts.map((text, at) => ({ jobId, timeMs: T0 + at, text })))
  await catalog.log.append([])
  expect(await catalog.log.list(jobId)).toEqual(
    ['plain\n', 'Could not stat "/srv/latin1-\udce4"\n', 'ab', 'ümläut'].map((text, at) => ({
      jobId,
      timeMs: T0 + at,
      text,
    })),
  )
  const many = Array.from({ length: 2500 }, (_, at) => ({ jobId: 0, timeMs: T0, text: String(at) }))
  await catalog.log.append(many)
  expect((await catalog.log.list(0)).map((entry) => entry.text)).toEqual(
    many.map((entry) => entry.text),
  )
})

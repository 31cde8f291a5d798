// What a scan of Volumes found goes into a real Catalog.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { ExternalDatabase } from '../../services/director/src/catalog/open.ts'
import { loadDirectorConfig } from '../../services/director/src/config/load.ts'
import { openScanCatalog, type ScanCatalog } from '../../services/director/src/scan-catalog.ts'
import { chunkOf } from './records.ts'
import { silentLog, startTestPostgres, type TestPostgres } from './test-postgres.ts'

const START_MS = Date.UTC(2026, 10, 21, 2, 5, 8)
const TIME = 1795226670

let postgres: TestPostgres
let database: ExternalDatabase
beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres.stop())
beforeEach(async () => {
  database = await postgres.freshDatabase()
})

async function startScan(): Promise<ScanCatalog> {
  const path = join(postgres.directory, `${database.name ?? ''}.conf`)
  await writeFile(
    path,
    `Director { Name = dir; Password = x; Messages = M; Working Directory = "${postgres.directory}" }
     Messages { Name = M }
     Catalog { Name = C; DB Socket = "${database.socket ?? ''}"; DB Name = ${database.name ?? ''}; DB User = coffer }
     Pool { Name = Mine; Pool Type = Backup; Volume Retention = 2 days }
     Storage { Name = Disk; Address = localhost; Password = x; Device = D; Media Type = File }
`,
  )
  const { config, faults } = await loadDirectorConfig(path, {})
  expect(faults).toEqual([])
  if (config === undefined) throw new Error('no configuration')
  return openScanCatalog(config, { clock: systemClock, log: silentLog })
}

const volume = {
  name: 'V1',
  mediaType: 'File',
  pool: 'Mine',
  poolType: 'Backup',
  labelMs: START_MS,
  bytes: 5 * 2 ** 32 + 7,
  blocks: 3,
  jobs: 2,
  firstWrittenMs: START_MS,
  lastWrittenMs: START_MS + 9000,
}

function label(sessionId: number, jobId = sessionId) {
  return {
    session: { sessionId, sessionTime: TIME },
    jobId,
    job: `night.2026-11-21_02.05.08_${String(jobId)}`,
    name: 'night',
    client: 'old-fd',
    fileset: 'Set',
    filesetMd5: 'abc',
    type: 'B',
    level: 'F',
    pool: 'Other',
    poolType: 'Backup',
    startMs: START_MS + jobId,
  }
}

function end(sessionId: number, files: number) {
  const session = { sessionId, sessionTime: TIME }
  const endMs = START_MS + 60_000
  return { session, isEnded: true, endMs, status: 'T', files, bytes: 10 * files, errors: 0 }
}

function media(sessionId: number, lastIndex: number) {
  const session = { sessionId, sessionTime: TIME }
  const place = { startFile: 0, startBlock: 216, endFile: 0, endBlock: 999, bytes: 10 }
  return [{ session, volume: 'V1', firstIndex: 1, lastIndex, ...place }]
}

function chunk(first: number, count: number): Buffer {
  return chunkOf(
    Array.from({ length: count }, (_, at) => ({
      index: first + at,
      path: `/data/${String(first + at)}`,
      digest: Buffer.from([first + at]),
    })),
  )
}

async function scanOne(jobId: number, files: number): Promise<readonly string[]> {
  const scan = await startScan()
  await scan.volume(volume)
  await scan.beginJob(label(jobId))
  await scan.addRecords({ sessionId: jobId, sessionTime: TIME }, chunk(1, files))
  await scan.endJob(end(jobId, files), media(jobId, files))
  await scan.volume(volume)
  return scan.finish()
}

async function withCatalog<Result>(work: (catalog: Catalog) => Promise<Result>): Promise<Result> {
  const catalog = await postgres.open(database)
  try {
    return await work(catalog)
  } finally {
    await catalog.close()
  }
}

function countFiles(jobId: number): Promise<unknown> {
  return postgres.query(
    database,
    `SELECT count(*)::int AS files, count(DISTINCT md5)::int AS digests FROM file WHERE jobid = ${String(jobId)}`,
  )
}

test('a Job comes back under its JobId, with the rows that it names', async () => {
  expect(await scanOne(4, 3)).toEqual([
    'Created Media record for Volume: V1',
    'Created new JobId=4 record for original JobId=4',
  ])
  await withCatalog(async (catalog) => {
    expect(await catalog.jobs.find(4)).toMatchObject({
      job: label(4).job,
      status: 'T',
      level: 'F',
      client: 'old-fd',
      fileset: 'Set',
      pool: 'Other',
      startMs: START_MS + 4,
      endMs: START_MS + 60_000,
      files: 3,
      bytes: 30,
      volSessionId: 4,
      volSessionTime: TIME,
    })
    expect(await catalog.media.find('V1')).toMatchObject({
      pool: 'Mine',
      storage: 'Disk',
      status: 'Full',
      retentionSeconds: 2 * 86_400,
      bytes: volume.bytes,
      endFile: 5,
      endBlock: 7,
      lastWrittenMs: volume.lastWrittenMs,
    })
    expect(await catalog.jobMedia.list(4)).toMatchObject([{ volume: 'V1', lastIndex: 3 }])
    const next = await catalog.jobs.create({ ...label(9), type: 'B', level: 'F', scheduledMs: 0 })
    expect(next).toBe(5)
  })
  expect(await countFiles(4)).toEqual([{ files: 3, digests: 3 }])
})

test('a JobId that is taken is left to its owner', async () => {
  await withCatalog(async (catalog) => {
    const mine = { job: 'mine', name: 'mine', type: 'B', level: 'F', scheduledMs: 0 } as const
    expect(await catalog.jobs.create(mine)).toBe(1)
  })
  expect(await scanOne(1, 2)).toContain('Created new JobId=2 record for original JobId=1')
  await withCatalog(async (catalog) => {
    expect((await catalog.jobs.find(1))?.job).toBe('mine')
    expect((await catalog.jobs.find(2))?.job).toBe(label(1).job)
  })
})

test('a unique name that another session has is no reason to mix the two', async () => {
  await scanOne(4, 2)
  const scan = await startScan()
  const other = { sessionId: 4, sessionTime: TIME + 1 }
  for (const [before, files] of [
    [0, 3],
    [1, 3],
  ] as const) {
    if (before === 1) expect(await countFiles(5)).toEqual([{ files: 3, digests: 3 }])
    await scan.beginJob({ ...label(4), session: other })
    await scan.addRecords(other, chunk(1, files))
    await scan.endJob({ ...end(4, files), session: other }, [])
  }
  await scan.finish()
  expect(await countFiles(4)).toEqual([{ files: 2, digests: 2 }])
  expect(await countFiles(5)).toEqual([{ files: 3, digests: 3 }])
})

test('what is there is not put in again, what was pruned is', async () => {
  await scanOne(4, 3)
  expect(await scanOne(4, 3)).toEqual([])
  expect(await countFiles(4)).toEqual([{ files: 3, digests: 3 }])
  await withCatalog((catalog) => catalog.purge.purgeFiles([4]))
  expect(await countFiles(4)).toEqual([{ files: 0, digests: 0 }])
  expect(await scanOne(4, 3)).toEqual(['Added 3 files to JobId=4'])
  await withCatalog(async (catalog) => {
    expect(await catalog.jobs.find(4)).toMatchObject({ purgedFiles: false, files: 3 })
    expect(await catalog.jobMedia.list(4)).toHaveLength(1)
  })
})

test('more Jobs than there are connections may take turns', async () => {
  const scan = await startScan()
  await scan.volume(volume)
  const sessions = Array.from({ length: 60 }, (_, at) => at + 1)
  for (const id of sessions) await scan.beginJob(label(id))
  for (const first of [1, 6, 11]) {
    for (const sessionId of sessions) {
      await scan.addRecords({ sessionId, sessionTime: TIME }, chunk(first, 5))
    }
  }
  for (const id of sessions) await scan.endJob(end(id, 15), media(id, 15))
  await scan.finish()
  expect(await countFiles(1)).toEqual([{ files: 15, digests: 15 }])
  expect(await countFiles(60)).toEqual([{ files: 15, digests: 15 }])
})

test('a scan that is given up takes back what it had begun', async () => {
  const scan = await startScan()
  await scan.volume(volume)
  for (const id of [4, 5]) {
    await scan.beginJob(label(id))
    await scan.addRecords({ sessionId: id, sessionTime: TIME }, chunk(1, 5))
  }
  await scan.endJob(end(4, 5), media(4, 5))
  await scan.abandon()
  await withCatalog(async (catalog) => {
    expect((await catalog.jobs.list({})).map(({ jobId }) => jobId)).toEqual([4])
  })
  expect(await countFiles(5)).toEqual([{ files: 0, digests: 0 }])
})

test('a Job without an end is one that failed', async () => {
  const scan = await startScan()
  await scan.volume(volume)
  await scan.beginJob(label(4))
  await scan.endJob({ ...end(4, 0), isEnded: false, status: 'E' }, [])
  await scan.finish()
  await withCatalog(async (catalog) => {
    expect((await catalog.jobs.find(4))?.status).toBe('E')
  })
})

test('the next scan that sees its end knows better', async () => {
  const scan = await startScan()
  await scan.beginJob(label(4))
  await scan.endJob({ ...end(4, 0), isEnded: false, status: 'E' }, [])
  await scan.finish()
  expect(await scanOne(4, 3)).toContain('Added 3 files to JobId=4')
  await withCatalog(async (catalog) => {
    expect(await catalog.jobs.find(4)).toMatchObject({ status: 'T', files: 3 })
  })
})

test('a Job of an older dump, which ran on after it, is completed; how it failed is not forgotten', async () => {
  await withCatalog(async ({ jobs }) => {
    for (const id of [4, 5]) {
      expect(await jobs.create({ ...newJob(id), scheduledMs: START_MS })).toBe(id - 3)
      await jobs.update(id - 3, { status: 'R', startMs: START_MS - 500 })
    }
    await jobs.end(2, { status: 'f', endMs: START_MS, files: 0, bytes: 0, errors: 1 })
  })
  await scanOne(4, 3)
  await scanOne(5, 3)
  await withCatalog(async ({ jobs }) => {
    const session = { volSessionTime: TIME, pool: 'Other', client: 'old-fd' }
    expect(await jobs.find(1)).toMatchObject({ ...session, status: 'T', volSessionId: 4, files: 3 })
    expect(await jobs.find(2)).toMatchObject({ status: 'f', volSessionId: 5 })
  })
  expect(await countFiles(2)).toEqual([{ files: 3, digests: 3 }])
})

function newJob(id: number) {
  return { job: label(id).job, name: 'night', type: 'B', level: 'I' } as const
}

test('a Director that runs keeps its Catalog to itself', async () => {
  await withCatalog(async () => {
    await expect(startScan()).rejects.toMatchObject({ code: 'catalog-in-use' })
  })
})

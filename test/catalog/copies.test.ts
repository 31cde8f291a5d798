// Copies of backups in the Catalog: what there is to choose, what a copy becomes, and Jobs that were merged.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { JobRow } from '../../services/director/src/catalog/jobs.ts'
import { addBackup, T0 } from './backups.ts'
import { gather } from './gather.ts'
import { filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let catalog: Catalog
beforeAll(async () => {
  postgres = await startTestPostgres()
})
beforeEach(async () => {
  catalog = await postgres.openFresh()
})
afterAll(() => postgres.stop())

let unique = 0

/** A row as a worker makes it before it copies. */
async function openCopy(originalId: number): Promise<number> {
  const original = await rowOf(originalId)
  const { name, level, clientId, filesetId, poolId } = original
  const job = `${name}.copy-${++unique}`
  const scheduledMs = T0 + 3_600_000
  const given = { job, name, level, clientId, filesetId, poolId, scheduledMs }
  const copyId = await catalog.jobs.create({ ...given, type: 'C', priorJobId: originalId })
  await catalog.jobs.update(copyId, { status: 'R', startMs: T0 + 3_600_000 })
  return copyId
}

async function rowOf(jobId: number): Promise<JobRow> {
  const row = await catalog.jobs.find(jobId)
  if (row === undefined) throw new Error(`no JobId ${String(jobId)}`)
  return row
}

async function finish(originalId: number, isMigration: boolean): Promise<number> {
  const copyId = await openCopy(originalId)
  const endMs = T0 + 3_700_000
  const counts = { files: 3, bytes: 3000, errors: 0 }
  await catalog.copies.finish({
    originalId,
    copyId,
    isMigration,
    status: 'T',
    endMs,
    ...counts,
  })
  return copyId
}

describe('a copy', () => {
  test('has the place in time of its original, and its own end', async () => {
    const originalId = await addBackup(catalog, { minute: 5, files: filesOf('/a') })
    const copy = await rowOf(await finish(originalId, false))
    const original = await rowOf(originalId)
    expect(original.type).toBe('B')
    const { startMs, endMs, jobTdate } = original
    expect(copy).toMatchObject({ type: 'C', status: 'T', startMs, endMs, jobTdate, files: 3 })
    expect(copy.realEndMs).toBe(T0 + 3_700_000)
    expect(copy.priorJobId).toBe(originalId)
  })

  test('counts once it is good, not while it is made', async () => {
    const originalId = await addBackup(catalog, { files: filesOf('/a') })
    const { poolId } = await rowOf(originalId)
    await openCopy(originalId)
    const isCopied = async () =>
      (await catalog.copies.jobsOfPool(poolId)).map((job) => [job.jobId, job.isCopied])
    expect(await isCopied()).toEqual([[originalId, false]])
    await finish(originalId, false)
    expect(await isCopied()).toEqual([[originalId, true]])
  })

  test('is refused when the original is no backup any more', async () => {
    const originalId = await addBackup(catalog, { files: filesOf('/a') })
    await finish(originalId, true)
    await expect(finish(originalId, true)).rejects.toMatchObject({ code: 'original-changed' })
  })

  test('is found by the session of its original', async () => {
    const originalId = await addBackup(catalog, { files: filesOf('/a') })
    const session = { volSessionId: 7, volSessionTime: 1_795_226_642 }
    await catalog.jobs.update(originalId, session)
    expect(await catalog.copies.ofSessions([session])).toEqual([])
    const copyId = await finish(originalId, false)
    const [found] = await catalog.copies.ofSessions([{ ...session, volSessionId: 8 }, session])
    expect(found?.original.jobId).toBe(originalId)
    expect(found?.copies.map(({ jobId }) => jobId)).toEqual([copyId])
  })
})

test('a migration leaves its place to the new Job, copies included', async () => {
  const originalId = await addBackup(catalog, { files: filesOf('/a') })
  const copyId = await finish(originalId, false)
  const newId = await finish(originalId, true)
  expect((await rowOf(originalId)).type).toBe('M')
  expect((await rowOf(newId)).type).toBe('B')
  expect(await rowOf(copyId)).toMatchObject({ type: 'C', priorJobId: newId })
})

test('what can be chosen: good backups with data in the Pool, and their Volumes', async () => {
  const first = await addBackup(catalog, { files: filesOf('/a'), volume: 'Full-0001' })
  const second = await addBackup(catalog, { files: filesOf('/b'), volume: 'Full-0002', minute: 1 })
  await addBackup(catalog, { files: filesOf('/c'), status: 'f', minute: 2 })
  const { poolId } = await rowOf(first)
  const jobs = await catalog.copies.jobsOfPool(poolId)
  expect(jobs.map(({ jobId, volumes }) => [jobId, volumes])).toEqual([
    [first, ['Full-0001']],
    [second, ['Full-0002']],
  ])
  expect(jobs[0]).toMatchObject({ name: 'nightly', client: 'host-fd', endMs: T0 + 4000 })
})

test('a Job that was merged of Incrementals keeps the deletions that still hold', async () => {
  const full = await addBackup(catalog, { files: filesOf('/d/', '/d/a', '/d/b', '/d/c') })
  const first = await addBackup(catalog, {
    level: 'I',
    minute: 1,
    files: filesOf('/d/'),
    deleted: ['/d/a', '/d/b'],
  })
  const second = await addBackup(catalog, { level: 'I', minute: 2, files: filesOf('/d/b') })
  const chain = [await rowOf(first), await rowOf(second)]
  const jobId = await addBackup(catalog, { level: 'I', minute: 60, files: filesOf('/d/', '/d/b') })
  expect(await catalog.copies.keepDeletions({ jobId, chain })).toBe(1)
  await catalog.copies.adopt({ jobId, chain })
  const merged = await rowOf(jobId)
  const { startMs, endMs, jobTdate } = await rowOf(second)
  expect(merged).toMatchObject({ level: 'I', startMs, endMs, jobTdate })
  await catalog.purge.deleteJobs([first, second])
  const rootPathId = await catalog.files.rootPathId()
  const files = await gather(catalog.files.walk([full, jobId], rootPathId))
  expect(files.map(({ path }) => path).toSorted()).toEqual(['/d/', '/d/b', '/d/c'])
  expect(await catalog.copies.fileRows([jobId, full])).toEqual(
    new Map([
      [jobId, 3],
      [full, 4],
    ]),
  )
})

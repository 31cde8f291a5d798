import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Catalog } from '../catalog/catalog.ts'
import type { NewVolume, VolumeChange } from '../catalog/media.ts'
import { openCatalog } from '../catalog/open.ts'
import type { PoolSettings } from '../catalog/pools.ts'
import type { ReuseRules } from '../pool/select.ts'
import { VolumeDesk, volumeMessage, type VolumeNeed } from './volume-desk.ts'

let directory = ''
let catalog: Catalog
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'volume-desk-'))
  catalog = await openCatalog({
    name: 'Cat',
    directorName: 'test-dir',
    workingDirectory: directory,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
  })
}, 60_000)
afterAll(async () => {
  await catalog.close()
  await rm(directory, { recursive: true, force: true })
}, 60_000)

let number = 0
let desk: VolumeDesk
let poolId = 0
beforeEach(async () => {
  number++
  desk = new VolumeDesk(catalog, systemClock)
  poolId = await syncPool({})
})

const KEEP: ReuseRules = { prunes: false, recyclesCurrent: false, oldest: 'keep' }
const PRUNE: ReuseRules = { ...KEEP, prunes: true }

const settings: PoolSettings = {
  name: '',
  poolType: 'Backup',
  labelFormat: '',
  maximumVolumes: 0,
  maximumVolumeJobs: 0,
  maximumVolumeFiles: 0,
  maximumVolumeBytes: 0,
  volumeUseDurationSeconds: 0,
  volumeRetentionSeconds: 86_400,
  autoPrune: false,
  recycle: true,
  actionOnPurge: 0,
  catalogFiles: true,
  minimumBlockSize: 0,
  maximumBlockSize: 0,
}

async function syncPool(change: Partial<PoolSettings>): Promise<number> {
  const [row] = await catalog.pools.sync([{ ...settings, name: `Pool${number}`, ...change }])
  return row?.poolId ?? 0
}

async function volume(name: string, given: Partial<NewVolume> = {}, change: VolumeChange = {}) {
  const row = await catalog.media.create({ name, poolId, mediaType: 'File', bytes: 200, ...given })
  return (await catalog.media.update(row.name, change)) ?? row
}

function need(jobId: number, change: Partial<VolumeNeed> = {}): VolumeNeed {
  return {
    jobId,
    pool: `Pool${number}`,
    mediaType: 'File',
    storageId: 0,
    isChanger: false,
    reuse: KEEP,
    mounted: '',
    unusable: [],
    label: {
      job: 'back.x',
      jobName: 'back',
      jobId,
      director: 'test-dir',
      level: 'Full',
      type: 'Backup',
      storage: 'File',
      client: 'fd',
      catalog: 'Cat',
    },
    ...change,
  }
}

async function next(jobId: number, change: Partial<VolumeNeed> = {}) {
  const found = await desk.next(need(jobId, change))
  return { name: found.volume?.name, notes: found.notes.map(({ text }) => text), found }
}

async function newJob(): Promise<number> {
  const job = `back.${number}.${Math.random()}`
  return catalog.jobs.create({ job, name: 'back', type: 'B', level: 'F', scheduledMs: 1 })
}

/** A Job that ended so long ago, with something on the Volume. */
async function backupOn(name: string, daysAgo: number, change: Partial<Ended> = {}) {
  const jobId = await newJob()
  await writeTo(name, jobId)
  const endMs = systemClock.nowMs() - daysAgo * DAY_MS
  const { level = 'F', status = 'T', line = name } = change
  await catalog.jobs.update(jobId, { level, name: line, startMs: endMs - 1000 })
  await catalog.jobs.end(jobId, { status, endMs, files: 1, bytes: 1, errors: 0 })
  return jobId
}

const DAY_MS = 86_400_000

interface Ended {
  readonly level: 'F' | 'I'
  readonly status: 'T' | 'f'
  readonly line: string
}

async function writeTo(volume: string, jobId: number): Promise<void> {
  const session = await catalog.attributes.session(jobId)
  const span = { volume, firstIndex: 1, lastIndex: 1, startFile: 0, endFile: 0, startBlock: 0 }
  await session.commit({
    number: 1,
    jobMedia: [{ ...span, endBlock: 9, bytes: 1 }],
    volumes: [],
    files: 0,
    bytes: 0,
  })
  await session.end()
}

test('a new Volume gets the counter of the Catalog and is not yet labelled', async () => {
  await syncPool({ labelFormat: `New${number}-`, maximumVolumes: 1 })
  const { name, notes, found } = await next(1)
  expect(name).toMatch(new RegExp(`^New${number}-\\d{4}$`))
  expect(notes).toEqual([`Created new Volume "${name ?? ''}" in catalog.`])
  expect(found.volume).toMatchObject({ status: 'Unlabeled', labelMs: undefined })
  if (found.volume === undefined) throw new Error('none')
  expect(volumeMessage(found.volume).labelled).toBe(false)
  // The Pool is full now: the same one for everybody.
  expect((await next(2)).name).toBe(name)
  expect((await next(3, { unusable: [name ?? ''] })).found).toMatchObject({
    volume: undefined,
    reason: expect.stringContaining('Maximum Volumes of 1'),
  })
})

test('a format that gives a taken name is told', async () => {
  await syncPool({ labelFormat: '$Pool' })
  expect((await next(1)).name).toBe(`Pool${number}`)
  const second = await next(1, { unusable: [`Pool${number}`] })
  expect(second.name).toBeUndefined()
  expect(second.notes).toEqual(['Label Format "$Pool" gives a name that another Volume has.'])
})

test('a Pool that the Catalog does not have', async () => {
  expect((await next(1, { pool: 'nosuch' })).found).toMatchObject({
    reason: 'the Catalog has no Pool "nosuch"',
  })
})

describe('Volumes that begin anew', () => {
  test('a purged one loses what the Catalog still says of it', async () => {
    const { name, mediaId } = await volume(`Old${number}`, {}, { status: 'Purged', jobs: 4 })
    const jobId = await newJob()
    await writeTo(name, jobId)
    expect(await catalog.media.jobIds(mediaId)).toEqual([jobId])

    const { name: taken, notes, found } = await next(1)
    expect(taken).toBe(name)
    expect(notes).toEqual([
      `Recycled volume "${name}"`,
      `Volume "${name}" begins anew with JobIds ${jobId} on it, which are deleted.`,
    ])
    expect(found.volume).toMatchObject({ status: 'Recycle', jobs: 0, bytes: 1, recycleCount: 1 })
    expect(await catalog.media.jobIds(mediaId)).toEqual([])
  })

  test('one that an operator set to Recycle too', async () => {
    await volume(`Rec${number}`, {}, { status: 'Recycle', jobs: 7, bytes: 9000 })
    const { notes, found } = await next(1)
    expect(notes).toEqual([])
    expect(found.volume).toMatchObject({ jobs: 0, bytes: 1, recycleCount: 1 })
  })

  test('one from Scratch gets the limits of its new Pool', async () => {
    await syncPool({ maximumVolumeJobs: 5 })
    const [scratch] = await catalog.pools.sync([
      { ...settings, name: 'Scratch', poolType: 'Scratch' },
    ])
    await volume(`Spare${number}`, { poolId: scratch?.poolId ?? 0 })
    const { name, notes, found } = await next(1)
    expect(notes).toEqual([`Using Volume "${name ?? ''}" from 'Scratch' pool.`])
    expect(found.volume).toMatchObject({ name: `Spare${number}`, poolId, maxJobs: 5 })
  })
})

describe('what storage reports', () => {
  test('counts each Job once and marks the Volume when it was the last', async () => {
    const row = await volume(`V${number}`, {}, { maxJobs: 2 })
    const reported = { ...volumeMessage(row), status: 'Append', bytes: 5000, blocks: 3 }
    expect(await desk.report(1, reported)).toEqual([])
    expect(await desk.report(1, { ...reported, bytes: 6000 })).toEqual([])
    expect(await catalog.media.find(row.name)).toMatchObject({ jobs: 1, bytes: 6000, blocks: 3 })
    expect(await desk.report(2, reported)).toEqual([
      {
        type: 'info',
        text: `Max Volume jobs=2 exceeded. Marking Volume "${row.name}" as Used.`,
      },
    ])
    // The second Job goes on writing; its later reports change nothing of that.
    await desk.report(2, { ...reported, bytes: 9000 })
    expect(await catalog.media.find(row.name)).toMatchObject({ status: 'Used', bytes: 9000 })
  })

  test('a Volume that failed counts nobody and is free of promises', async () => {
    const row = await volume(`V${number}`)
    await next(1)
    await desk.report(1, { ...volumeMessage(row), status: 'Error', errors: 1 })
    expect(await catalog.media.find(row.name)).toMatchObject({
      status: 'Error',
      jobs: 0,
      errors: 1,
    })
  })

  test('of a Volume that nobody knows is passed over', async () => {
    const row = await volume(`V${number}`)
    expect(await desk.report(1, { ...volumeMessage(row), name: 'nosuch' })).toEqual([])
  })
})

test('Jobs that start together keep to the limit of Jobs on a Volume', async () => {
  await volume(`One${number}`, {}, { maxJobs: 1, lastWrittenMs: 1 })
  await volume(`Two${number}`, {}, { maxJobs: 1, lastWrittenMs: 2 })
  const found = await Promise.all([next(1), next(2), next(3)])
  expect(found.map(({ name }) => name)).toEqual([`One${number}`, `Two${number}`, undefined])
  expect(found.flatMap(({ notes }) => notes)).toEqual([])
  // The first ends without having written: its Volume is free again, and whoever waits is told.
  let told = 0
  const stop = desk.onChange(() => told++)
  desk.release(1)
  expect(told).toBe(1)
  stop()
  desk.wake()
  expect(told).toBe(1)
  expect((await next(3)).name).toBe(`One${number}`)
})

test('a Volume used up by time is marked on the way', async () => {
  await volume(`Old${number}`, {}, { useDurationSeconds: 60, firstWrittenMs: 1000 })
  await volume(`New${number}`)
  const { name, notes } = await next(1)
  expect(name).toBe(`New${number}`)
  expect(notes).toEqual([
    `Max configured use duration=60 sec. exceeded. Marking Volume "Old${number}" as Used.`,
  ])
  expect(await catalog.media.find(`Old${number}`)).toMatchObject({ status: 'Used' })
})

describe('no Volume is free', () => {
  const written = (daysAgo: number): VolumeChange => ({
    status: 'Full',
    jobs: 1,
    lastWrittenMs: systemClock.nowMs() - daysAgo * DAY_MS,
  })

  test('the oldest whose Jobs are all expired is pruned and recycled', async () => {
    const [kept, older, newer] = ['Kept', 'Older', 'Newer'].map((name) => `${name}${number}`)
    if (kept === undefined || older === undefined || newer === undefined) throw new Error('names')
    const days: [string, number][] = [
      [newer, 2],
      [older, 4],
      [kept, 5],
    ]
    for (const [name, day] of days) await volume(name, {}, written(day))
    const line = `chain${number}`
    await backupOn(newer, 2)
    const expired = await backupOn(older, 4)
    const full = await backupOn(kept, 5, { line })
    const incremental = await backupOn(newer, 0.5, { line, level: 'I' })

    expect(await next(1)).toMatchObject({ name: undefined })
    const { name, notes } = await next(1, { reuse: PRUNE })
    expect(name).toBe(older)
    expect(notes).toEqual([
      `Pruned volume "${older}": JobIds ${expired}.`,
      `Recycled volume "${older}"`,
    ])
    expect(await catalog.jobs.find(expired)).toBeUndefined()

    const { found } = await next(2, { reuse: PRUNE, unusable: [older] })
    expect(found).toMatchObject({
      volume: undefined,
      reason: expect.stringMatching(
        new RegExp(
          `JobId (${full} \\(Full\\) is needed by JobId ${incremental}, which|${incremental})`,
        ),
      ),
    })
    expect(await catalog.jobs.find(full)).toBeDefined()
  })

  test('one that a restore reads stays as it is', async () => {
    await volume(`V${number}`, {}, written(4))
    await backupOn(`V${number}`, 4)
    desk.read(9, [`V${number}`])
    expect(await next(1, { reuse: PRUNE })).toMatchObject({ name: undefined })
    desk.release(9)
    expect(await next(1, { reuse: PRUNE })).toMatchObject({ name: `V${number}` })
  })

  test('one of another Pool comes back to this one', async () => {
    const [other] = await catalog.pools.sync([{ ...settings, name: `Other${number}` }])
    await volume(
      `V${number}`,
      { poolId: other?.poolId ?? 0 },
      { ...written(4), recyclePoolId: poolId },
    )
    await backupOn(`V${number}`, 4)
    const { found } = await next(1, { reuse: PRUNE })
    expect(found.volume).toMatchObject({ name: `V${number}`, poolId })
  })

  test('one that would move to where nobody looks is left alone', async () => {
    const [other] = await catalog.pools.sync([{ ...settings, name: `Other${number}` }])
    await volume(`V${number}`, {}, { ...written(4), recyclePoolId: other?.poolId ?? 0 })
    const jobId = await backupOn(`V${number}`, 4)
    expect(await next(1, { reuse: PRUNE })).toMatchObject({ name: undefined })
    expect(await catalog.jobs.find(jobId)).toBeDefined()
  })

  test('the oldest is purged where the Pool says so, and what that costs is said', async () => {
    const [old, young] = [`Old${number}`, `Young${number}`]
    await volume(young, {}, written(0.1))
    await volume(old, {}, written(0.2))
    const full = await backupOn(old, 0.2, { line: `line${number}` })
    const incremental = await backupOn(young, 0.1, { line: `line${number}`, level: 'I' })
    const { name, notes } = await next(1, { reuse: { ...PRUNE, oldest: 'purge' } })
    expect(name).toBe(old)
    expect(notes).toEqual([
      `Purging oldest volume "${old}" regardless of its retention: JobIds ${full}.`,
      `The chain of JobId ${incremental} has lost a Job: it cannot be restored as a whole any more.`,
      `Recycled volume "${old}"`,
    ])
  })
})

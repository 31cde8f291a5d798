// Rows of `list` and `llist`: the columns that Bareos prints, in its order.
import type { Clock } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import { addBackup, T0 } from './backups.ts'
import { gather } from './gather.ts'
import { filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

const clock: Clock = { nowMs: () => T0 + 3_725_000, after: () => () => undefined }

let postgres: TestPostgres
let catalog: Catalog
let full: number
let running: number
beforeAll(async () => {
  postgres = await startTestPostgres()
  catalog = await postgres.openFresh(clock)
  await catalog.storages.sync([{ name: 'File', autochanger: false, mediaType: 'File' }])
  full = await addBackup(catalog, { files: filesOf('/a', '/b\udce4') })
  running = await catalog.jobs.create({
    job: 'admin.1',
    name: 'admin',
    type: 'D',
    level: ' ',
    scheduledMs: T0,
  })
  await catalog.jobs.update(running, { status: 'R', startMs: T0 })
  await addBackup(catalog, { level: 'I', minute: 1, files: filesOf('/a'), volume: 'Incr-0002' })
})
afterAll(() => postgres.stop())

/** The local form of a moment, however the tests' zone is. */
function local(timeMs: number): string {
  const shifted = timeMs - new Date(timeMs).getTimezoneOffset() * 60_000
  return new Date(shifted).toISOString().slice(0, 19).replace('T', ' ')
}

const LISTS: [string, () => Promise<readonly object[]>, string][] = [
  [
    'jobs',
    () => catalog.lists.jobs('short', {}),
    'jobid name client starttime duration type level jobfiles jobbytes jobstatus',
  ],
  [
    'jobs long',
    () => catalog.lists.jobs('long', {}),
    'jobid job name purgedfiles type level clientid client jobstatus schedtime starttime endtime realendtime duration jobtdate volsessionid volsessiontime jobfiles jobbytes joberrors jobmissingfiles poolid poolname priorjobid filesetid fileset',
  ],
  ['job count', () => catalog.lists.jobCount({}), 'count'],
  ['jobtotals', async () => (await catalog.lists.jobTotals({})).byJob, 'jobs files bytes job'],
  ['clients', () => catalog.lists.clients('short'), 'clientid name fileretention jobretention'],
  [
    'clients long',
    () => catalog.lists.clients('long'),
    'clientid name uname autoprune fileretention jobretention',
  ],
  [
    'pools',
    () => catalog.lists.pools('short', {}),
    'poolid name numvols maxvols pooltype labelformat',
  ],
  [
    'pools long',
    () => catalog.lists.pools('long', {}),
    'poolid name numvols maxvols useonce usecatalog acceptanyvolume volretention voluseduration maxvoljobs maxvolbytes autoprune recycle pooltype labelformat enabled scratchpoolid recyclepoolid labeltype prunablevolumes prunablejobs prunablebytes',
  ],
  [
    'volumes',
    () => catalog.lists.volumes('short', {}),
    'mediaid volumename volstatus enabled volbytes volfiles volretention recycle slot inchanger mediatype lastwritten storage hasencryptionkey',
  ],
  [
    'volumes long',
    () => catalog.lists.volumes('long', {}),
    'mediaid volumename slot poolid pool mediatype firstwritten lastwritten labeldate voljobs volfiles volblocks volmounts volbytes volerrors volwrites volcapacitybytes volstatus enabled recycle volretention voluseduration maxvoljobs maxvolfiles maxvolbytes inchanger endfile endblock labeltype storageid deviceid locationid recyclecount initialwrite scratchpoolid scratchpool recyclepoolid recyclepool hasencryptionkey comment storage',
  ],
  ['storages', () => catalog.lists.storages(), 'storageid name autochanger'],
  [
    'filesets',
    () => catalog.lists.filesets('short', {}),
    'filesetid fileset md5 createtime filesettext',
  ],
  [
    'jobmedia',
    () => catalog.lists.jobMedia('short', { jobId: full }),
    'jobid volumename firstindex lastindex',
  ],
  [
    'jobmedia long',
    () => catalog.lists.jobMedia('long', {}),
    'jobmediaid jobid mediaid volumename firstindex lastindex startfile endfile startblock endblock',
  ],
  [
    'backups',
    () => catalog.lists.backups('short', { client: 'host-fd' }),
    'jobid name client starttime duration type level jobfiles jobbytes jobstatus',
  ],
  ['files', () => gather(catalog.lists.files(full)), 'filename'],
  [
    'job statuses',
    () => catalog.lists.jobStatuses(),
    'jobstatus jobstatuslong severity exitlevel exitstatus',
  ],
]

test.each(LISTS)('%s has its columns', async (_name, list, columns) => {
  const rows = await list()
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) expect(Object.keys(row).join(' ')).toBe(columns)
})

describe('values', () => {
  test('of a Job that ended and of one that runs', async () => {
    expect(await catalog.lists.jobs('short', { jobIds: [full, running] })).toEqual([
      {
        jobid: full,
        name: 'nightly',
        client: 'host-fd',
        starttime: local(T0),
        duration: '00:00:04',
        type: 'B',
        level: 'F',
        jobfiles: 2,
        jobbytes: 2000,
        jobstatus: 'T',
      },
      {
        jobid: running,
        name: 'admin',
        client: '',
        starttime: local(T0),
        duration: '01:02:05',
        type: 'D',
        level: ' ',
        jobfiles: 0,
        jobbytes: 0,
        jobstatus: 'R',
      },
    ])
  })

  test('of a Job that has not started', async () => {
    const jobId = await catalog.jobs.create({
      job: 'waits.1',
      name: 'waits',
      type: 'B',
      level: 'F',
      scheduledMs: T0,
    })
    expect(await catalog.lists.jobs('short', { jobIds: [jobId] })).toMatchObject([
      { starttime: '', duration: '', jobstatus: 'C' },
    ])
    await catalog.purge.deleteJobs([jobId])
  })

  test('of sums', async () => {
    expect(await catalog.lists.jobTotals({})).toEqual({
      byJob: [
        { jobs: 1, files: 0, bytes: 0, job: 'admin' },
        { jobs: 2, files: 3, bytes: 3000, job: 'nightly' },
      ],
      total: { jobs: 3, files: 3, bytes: 3000 },
    })
    expect(await catalog.lists.jobCount({ client: 'host-fd' })).toEqual([{ count: 2 }])
  })

  test('of Volumes by Pool, name and Job', async () => {
    const names = async (filter: Parameters<Catalog['lists']['volumes']>[1]) =>
      (await catalog.lists.volumes('short', filter)).map((row) => row['volumename'])
    expect(await names({ pool: 'Full' })).toEqual(['Full-0001', 'Incr-0002'])
    expect(await names({ volume: 'Incr-0002' })).toEqual(['Incr-0002'])
    expect(await names({ jobId: full })).toEqual(['Full-0001'])
    expect(await names({ pools: [] })).toEqual([])
    expect(await catalog.lists.volumes('short', { volume: 'Full-0001' })).toMatchObject([
      { volstatus: 'Append', volbytes: 3_502_269, lastwritten: local(T0 + 3000), storage: '' },
    ])
  })

  test('of file names that are not UTF-8', async () => {
    expect(await gather(catalog.lists.files(full))).toEqual([
      { filename: '/a' },
      { filename: '/b\udce4' },
    ])
  })

  test('of what is prunable in a Pool', async () => {
    const prunable = async () => {
      const [row] = await catalog.lists.pools('long', { name: 'Full' })
      return [row?.['prunablevolumes'], row?.['prunablejobs'], row?.['prunablebytes']]
    }
    expect(await prunable()).toEqual([0, 0, 0])
    await catalog.media.update('Full-0001', { status: 'Full', retentionSeconds: 60 })
    expect(await prunable()).toEqual([1, 1, 3_502_269])
  })

  test('of logs', async () => {
    await catalog.log.append([
      { jobId: full, timeMs: T0, text: 'host-dir JobId 1: one\n' },
      { jobId: 0, timeMs: T0 + 1000, text: 'two \udcff\n' },
    ])
    expect(await catalog.lists.jobLog(full)).toEqual([
      { time: local(T0), logtext: 'host-dir JobId 1: one\n' },
    ])
    const rows = await catalog.lists.log({ reverse: true })
    expect(rows).toMatchObject([
      { jobname: '', clientname: '', time: local(T0 + 1000), logtext: 'two \udcff\n' },
      { jobname: 'nightly', clientname: 'host-fd' },
    ])
    expect(Object.keys(rows[0] ?? {}).join(' ')).toBe('logid jobname clientname time logtext')
    expect(await catalog.lists.log({ client: 'host-fd', limit: 1 })).toHaveLength(1)
    expect(await catalog.lists.log({ jobId: 0, offset: 1 })).toEqual([])
  })

  test('of backups, archives among them', async () => {
    const found = async (filter: Omit<Parameters<Catalog['lists']['backups']>[1], 'client'>) =>
      (await catalog.lists.backups('short', { client: 'host-fd', ...filter })).length
    await catalog.jobs.update(full, { type: 'A' })
    expect(await found({})).toBe(2)
    await catalog.jobs.update(full, { type: 'B' })
    expect(await found({ levels: ['I'] })).toBe(1)
    expect(await found({ statuses: ['E'] })).toBe(0)
    expect(await found({ fileset: 'Everything', order: 'desc', limit: 1 })).toBe(1)
    expect(await found({ sinceMs: T0 + 1 })).toBe(1)
  })

  test('of copies', async () => {
    const copy = await addBackup(catalog, { name: 'copier' })
    await catalog.jobs.update(copy, { type: 'C', priorJobId: full })
    const row = { jobid: full, job: (await catalog.jobs.find(copy))?.job, copyjobid: copy }
    expect(await catalog.lists.copies({ jobId: full })).toEqual([{ ...row, mediatype: 'File' }])
    expect(await catalog.lists.copies({ jobId: copy })).toEqual([])
  })
})

// Which Jobs a restore needs, and which Volumes those are on.
import { type Kysely, sql } from 'kysely'
import type { JobChain } from './files.ts'
import { type JobMediaRow, listJobMedia } from './job-media.ts'
import { type JobRow, selectJobs, toJobRow } from './jobs.ts'
import { moment } from './moment.ts'
import type { CatalogTables } from './tables.ts'

interface ChainQuery {
  readonly client: string
  readonly fileset: string
  /** Only Jobs of this resource name. */
  readonly jobName?: string
  /** Jobs that started later do not count. */
  readonly beforeMs?: number
  /** Only Jobs with data in this Pool. */
  readonly pool?: string
  /** Archived Jobs (type A) in place of backups. */
  readonly archive?: boolean
}

/** A Job of a chain with one of its Volumes, as the restore command lists it. */
export interface ChainVolume {
  readonly jobId: number
  readonly level: string
  readonly files: number
  readonly bytes: number
  readonly startMs: number | undefined
  readonly volume: string
}

export interface RestoreCatalog {
  /** Last Full, last Differential after it, all Incrementals after that, each OK; empty when there is no Full. */
  chain(query: ChainQuery): Promise<JobRow[]>
  /** The Full, Differential and Incrementals that lead to this Job, itself included, oldest first. */
  chainOfJob(jobId: number): Promise<JobRow[]>
  /** Puts JobIds that somebody typed into the order in which they were made, without repetitions and unknown ones. */
  orderChain(jobIds: readonly number[]): Promise<JobRow[]>
  /** One row for each Job and Volume, oldest Job first. */
  chainVolumes(chain: JobChain): Promise<ChainVolume[]>
  /** Everything a Bootstrap needs to find the data of these Jobs, in the order of reading. */
  jobMedia(chain: JobChain): Promise<(JobMediaRow & { readonly job: JobRow })[]>
}

export function restoreCatalog(db: Kysely<CatalogTables>): RestoreCatalog {
  return {
    chain: (query) => findChain(db, query),
    chainOfJob: (jobId) => findChainOfJob(db, jobId),
    orderChain: (jobIds) => orderChain(db, jobIds),
    chainVolumes: (chain) => chainVolumes(db, chain),
    jobMedia: async (chain) => {
      const jobs = await orderChain(db, chain)
      const rows = await listJobMedia(db, chain)
      return jobs.flatMap((job) =>
        rows.filter((row) => row.jobId === job.jobId).map((row) => ({ ...row, job })),
      )
    },
  }
}

/** OK backups that a chain may be made of, the last started first. */
function candidates(db: Kysely<CatalogTables>, query: ChainQuery) {
  let jobs = selectJobs(db)
    .where('client.name', '=', query.client)
    .where('fileset.fileset', '=', query.fileset)
    .where('job.type', '=', query.archive === true ? 'A' : 'B')
    .where('job.jobstatus', 'in', ['T', 'W'])
    .where('job.starttime', 'is not', null)
    .orderBy('job.starttime', 'desc')
    .orderBy('job.jobid', 'desc')
  if (query.jobName !== undefined) jobs = jobs.where('job.name', '=', query.jobName)
  if (query.beforeMs !== undefined) jobs = jobs.where('job.starttime', '<=', moment(query.beforeMs))
  if (query.pool !== undefined) {
    jobs = jobs.where(
      sql<boolean>`job.jobid IN (
        SELECT jobmedia.jobid FROM jobmedia JOIN media USING (mediaid)
        JOIN pool ON pool.poolid = media.poolid WHERE pool.name = ${query.pool})`,
    )
  }
  return jobs
}

async function findChain(db: Kysely<CatalogTables>, query: ChainQuery): Promise<JobRow[]> {
  const full = await newest(db, query, 'F')
  if (full === undefined) return []
  const differential = await newest(db, query, 'D', full)
  const base = differential ?? full
  const rows = await candidates(db, query).where('job.level', '=', 'I').where(after(base)).execute()
  const incrementals = rows.map((row) => toJobRow(row)).reverse()
  return [full, ...(differential === undefined ? [] : [differential]), ...incrementals]
}

async function newest(
  db: Kysely<CatalogTables>,
  query: ChainQuery,
  level: 'F' | 'D',
  base?: JobRow,
): Promise<JobRow | undefined> {
  let jobs = candidates(db, query).where('job.level', '=', level)
  if (base !== undefined) jobs = jobs.where(after(base))
  return toJobRow(await jobs.executeTakeFirst())
}

/** Started after another Job; of two in the same moment the one with the higher JobId. */
function after(base: JobRow) {
  return sql<boolean>`(job.starttime, job.jobid) > (${moment(base.startMs ?? 0)}, ${base.jobId})`
}

async function findChainOfJob(db: Kysely<CatalogTables>, jobId: number): Promise<JobRow[]> {
  const job = toJobRow(await selectJobs(db).where('job.jobid', '=', jobId).executeTakeFirst())
  if (job?.startMs === undefined) return job === undefined ? [] : [job]
  if (job.level === 'F') return [job]
  const chain = await findChain(db, {
    client: job.client,
    fileset: job.fileset,
    jobName: job.name,
    beforeMs: job.startMs,
    archive: job.type === 'A',
  })
  const earlier = chain.filter((row) => row.jobId < job.jobId)
  // A Differential stands on its Full alone.
  const needed = job.level === 'D' ? earlier.filter((row) => row.level === 'F') : earlier
  return [...needed, job]
}

async function orderChain(db: Kysely<CatalogTables>, jobIds: readonly number[]): Promise<JobRow[]> {
  if (jobIds.length === 0) return []
  const rows = await selectJobs(db)
    .where('job.jobid', 'in', jobIds)
    .orderBy('job.starttime')
    .orderBy('job.jobid')
    .execute()
  return rows.map((row) => toJobRow(row))
}

async function chainVolumes(db: Kysely<CatalogTables>, chain: JobChain): Promise<ChainVolume[]> {
  const jobs = await orderChain(db, chain)
  const rows = await listJobMedia(db, chain)
  return jobs.flatMap((job) => {
    const volumes = new Set(rows.filter((row) => row.jobId === job.jobId).map((row) => row.volume))
    return [...(volumes.size === 0 ? [''] : volumes)].map((volume) => ({
      jobId: job.jobId,
      level: job.level,
      files: job.files,
      bytes: job.bytes,
      startMs: job.startMs,
      volume,
    }))
  })
}

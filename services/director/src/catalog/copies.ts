// Copies of backups and what replaces them: what there is to select from, what a copy becomes, which Jobs have one.
import { CofferError, type JobStatusLetter } from '@coffer/core'
import { type Kysely, sql } from 'kysely'
import { type JobRow, selectJobs, toJobRow } from './jobs.ts'
import { moment } from './moment.ts'
import type { CatalogTables } from './tables.ts'

/** A good backup with data on Volumes of a Pool. */
interface PoolJob {
  readonly jobId: number
  readonly name: string
  readonly client: string
  readonly startMs: number
  readonly endMs: number
  readonly bytes: number
  /** Names of its Volumes in the Pool. */
  readonly volumes: readonly string[]
  readonly isCopied: boolean
}

/** How a copy ended, and of what. */
interface FinishedCopy {
  readonly originalId: number
  readonly copyId: number
  /** The original gives its place to the copy and is no backup any more. */
  readonly isMigration: boolean
  readonly status: JobStatusLetter
  readonly endMs: number
  readonly files: number
  readonly bytes: number
  readonly errors: number
}

/** What a merged Job takes over of the Jobs that it was made of. */
interface MergedJob {
  readonly jobId: number
  /** Oldest first; the last one gives its times. */
  readonly chain: readonly JobRow[]
}

/** What a Volume knows a Job by. */
interface SessionNumbers {
  readonly volSessionId: number
  readonly volSessionTime: number
}

export interface CopiesOfJob {
  readonly original: JobRow
  readonly copies: readonly JobRow[]
}

export interface CopyCatalog {
  /** Good backups on the Volumes of a Pool. */
  jobsOfPool(poolId: number): Promise<PoolJob[]>
  /** Good copies of backups by the sessions that wrote these, the oldest copy first. */
  ofSessions(sessions: readonly SessionNumbers[]): Promise<CopiesOfJob[]>
  /**
   * Closes the row of a copy with the times of its original; a migration changes both rows' types in the same
   * transaction. Throws `original-changed` when the original is no good backup any more.
   */
  finish(copy: FinishedCopy): Promise<void>
  /** Gives a Job that was merged of others the level of the first and the times of the last of them. */
  adopt(merged: MergedJob): Promise<void>
  /** Writes the deletions that hold at the end of a chain into a Job that was merged of it. Returns how many. */
  keepDeletions(merged: MergedJob): Promise<number>
  /** How many files, deletions included, the Catalog has of each of these Jobs. */
  fileRows(jobIds: readonly number[]): Promise<ReadonlyMap<number, number>>
}

const GOOD = ['T', 'W'] as const

export function copyCatalog(db: Kysely<CatalogTables>): CopyCatalog {
  return {
    jobsOfPool: (poolId) => jobsOfPool(db, poolId),
    ofSessions: (sessions) => copiesOfSessions(db, sessions),
    finish: (copy) => db.transaction().execute((transaction) => finishCopy(transaction, copy)),
    adopt: (merged) => adopt(db, merged),
    keepDeletions: (merged) => keepDeletions(db, merged),
    fileRows: (jobIds) => countFileRows(db, jobIds),
  }
}

async function jobsOfPool(db: Kysely<CatalogTables>, poolId: number): Promise<PoolJob[]> {
  const places = await db
    .selectFrom('jobmedia')
    .innerJoin('media', 'media.mediaid', 'jobmedia.mediaid')
    .select(['jobmedia.jobid', 'media.volumename'])
    .distinct()
    .where('media.poolid', '=', poolId)
    .execute()
  const volumes = new Map<number, string[]>()
  for (const { jobid, volumename } of places) {
    volumes.set(jobid, [...(volumes.get(jobid) ?? []), volumename])
  }
  const rows = await selectJobs(db)
    .select(isCopied().as('iscopied'))
    .where('job.type', '=', 'B')
    .where('job.jobstatus', 'in', GOOD)
    .where(
      sql<boolean>`job.jobid IN (SELECT jobmedia.jobid FROM jobmedia
        JOIN media USING (mediaid) WHERE media.poolid = ${poolId})`,
    )
    .orderBy('job.jobid')
    .execute()
  return rows.map((row) => ({
    jobId: row.jobid,
    name: row.name,
    client: row.client ?? '',
    startMs: row.starttime ?? 0,
    endMs: row.realendtime ?? row.endtime ?? 0,
    bytes: row.jobbytes,
    volumes: volumes.get(row.jobid) ?? [],
    isCopied: row.iscopied,
  }))
}

function isCopied() {
  return sql<boolean>`EXISTS (SELECT FROM job AS copy WHERE copy.priorjobid = job.jobid
    AND copy.type IN ('B', 'C') AND copy.jobstatus IN ('T', 'W'))`
}

async function copiesOfSessions(
  db: Kysely<CatalogTables>,
  sessions: readonly SessionNumbers[],
): Promise<CopiesOfJob[]> {
  if (sessions.length === 0) return []
  const ids = sessions.map(({ volSessionId }) => volSessionId)
  const times = sessions.map(({ volSessionTime }) => volSessionTime)
  const originals = await selectJobs(db)
    .where('job.type', '=', 'B')
    .where(
      sql<boolean>`(job.volsessionid, job.volsessiontime) IN (
        SELECT * FROM unnest(${ids}::bigint[], ${times}::bigint[]))`,
    )
    .execute()
  if (originals.length === 0) return []
  const rows = await selectJobs(db)
    .where('job.type', '=', 'C')
    .where('job.jobstatus', 'in', GOOD)
    .where(
      'job.priorjobid',
      'in',
      originals.map(({ jobid }) => jobid),
    )
    .orderBy('job.jobid')
    .execute()
  return originals.flatMap((row) => {
    const copies = rows.filter(({ priorjobid }) => priorjobid === row.jobid)
    if (copies.length === 0) return []
    return [{ original: toJobRow(row), copies: copies.map((copy) => toJobRow(copy)) }]
  })
}

async function finishCopy(transaction: Kysely<CatalogTables>, copy: FinishedCopy): Promise<void> {
  const { originalId, copyId, isMigration } = copy
  const original = await transaction
    .selectFrom('job')
    .select(['type', 'jobstatus', 'starttime', 'endtime', 'jobtdate', 'jobmissingfiles'])
    .where('jobid', '=', originalId)
    .forUpdate()
    .executeTakeFirst()
  if (original?.type !== 'B' || !['T', 'W'].includes(original.jobstatus)) {
    throw new CofferError('original-changed', `JobId ${originalId} is no good backup any more`)
  }
  await transaction
    .updateTable('job')
    .set({
      type: isMigration ? 'B' : 'C',
      jobstatus: copy.status,
      // Its place in the order of backups is that of the original.
      starttime: original.starttime === null ? null : moment(original.starttime),
      endtime: original.endtime === null ? null : moment(original.endtime),
      realendtime: moment(copy.endMs),
      jobtdate: original.jobtdate,
      jobfiles: copy.files,
      jobbytes: copy.bytes,
      joberrors: copy.errors,
      jobmissingfiles: original.jobmissingfiles,
      priorjobid: originalId,
    })
    .where('jobid', '=', copyId)
    .execute()
  if (!isMigration) return
  await transaction.updateTable('job').set({ type: 'M' }).where('jobid', '=', originalId).execute()
  // Copies of the original are copies of what took its place.
  await transaction
    .updateTable('job')
    .set({ priorjobid: copyId })
    .where('type', '=', 'C')
    .where('priorjobid', '=', originalId)
    .where('jobid', '!=', copyId)
    .execute()
}

async function adopt(db: Kysely<CatalogTables>, { jobId, chain }: MergedJob): Promise<void> {
  const [first] = chain
  const last = chain.at(-1)
  if (first === undefined || last?.startMs === undefined) return
  await db
    .updateTable('job')
    .set({
      level: first.level,
      starttime: moment(last.startMs),
      ...(last.endMs === undefined ? {} : { endtime: moment(last.endMs) }),
      jobtdate: last.jobTdate,
    })
    .where('jobid', '=', jobId)
    .execute()
}

async function keepDeletions(
  db: Kysely<CatalogTables>,
  { jobId, chain }: MergedJob,
): Promise<number> {
  const jobIds = chain.map((job) => job.jobId)
  const { numAffectedRows } = await sql`
    INSERT INTO file (fileindex, jobid, pathid, deltaseq, name, lstat, md5)
    SELECT 0, ${jobId}, pathid, deltaseq, name, lstat, md5 FROM (
      SELECT DISTINCT ON (file.pathid, file.name) file.*
      FROM unnest(${jobIds}::int[]) WITH ORDINALITY AS chain (jobid, rank)
      JOIN file ON file.jobid = chain.jobid
      ORDER BY file.pathid, file.name, chain.rank DESC) newest
    WHERE newest.fileindex = 0`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

async function countFileRows(
  db: Kysely<CatalogTables>,
  jobIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (jobIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('file')
    .select(['jobid', (eb) => eb.fn.countAll<number>().as('count')])
    .where('jobid', 'in', jobIds)
    .groupBy('jobid')
    .execute()
  return new Map(rows.map(({ jobid, count }) => [jobid, count]))
}

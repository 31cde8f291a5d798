// Jobs with what their retention depends on, in whole lines, so that chains can be found among them.
import type { JobLevelLetter, JobStatusLetter, JobTypeLetter } from '@coffer/core'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { RetainedJob } from '../pool/retention.ts'
import type { CatalogTables } from './tables.ts'

export interface RetentionCatalog {
  /**
   * The Jobs on these Volumes, and all others of their lines. Each is kept from its end for the longest retention of its
   * Volumes; one without data as its Pool says; one on an archived Volume for ever.
   */
  ofVolumes(mediaIds: readonly number[]): Promise<RetainedJob[]>
  /** The same for these Jobs and their lines. */
  ofJobs(jobIds: readonly number[]): Promise<RetainedJob[]>
  /** All Jobs of a Client, each kept from its end for so long and not by its Volumes, archived ones for ever. */
  ofClient(clientId: number, keptSeconds: number): Promise<RetainedJob[]>
}

export function retentionCatalog(db: Kysely<CatalogTables>): RetentionCatalog {
  return {
    ofVolumes: async (mediaIds) =>
      mediaIds.length === 0
        ? []
        : findLines(
            db,
            sql`SELECT jobid FROM jobmedia WHERE mediaid = ANY(${[...mediaIds]}::bigint[])`,
          ),
    ofJobs: async (jobIds) =>
      jobIds.length === 0
        ? []
        : findLines(db, sql`SELECT jobid FROM job WHERE jobid = ANY(${[...jobIds]}::bigint[])`),
    ofClient: (clientId, keptSeconds) =>
      findJobs(db, sql<boolean>`job.clientid = ${clientId}`, sql<number>`${keptSeconds}::bigint`),
  }
}

/** The Jobs that `which` gives, and the backups, copies and archived Jobs of their lines. */
async function findLines(
  db: Kysely<CatalogTables>,
  which: RawBuilder<unknown>,
): Promise<RetainedJob[]> {
  return findJobs(
    db,
    sql<boolean>`job.jobid IN (${which}) OR job.type IN ('B', 'A', 'C') AND (job.name, job.clientid, job.filesetid) IN (
      SELECT name, clientid, filesetid FROM job WHERE jobid IN (${which}))`,
    sql<number>`coalesce(max(media.volretention), max(pool.volretention), 0)`,
  )
}

interface RetentionRow {
  readonly jobid: number
  readonly type: string
  readonly level: string
  readonly jobstatus: string
  readonly line: string
  readonly start: number | null
  readonly end: number | null
  readonly priorjobid: number
  readonly poolid: number
  readonly purgedfiles: number
  readonly kept: number
  readonly archived: boolean
  readonly media: readonly (number | string)[]
}

async function findJobs(
  db: Kysely<CatalogTables>,
  condition: RawBuilder<boolean>,
  keptSeconds: RawBuilder<number>,
): Promise<RetainedJob[]> {
  const { rows } = await sql<RetentionRow>`
    SELECT job.jobid, job.type, job.level, job.jobstatus, job.priorjobid, job.poolid, job.purgedfiles,
      job.clientid || ' ' || job.filesetid || ' ' || job.name AS line,
      job.starttime AS start, coalesce(job.realendtime, job.endtime, job.starttime, job.schedtime) AS end,
      ${keptSeconds} AS kept, coalesce(bool_or(media.enabled = 2), false) AS archived,
      coalesce(array_agg(DISTINCT media.mediaid::float8) FILTER (WHERE media.mediaid IS NOT NULL), '{}') AS media
    FROM job LEFT JOIN pool USING (poolid)
    LEFT JOIN jobmedia USING (jobid) LEFT JOIN media ON media.mediaid = jobmedia.mediaid
    WHERE ${condition}
    GROUP BY job.jobid ORDER BY job.jobid`.execute(db)
  return rows.map((row) => ({
    jobId: row.jobid,
    type: row.type as JobTypeLetter,
    level: row.level as JobLevelLetter,
    status: row.jobstatus as JobStatusLetter,
    line: row.line,
    startMs: row.start ?? undefined,
    priorJobId: row.priorjobid,
    keptUntilMs: row.archived ? Infinity : (row.end ?? Infinity) + row.kept * 1000,
    mediaIds: row.media.map(Number),
    poolId: row.poolid,
    hasPurgedFiles: row.purgedfiles !== 0,
  }))
}

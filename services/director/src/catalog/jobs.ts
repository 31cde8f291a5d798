// Rows of the table job: made when a Job is queued, changed while it runs, found for levels and status displays.
import {
  CofferError,
  JOB_STATUSES,
  type JobLevelLetter,
  type JobStatusLetter,
  type JobTypeLetter,
} from '@coffer/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import { isUniqueViolation } from './database-error.ts'
import { dropUndefined } from './defined.ts'
import { jobCondition } from './job-filter.ts'
import { moment } from './moment.ts'
import type { CatalogTables, JobTable } from './tables.ts'

export interface JobRow {
  readonly jobId: number
  /** The unique name, "md5.2026-11-21_02.05.08_03". */
  readonly job: string
  /** Name of the Job resource. */
  readonly name: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly status: JobStatusLetter
  /** Ids are 0 and names empty where the Job has none. */
  readonly clientId: number
  readonly client: string
  readonly filesetId: number
  readonly fileset: string
  readonly poolId: number
  readonly pool: string
  readonly scheduledMs: number | undefined
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  readonly realEndMs: number | undefined
  /** Orders Jobs for restores: seconds since the epoch of the end, or of the start while running. */
  readonly jobTdate: number
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly files: number
  readonly bytes: number
  readonly readBytes: number
  readonly errors: number
  readonly missingFiles: number
  readonly priorJobId: number
  /** Its file rows were pruned. */
  readonly purgedFiles: boolean
  readonly comment: string
}

interface NewJob {
  readonly job: string
  readonly name: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly scheduledMs: number
  readonly clientId?: number
  readonly filesetId?: number
  readonly poolId?: number
  readonly priorJobId?: number
  readonly comment?: string
}

/** What may change while a Job is queued or runs; only what is given is written. */
export interface JobChange {
  readonly status?: JobStatusLetter
  readonly type?: JobTypeLetter
  readonly level?: JobLevelLetter
  readonly name?: string
  readonly clientId?: number
  readonly filesetId?: number
  readonly poolId?: number
  /** Also sets jobTdate. Null: it has not started after all. */
  readonly startMs?: number | null
  readonly scheduledMs?: number
  readonly priorJobId?: number
  readonly volSessionId?: number
  readonly volSessionTime?: number
  readonly files?: number
  readonly bytes?: number
  readonly errors?: number
  readonly comment?: string
}

export interface JobEndUpdate {
  readonly status: JobStatusLetter
  readonly endMs: number
  readonly files: number
  readonly bytes: number
  readonly readBytes?: number
  readonly errors: number
  readonly missingFiles?: number
  readonly volSessionId?: number
  readonly volSessionTime?: number
  /** Only realEndMs is set: the row has the times of other Jobs. */
  readonly keepsTimes?: boolean
}

/** All given conditions must hold; a list is met by any of its members, an empty list by none. */
export interface JobFilter {
  readonly jobIds?: readonly number[]
  readonly job?: string
  readonly name?: string
  readonly names?: readonly string[]
  readonly client?: string
  readonly clients?: readonly string[]
  readonly fileset?: string
  readonly pool?: string
  readonly volume?: string
  readonly statuses?: readonly JobStatusLetter[]
  readonly types?: readonly JobTypeLetter[]
  readonly levels?: readonly JobLevelLetter[]
  /** Started (or scheduled, when not started) at or after. */
  readonly sinceMs?: number
  /** Only the newest Job of each name. */
  readonly last?: boolean
  readonly limit?: number
  readonly offset?: number
  /** By JobId; `asc` when not given. */
  readonly order?: 'asc' | 'desc'
}

/** Jobs that make one line of backups: same Job name, Client and FileSet record. */
export interface BackupLine {
  readonly name: string
  readonly clientId: number
  readonly filesetId: number
}

interface VerifiableQuery {
  readonly name: string
  readonly clientId: number
  readonly type: JobTypeLetter
  readonly level?: JobLevelLetter
}

export interface JobCatalog {
  /** Inserts a Job with status C. Throws `job-exists` when its unique name is taken. */
  create(job: NewJob): Promise<number>
  /** Does nothing when there is no such Job. */
  update(jobId: number, change: JobChange): Promise<void>
  /** Writes the end of a Job; sets endMs, realEndMs and jobTdate. */
  end(jobId: number, end: JobEndUpdate): Promise<void>
  find(jobId: number): Promise<JobRow | undefined>
  findByJob(job: string): Promise<JobRow | undefined>
  list(filter: JobFilter): Promise<JobRow[]>
  count(filter: JobFilter): Promise<number>
  /** Newest successful (T or W) backup of the line with one of these levels whose files are not pruned. */
  findLastBackup(line: BackupLine, levels: readonly JobLevelLetter[]): Promise<JobRow | undefined>
  /** Newest OK Job of that name and Client with this type, and this level if one is given: what a Verify Job verifies. */
  findVerifiable(wanted: VerifiableQuery): Promise<JobRow | undefined>
  /** Newest backup of the line with one of these levels that ended badly (E, f, A, I) after `sinceMs`. */
  findFailedSince(
    line: BackupLine,
    levels: readonly JobLevelLetter[],
    sinceMs: number,
  ): Promise<JobRow | undefined>
  /** Newest start of a Job of that name with an OK end, for MaxRunSchedTime-like decisions and status displays. */
  findLastOfName(name: string): Promise<JobRow | undefined>
  /**
   * Marks every Job that a Director left unended as failed (f) with the line that `lineOf` makes in its log, to be called
   * once before new Jobs start. Returns them as they were.
   */
  failUnended(lineOf: (job: JobRow) => string, nowMs: number): Promise<JobRow[]>
}

/** Letters of Jobs that are over: everything else was under way. */
const ENDED = Object.values(JOB_STATUSES)
  .filter((status) => status.ended)
  .map((status) => status.letter)

const OK_STATUSES = [JOB_STATUSES.ok.letter, JOB_STATUSES.warnings.letter]
const BAD_STATUSES = ['E', 'f', 'A', 'I'] as const

export function jobCatalog(db: Kysely<CatalogTables>): JobCatalog {
  return {
    create: (job) => createJob(db, job),
    update: (jobId, change) => updateJob(db, jobId, change),
    end: (jobId, end) => endJob(db, jobId, end),
    find: (jobId) => findOne(db, { jobIds: [jobId] }),
    findByJob: (job) => findOne(db, { job }),
    list: (filter) => listJobs(db, filter),
    count: (filter) => countJobs(db, filter),
    findLastBackup: async (line, levels) => {
      const query = backupsOfLine(db, line, levels)
        .where('job.jobstatus', 'in', OK_STATUSES)
        .where('job.purgedfiles', '=', 0)
      return toJobRow(await query.executeTakeFirst())
    },
    findVerifiable: async (wanted) => {
      let query = selectJobs(db)
        .where('job.name', '=', wanted.name)
        .where('job.clientid', '=', wanted.clientId)
        .where('job.type', '=', wanted.type)
        .where('job.jobstatus', 'in', OK_STATUSES)
        .where('job.starttime', 'is not', null)
        .orderBy('job.starttime', 'desc')
        .orderBy('job.jobid', 'desc')
      if (wanted.level !== undefined) query = query.where('job.level', '=', wanted.level)
      return toJobRow(await query.executeTakeFirst())
    },
    findFailedSince: async (line, levels, sinceMs) => {
      const query = backupsOfLine(db, line, levels)
        .where('job.jobstatus', 'in', BAD_STATUSES)
        .where('job.starttime', '>', moment(sinceMs))
      return toJobRow(await query.executeTakeFirst())
    },
    findLastOfName: async (name) => {
      const query = selectJobs(db)
        .where('job.name', '=', name)
        .where('job.jobstatus', 'in', OK_STATUSES)
        .orderBy('job.starttime', 'desc')
        .orderBy('job.jobid', 'desc')
      return toJobRow(await query.executeTakeFirst())
    },
    failUnended: (lineOf, nowMs) => failUnended(db, lineOf, nowMs),
  }
}

/** Every column that makes a JobRow, with the names of client, fileset and pool. */
export function selectJobs(db: Kysely<CatalogTables>) {
  return db
    .selectFrom('job')
    .leftJoin('client', 'client.clientid', 'job.clientid')
    .leftJoin('fileset', 'fileset.filesetid', 'job.filesetid')
    .leftJoin('pool', 'pool.poolid', 'job.poolid')
    .selectAll('job')
    .select(['client.name as client', 'fileset.fileset as fileset', 'pool.name as pool'])
}

type JoinedJob = Selectable<JobTable> & {
  readonly client: string | null
  readonly fileset: string | null
  readonly pool: string | null
}

export function toJobRow(row: JoinedJob): JobRow
export function toJobRow(row: JoinedJob | undefined): JobRow | undefined
export function toJobRow(row: JoinedJob | undefined): JobRow | undefined {
  if (row === undefined) return undefined
  return {
    jobId: row.jobid,
    job: row.job,
    name: row.name,
    type: row.type as JobTypeLetter,
    level: row.level as JobLevelLetter,
    status: row.jobstatus as JobStatusLetter,
    clientId: row.clientid,
    client: row.client ?? '',
    filesetId: row.filesetid,
    fileset: row.fileset ?? '',
    poolId: row.poolid,
    pool: row.pool ?? '',
    scheduledMs: row.schedtime ?? undefined,
    startMs: row.starttime ?? undefined,
    endMs: row.endtime ?? undefined,
    realEndMs: row.realendtime ?? undefined,
    jobTdate: row.jobtdate,
    volSessionId: row.volsessionid,
    volSessionTime: row.volsessiontime,
    files: row.jobfiles,
    bytes: row.jobbytes,
    readBytes: row.readbytes,
    errors: row.joberrors,
    missingFiles: row.jobmissingfiles,
    priorJobId: row.priorjobid,
    purgedFiles: row.purgedfiles !== 0,
    comment: row.comment,
  }
}

async function createJob(db: Kysely<CatalogTables>, job: NewJob): Promise<number> {
  try {
    const row = await db
      .insertInto('job')
      .values({
        job: job.job,
        name: job.name,
        type: job.type,
        level: job.level,
        jobstatus: JOB_STATUSES.created.letter,
        schedtime: moment(job.scheduledMs),
        jobtdate: toSeconds(job.scheduledMs),
        clientid: job.clientId ?? 0,
        filesetid: job.filesetId ?? 0,
        poolid: job.poolId ?? 0,
        priorjobid: job.priorJobId ?? 0,
        comment: job.comment ?? '',
      })
      .returning('jobid')
      .executeTakeFirstOrThrow()
    return row.jobid
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new CofferError('job-exists', `the Catalog has a Job "${job.job}" already`, {
      cause: error,
    })
  }
}

async function updateJob(
  db: Kysely<CatalogTables>,
  jobId: number,
  change: JobChange,
): Promise<void> {
  const values = columnsOf(change)
  if (Object.keys(values).length === 0) return
  await db.updateTable('job').set(values).where('jobid', '=', jobId).execute()
}

function columnsOf(change: JobChange) {
  const { startMs, scheduledMs } = change
  return dropUndefined({
    jobstatus: change.status,
    type: change.type,
    level: change.level,
    name: change.name,
    clientid: change.clientId,
    filesetid: change.filesetId,
    poolid: change.poolId,
    starttime: typeof startMs === 'number' ? moment(startMs) : startMs,
    jobtdate: typeof startMs === 'number' ? toSeconds(startMs) : undefined,
    schedtime: scheduledMs === undefined ? undefined : moment(scheduledMs),
    priorjobid: change.priorJobId,
    volsessionid: change.volSessionId,
    volsessiontime: change.volSessionTime,
    jobfiles: change.files,
    jobbytes: change.bytes,
    joberrors: change.errors,
    comment: change.comment,
  })
}

async function endJob(db: Kysely<CatalogTables>, jobId: number, end: JobEndUpdate): Promise<void> {
  const ended = moment(end.endMs)
  await db
    .updateTable('job')
    .set({
      jobstatus: end.status,
      ...(end.keepsTimes === true ? {} : { endtime: ended, jobtdate: toSeconds(end.endMs) }),
      realendtime: ended,
      jobfiles: end.files,
      jobbytes: end.bytes,
      joberrors: end.errors,
      ...dropUndefined({
        readbytes: end.readBytes,
        jobmissingfiles: end.missingFiles,
        volsessionid: end.volSessionId,
        volsessiontime: end.volSessionTime,
      }),
    })
    .where('jobid', '=', jobId)
    .execute()
}

async function findOne(db: Kysely<CatalogTables>, filter: JobFilter): Promise<JobRow | undefined> {
  return toJobRow(await selectJobs(db).where(jobCondition(filter)).executeTakeFirst())
}

async function listJobs(db: Kysely<CatalogTables>, filter: JobFilter): Promise<JobRow[]> {
  const rows = await limitJobs(selectJobs(db).where(jobScope(filter)), filter).execute()
  return rows.map((row) => toJobRow(row))
}

interface Limitable<Self> {
  orderBy(column: 'job.jobid', direction: 'asc' | 'desc'): Self
  limit(count: number): Self
  offset(count: number): Self
}

/** Order, limit and offset of a filter; of both ends a limit keeps the one that the order begins with. */
export function limitJobs<Query extends Limitable<Query>>(query: Query, filter: JobFilter): Query {
  let limited = query.orderBy('job.jobid', filter.order ?? 'asc')
  if (filter.limit !== undefined) limited = limited.limit(filter.limit)
  if (filter.offset !== undefined) limited = limited.offset(filter.offset)
  return limited
}

/** The filter's condition, with `last` taken into account: the newest JobId of each name among what matches. */
export function jobScope(filter: JobFilter) {
  const condition = jobCondition(filter)
  if (filter.last !== true) return condition
  return sql<boolean>`job.jobid IN (
    SELECT max(job.jobid) FROM job
    LEFT JOIN client ON client.clientid = job.clientid
    LEFT JOIN fileset ON fileset.filesetid = job.filesetid
    LEFT JOIN pool ON pool.poolid = job.poolid
    WHERE ${condition} GROUP BY job.name)`
}

async function countJobs(db: Kysely<CatalogTables>, filter: JobFilter): Promise<number> {
  const row = await selectJobs(db)
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(jobScope(filter))
    .executeTakeFirstOrThrow()
  return row.count
}

/** Backups of a line, the one that started last first. */
function backupsOfLine(
  db: Kysely<CatalogTables>,
  line: BackupLine,
  levels: readonly JobLevelLetter[],
) {
  return selectJobs(db)
    .where('job.type', '=', 'B')
    .where('job.name', '=', line.name)
    .where('job.clientid', '=', line.clientId)
    .where('job.filesetid', '=', line.filesetId)
    .where('job.level', 'in', levels.length === 0 ? [''] : levels)
    .where('job.starttime', 'is not', null)
    .orderBy('job.starttime', 'desc')
    .orderBy('job.jobid', 'desc')
}

async function failUnended(
  db: Kysely<CatalogTables>,
  lineOf: (job: JobRow) => string,
  nowMs: number,
): Promise<JobRow[]> {
  const now = moment(nowMs)
  return db.transaction().execute(async (transaction) => {
    const rows = await selectJobs(transaction)
      .where('job.jobstatus', 'not in', ENDED)
      .orderBy('job.jobid')
      .execute()
    if (rows.length === 0) return []
    const jobs = rows.map((row) => toJobRow(row))
    await transaction
      .updateTable('job')
      .set((eb) => ({
        jobstatus: JOB_STATUSES.fatal.letter,
        starttime: eb.fn.coalesce('starttime', 'schedtime'),
        endtime: now,
        realendtime: now,
        jobtdate: toSeconds(nowMs),
        joberrors: eb('joberrors', '+', 1),
      }))
      .where('jobstatus', 'not in', ENDED)
      .execute()
    await transaction
      .insertInto('log')
      .values(jobs.map((job) => ({ jobid: job.jobId, time: now, logtext: lineOf(job) })))
      .execute()
    return jobs
  })
}

function toSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000)
}

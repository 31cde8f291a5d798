// Rows of the console's `list` and `llist`: exactly the columns, in the order, that Bareos prints.
import { type Clock, dateTimeText } from '@coffer/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import { jobCondition } from './job-filter.ts'
import { listJobMedia } from './job-media.ts'
import { type JobFilter, type JobRow, jobScope, limitJobs, selectJobs, toJobRow } from './jobs.ts'
import { moment } from './moment.ts'
import { escapedName, escapedText, nameText } from './names.ts'
import type { CatalogTables } from './tables.ts'
import { listPools, listVolumes } from './volume-lists.ts'

/** A value as the Catalog holds it: numbers are shown with commas in tables, texts as they are, null as empty. */
type ListValue = number | string | null

/** One row; the order of its keys is the order of the columns. */
export type ListRow = Readonly<Record<string, ListValue>>

/** `short` is `list`, `long` is `llist`. */
export type ListForm = 'short' | 'long'

export interface VolumeListFilter {
  readonly volume?: string
  readonly pool?: string
  readonly pools?: readonly string[]
  readonly jobId?: number
}

export interface BackupListFilter extends JobScope {
  readonly client: string
  readonly fileset?: string
  readonly statuses?: readonly string[]
  readonly levels?: readonly string[]
  readonly sinceMs?: number
  readonly limit?: number
  readonly order?: 'asc' | 'desc'
}

/** Which rows of many; both count rows. */
export interface RowRange {
  readonly limit?: number
  readonly offset?: number
}

/** Rows of Jobs that a console may see; nothing given is no condition. */
export interface JobScope {
  readonly names?: readonly string[]
  readonly clients?: readonly string[]
}

interface LogListFilter extends JobScope {
  readonly client?: string
  readonly jobId?: number
  readonly limit?: number
  readonly offset?: number
  readonly reverse?: boolean
}

export interface ListCatalog {
  jobs(form: ListForm, filter: JobFilter): Promise<ListRow[]>
  /** One row `count`. */
  jobCount(filter: JobFilter): Promise<ListRow[]>
  /** Rows by Job name, and the row of the sums. */
  jobTotals(filter: JobFilter): Promise<{ readonly byJob: ListRow[]; readonly total: ListRow }>
  /** time, logtext */
  jobLog(jobId: number, range?: RowRange): Promise<ListRow[]>
  /** One row `count`. */
  jobLogCount(jobId: number): Promise<ListRow[]>
  log(filter: LogListFilter): Promise<ListRow[]>
  /** filename, in batches; names as core `decodePath` makes them. */
  files(jobId: number, range?: RowRange): AsyncIterable<readonly ListRow[]>
  filesets(
    form: ListForm,
    filter: { readonly name?: string; readonly jobId?: number },
  ): Promise<ListRow[]>
  volumes(form: ListForm, filter: VolumeListFilter): Promise<ListRow[]>
  pools(form: ListForm, filter: { readonly name?: string }): Promise<ListRow[]>
  clients(form: ListForm): Promise<ListRow[]>
  storages(): Promise<ListRow[]>
  jobMedia(form: ListForm, filter: { readonly jobId?: number } & JobScope): Promise<ListRow[]>
  backups(form: ListForm, filter: BackupListFilter): Promise<ListRow[]>
  copies(filter: { readonly jobId?: number } & JobScope): Promise<ListRow[]>
  /** jobstatus, jobstatuslong, severity, exitlevel, exitstatus */
  jobStatuses(): Promise<ListRow[]>
}

export function listCatalog(database: Database, clock: Clock): ListCatalog {
  const { db } = database
  return {
    jobs: async (form, filter) => {
      const query = limitJobs(selectJobs(db).where(jobScope(filter)), filter)
      const nowMs = clock.nowMs()
      return (await query.execute()).map((row) => jobColumns(form, toJobRow(row), nowMs))
    },
    jobCount: async (filter) => {
      const query = selectJobs(db)
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('count'))
      return query.where(jobScope(filter)).execute()
    },
    jobTotals: (filter) => jobTotals(db, filter),
    jobLog: (jobId, range) => jobLog(db, jobId, range),
    jobLogCount: (jobId) =>
      db
        .selectFrom('log')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('jobid', '=', jobId)
        .execute(),
    log: (filter) => listLog(db, filter),
    files: (jobId, range) => listFiles(database, jobId, range),
    filesets: (_form, filter) => listFilesets(db, filter),
    volumes: (form, filter) => listVolumes(db, form, filter),
    pools: (form, filter) => listPools(db, form, filter, clock.nowMs()),
    clients: (form) => listClients(db, form),
    storages: () =>
      db
        .selectFrom('storage')
        .select(['storageid', 'name', 'autochanger'])
        .orderBy('storageid')
        .execute(),
    jobMedia: (form, filter) => jobMediaColumns(db, form, filter),
    backups: (form, filter) => listBackups(db, form, filter, clock.nowMs()),
    copies: (filter) => listCopies(db, filter),
    jobStatuses: () =>
      db
        .selectFrom('status')
        .select(['jobstatus', 'jobstatuslong', 'severity', 'exitlevel', 'exitstatus'])
        .orderBy(sql`jobstatus COLLATE "C"`)
        .execute(),
  }
}

/** "2026-11-21 02:05:10", empty for never. */
function momentText(timeMs: number | null | undefined): string {
  return timeMs === null || timeMs === undefined ? '' : dateTimeText(timeMs)
}

/** "00:00:04" from the start to the end, or to now for a Job that runs; empty for one that has not started. */
function durationText(job: JobRow, nowMs: number): string {
  if (job.startMs === undefined) return ''
  const seconds = Math.max(0, Math.floor(((job.endMs ?? nowMs) - job.startMs) / 1000))
  return [seconds / 3600, (seconds % 3600) / 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, '0'))
    .join(':')
}

function jobColumns(form: ListForm, job: JobRow, nowMs: number): ListRow {
  const duration = durationText(job, nowMs)
  if (form === 'long') return longJobColumns(job, duration)
  return {
    jobid: job.jobId,
    name: job.name,
    client: job.client,
    starttime: momentText(job.startMs),
    duration,
    type: job.type,
    level: job.level,
    jobfiles: job.files,
    jobbytes: job.bytes,
    jobstatus: job.status,
  }
}

function longJobColumns(job: JobRow, duration: string): ListRow {
  return {
    jobid: job.jobId,
    job: job.job,
    name: job.name,
    purgedfiles: Number(job.purgedFiles),
    type: job.type,
    level: job.level,
    clientid: job.clientId,
    client: job.client,
    jobstatus: job.status,
    schedtime: momentText(job.scheduledMs),
    starttime: momentText(job.startMs),
    endtime: momentText(job.endMs),
    realendtime: momentText(job.realEndMs),
    duration,
    jobtdate: job.jobTdate,
    volsessionid: job.volSessionId,
    volsessiontime: job.volSessionTime,
    jobfiles: job.files,
    jobbytes: job.bytes,
    joberrors: job.errors,
    jobmissingfiles: job.missingFiles,
    poolid: job.poolId,
    poolname: job.pool,
    priorjobid: job.priorJobId,
    filesetid: job.filesetId,
    fileset: job.fileset,
  }
}

async function jobTotals(
  db: Kysely<CatalogTables>,
  filter: JobFilter,
): Promise<{ readonly byJob: ListRow[]; readonly total: ListRow }> {
  const { rows } = await sql<{ jobs: number; files: number; bytes: number; job: string }>`
    SELECT count(*) AS jobs, coalesce(sum(job.jobfiles), 0) AS files,
      coalesce(sum(job.jobbytes), 0) AS bytes, job.name AS job
    FROM job
    LEFT JOIN client ON client.clientid = job.clientid
    LEFT JOIN fileset ON fileset.filesetid = job.filesetid
    LEFT JOIN pool ON pool.poolid = job.poolid
    WHERE ${jobCondition(filter)} GROUP BY job.name ORDER BY job.name`.execute(db)
  const sum = (column: 'jobs' | 'files' | 'bytes') =>
    rows.reduce((total, row) => total + row[column], 0)
  return {
    byJob: rows,
    total: { jobs: sum('jobs'), files: sum('files'), bytes: sum('bytes') },
  }
}

async function jobLog(
  db: Kysely<CatalogTables>,
  jobId: number,
  range: RowRange = {},
): Promise<ListRow[]> {
  let query = db
    .selectFrom('log')
    .select(['time', escapedName('logtext').as('text')])
    .where('jobid', '=', jobId)
    .orderBy('logid')
  if (range.limit !== undefined) query = query.limit(range.limit)
  if (range.offset !== undefined) query = query.offset(range.offset)
  return (await query.execute()).map((row) => ({
    time: momentText(row.time),
    logtext: nameText(row.text),
  }))
}

async function listLog(db: Kysely<CatalogTables>, filter: LogListFilter): Promise<ListRow[]> {
  let query = db
    .selectFrom('log')
    .leftJoin('job', 'job.jobid', 'log.jobid')
    .leftJoin('client', 'client.clientid', 'job.clientid')
    .select(['log.logid', 'job.name as jobname', 'client.name as clientname', 'log.time'])
    .select(escapedName('log.logtext').as('text'))
    .orderBy('log.logid', filter.reverse === true ? 'desc' : 'asc')
  if (filter.client !== undefined) query = query.where('client.name', '=', filter.client)
  if (filter.jobId !== undefined) query = query.where('log.jobid', '=', filter.jobId)
  query = query.where(ofScope(filter))
  if (filter.limit !== undefined) query = query.limit(filter.limit)
  if (filter.offset !== undefined) query = query.offset(filter.offset)
  return (await query.execute()).map((row) => ({
    logid: row.logid,
    jobname: row.jobname ?? '',
    clientname: row.clientname ?? '',
    time: momentText(row.time),
    logtext: nameText(row.text),
  }))
}

/** A Job may be without a Client; a row without a Job is only for those who may see all. */
function ofScope({ names, clients }: JobScope) {
  const job = names === undefined ? sql`true` : sql`job.name = ANY (${[...names]})`
  const client =
    clients === undefined
      ? sql`true`
      : sql`(job.clientid = 0 OR client.name = ANY (${[...clients]}))`
  return sql<boolean>`${job} AND ${client}`
}

async function* listFiles(
  database: Database,
  jobId: number,
  { limit, offset }: RowRange = {},
): AsyncGenerator<ListRow[]> {
  const batches = database.stream<[path: string, name: string]>(
    `SELECT ${escapedText('path.path')}, ${escapedText('file.name')}
     FROM file JOIN path USING (pathid) WHERE file.jobid = $1 AND file.fileindex > 0
     ORDER BY file.fileindex LIMIT $2 OFFSET $3`,
    [jobId, limit ?? null, offset ?? 0],
  )
  for await (const batch of batches) {
    yield batch.map(([path, name]) => ({ filename: nameText(path) + nameText(name) }))
  }
}

async function listFilesets(
  db: Kysely<CatalogTables>,
  filter: { readonly name?: string; readonly jobId?: number },
): Promise<ListRow[]> {
  let query = db.selectFrom('fileset').selectAll().orderBy('filesetid')
  const { name, jobId } = filter
  if (name !== undefined) query = query.where('fileset', '=', name)
  if (jobId !== undefined) {
    query = query.where('filesetid', '=', (eb) =>
      eb.selectFrom('job').select('job.filesetid').where('job.jobid', '=', jobId),
    )
  }
  return (await query.execute()).map((row) => ({
    filesetid: row.filesetid,
    fileset: row.fileset,
    md5: row.md5,
    createtime: momentText(row.createtime),
    filesettext: row.filesettext,
  }))
}

async function listClients(db: Kysely<CatalogTables>, form: ListForm): Promise<ListRow[]> {
  const columns =
    form === 'short'
      ? (['clientid', 'name', 'fileretention', 'jobretention'] as const)
      : (['clientid', 'name', 'uname', 'autoprune', 'fileretention', 'jobretention'] as const)
  return db.selectFrom('client').select(columns).orderBy('clientid').execute()
}

async function jobMediaColumns(
  db: Kysely<CatalogTables>,
  form: ListForm,
  filter: { readonly jobId?: number } & JobScope,
): Promise<ListRow[]> {
  const all = await listJobMedia(db, filter.jobId === undefined ? undefined : [filter.jobId])
  const visible = await visibleJobs(db, filter)
  const rows = all.filter(({ jobId }) => visible?.has(jobId) !== false)
  return rows.map((row) => {
    const range = { volumename: row.volume, firstindex: row.firstIndex, lastindex: row.lastIndex }
    if (form === 'short') return { jobid: row.jobId, ...range }
    return {
      jobmediaid: row.jobMediaId,
      jobid: row.jobId,
      mediaid: row.mediaId,
      ...range,
      startfile: row.startFile,
      endfile: row.endFile,
      startblock: row.startBlock,
      endblock: row.endBlock,
    }
  })
}

/** JobIds within a scope; undefined when there is none to keep to. */
async function visibleJobs(
  db: Kysely<CatalogTables>,
  scope: JobScope,
): Promise<ReadonlySet<number> | undefined> {
  if (scope.names === undefined && scope.clients === undefined) return undefined
  const rows = await db
    .selectFrom('job')
    .leftJoin('client', 'client.clientid', 'job.clientid')
    .select('job.jobid')
    .where(ofScope(scope))
    .execute()
  return new Set(rows.map(({ jobid }) => jobid))
}

async function listBackups(
  db: Kysely<CatalogTables>,
  form: ListForm,
  filter: BackupListFilter,
  nowMs: number,
): Promise<ListRow[]> {
  let query = selectJobs(db)
    .where('client.name', '=', filter.client)
    .where('job.type', 'in', ['B', 'A'])
    .where(ofScope(filter))
    .orderBy('job.jobid', filter.order ?? 'asc')
  const { fileset, statuses, levels, sinceMs, limit } = filter
  if (fileset !== undefined) query = query.where('fileset.fileset', '=', fileset)
  if (statuses !== undefined) query = query.where('job.jobstatus', 'in', [...statuses, ''])
  if (levels !== undefined) query = query.where('job.level', 'in', [...levels, ''])
  if (sinceMs !== undefined) query = query.where('job.starttime', '>=', moment(sinceMs))
  if (limit !== undefined) query = query.limit(limit)
  return (await query.execute()).map((row) => jobColumns(form, toJobRow(row), nowMs))
}

async function listCopies(
  db: Kysely<CatalogTables>,
  filter: { readonly jobId?: number } & JobScope,
): Promise<ListRow[]> {
  let query = db
    .selectFrom('job')
    .leftJoin('client', 'client.clientid', 'job.clientid')
    .innerJoin('jobmedia', 'jobmedia.jobid', 'job.jobid')
    .innerJoin('media', 'media.mediaid', 'jobmedia.mediaid')
    .select(['job.priorjobid as jobid', 'job.job', 'job.jobid as copyjobid', 'media.mediatype'])
    .distinct()
    .where('job.type', '=', 'C')
    .where(ofScope(filter))
    .where('job.jobstatus', 'in', ['T', 'W'])
    .orderBy('job.priorjobid')
    .orderBy('job.jobid')
  if (filter.jobId !== undefined) query = query.where('job.priorjobid', '=', filter.jobId)
  return query.execute()
}

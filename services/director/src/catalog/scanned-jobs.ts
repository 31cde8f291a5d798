// Jobs that a scan of Volumes found: their rows, made again or completed.
import { isJobEnded, type JobLevelLetter, type JobTypeLetter } from '@coffer/core'
import { type Kysely, sql } from 'kysely'
import type { NewJobMedia } from './attributes.ts'
import { moment } from './moment.ts'
import type { CatalogTables } from './tables.ts'

/** A Job as the label that begins its session tells it. */
interface FoundJob {
  /** The one it had, which may be taken. */
  readonly jobId: number
  /** The unique name. */
  readonly job: string
  readonly name: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly startMs: number
  readonly clientId: number
  readonly filesetId: number
  readonly poolId: number
  readonly volSessionId: number
  readonly volSessionTime: number
}

export interface AdoptedJob {
  readonly jobId: number
  readonly isNew: boolean
  /** The Catalog knows how it ended, from the Director that ran it: what the end label says does not count. */
  readonly isSettled: boolean
  readonly files: number
  readonly bytes: number
}

export interface ScannedJobCatalog {
  /**
   * The row of the Job: the one that the Catalog has of that unique name and session; otherwise a new one, under the
   * original JobId where that is free. Files that were pruned may come again.
   */
  adopt(job: FoundJob): Promise<AdoptedJob>
  /** Writes where the Job lies, in the order of writing, unless the Catalog knows more than that. Throws `volume-unknown`. */
  setJobMedia(jobId: number, ranges: readonly NewJobMedia[]): Promise<void>
}

export function scannedJobCatalog(db: Kysely<CatalogTables>): ScannedJobCatalog {
  return {
    adopt: (job) => db.transaction().execute((transaction) => adoptJob(transaction, job)),
    setJobMedia: (jobId, ranges) =>
      db.transaction().execute((transaction) => setJobMedia(transaction, jobId, ranges)),
  }
}

const LARGEST_JOB_ID = 2 ** 31 - 1
/** Comment of a Job that is known from Volumes only. */
const SCANNED = 'bscan'

async function adoptJob(db: Kysely<CatalogTables>, job: FoundJob): Promise<AdoptedJob> {
  // A unique name is one of a moment and a Director; two Directors may have used the same.
  const names = [job.job, `${job.job}.${job.volSessionTime}.${job.volSessionId}`]
  for (const name of names) {
    const known = await findJob(db, name)
    if (known === undefined) return insertJob(db, { ...job, job: name })
    if (known.volsessionid !== 0 && !isSameSession(known, job)) continue
    await reviveFiles(db, known.jobid)
    const isGood = known.jobstatus === 'T' || known.jobstatus === 'W'
    const isSettled = isGood || (isJobEnded(known.jobstatus) && known.comment !== SCANNED)
    const facts = isSettled ? sessionColumns(job) : labelColumns(job)
    await db.updateTable('job').set(facts).where('jobid', '=', known.jobid).execute()
    const { jobid: jobId, jobfiles: files, jobbytes: bytes } = known
    return { jobId, isNew: false, isSettled, files, bytes }
  }
  return insertJob(db, job)
}

async function findJob(db: Kysely<CatalogTables>, job: string) {
  return db.selectFrom('job').selectAll().where('job', '=', job).forUpdate().executeTakeFirst()
}

function isSameSession(
  known: { readonly volsessionid: number; readonly volsessiontime: number },
  { volSessionId, volSessionTime }: FoundJob,
): boolean {
  return known.volsessionid === volSessionId && known.volsessiontime === volSessionTime
}

/** Takes back the note that a Job's files were pruned, or were committed: there are none. */
async function reviveFiles(db: Kysely<CatalogTables>, jobId: number): Promise<void> {
  await db
    .updateTable('job')
    .set({ purgedfiles: 0, committedindex: 0 })
    .where('jobid', '=', jobId)
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM file WHERE file.jobid = ${jobId})`)
    .execute()
}

async function insertJob(db: Kysely<CatalogTables>, job: FoundJob): Promise<AdoptedJob> {
  const jobId = await freeJobId(db, job.jobId)
  const row = await db
    .insertInto('job')
    .values({
      ...(jobId === undefined ? {} : { jobid: jobId }),
      ...labelColumns(job),
      job: job.job,
      name: job.name,
      type: job.type,
      jobstatus: 'R',
      schedtime: moment(job.startMs),
      comment: SCANNED,
    })
    .returning('jobid')
    .executeTakeFirstOrThrow()
  if (jobId !== undefined) await skipJobIds(db)
  return { jobId: row.jobid, isNew: true, isSettled: false, files: 0, bytes: 0 }
}

function labelColumns(job: FoundJob) {
  return {
    ...sessionColumns(job),
    level: job.level,
    starttime: moment(job.startMs),
    jobtdate: Math.floor(job.startMs / 1000),
    clientid: job.clientId,
    filesetid: job.filesetId,
    poolid: job.poolId,
  }
}

function sessionColumns({ volSessionId, volSessionTime }: FoundJob) {
  return { volsessionid: volSessionId, volsessiontime: volSessionTime }
}

/** The JobId when no row has it, undefined when the next one must do. */
async function freeJobId(db: Kysely<CatalogTables>, jobId: number): Promise<number | undefined> {
  if (jobId < 1 || jobId > LARGEST_JOB_ID) return undefined
  const taken = await db
    .selectFrom('job')
    .select('jobid')
    .where('jobid', '=', jobId)
    .executeTakeFirst()
  return taken === undefined ? jobId : undefined
}

/** The next Job gets a JobId above all that there are. */
async function skipJobIds(db: Kysely<CatalogTables>): Promise<void> {
  await sql`SELECT setval(pg_get_serial_sequence('job', 'jobid'),
    greatest((SELECT max(jobid) FROM job), nextval(pg_get_serial_sequence('job', 'jobid')) - 1))`.execute(
    db,
  )
}

async function setJobMedia(
  db: Kysely<CatalogTables>,
  jobId: number,
  ranges: readonly NewJobMedia[],
): Promise<void> {
  const mediaIds = await mediaIdsOf(db, ranges)
  const known = await db
    .selectFrom('jobmedia')
    .select('mediaid')
    .distinct()
    .where('jobid', '=', jobId)
    .execute()
  const scanned = new Set(ranges.map(({ volume }) => mediaIds.get(volume)))
  // Of a scan that saw fewer Volumes only what is news counts.
  const isWhole = known.every(({ mediaid }) => scanned.has(mediaid))
  if (isWhole) await db.deleteFrom('jobmedia').where('jobid', '=', jobId).execute()
  const kept = new Set(isWhole ? [] : known.map(({ mediaid }) => mediaid))
  const fresh = ranges.flatMap((range) => {
    const mediaid = mediaIds.get(range.volume)
    return mediaid === undefined || kept.has(mediaid) ? [] : [{ mediaid, range }]
  })
  if (fresh.length === 0) return
  await db
    .insertInto('jobmedia')
    .values(
      fresh.map(({ mediaid, range }, index) => ({
        jobid: jobId,
        mediaid,
        firstindex: range.firstIndex,
        lastindex: range.lastIndex,
        startfile: range.startFile,
        endfile: range.endFile,
        startblock: range.startBlock,
        endblock: range.endBlock,
        jobbytes: range.bytes,
        volindex: kept.size + index + 1,
      })),
    )
    .execute()
}

async function mediaIdsOf(
  db: Kysely<CatalogTables>,
  ranges: readonly NewJobMedia[],
): Promise<ReadonlyMap<string, number>> {
  const names = [...new Set(ranges.map(({ volume }) => volume))]
  if (names.length === 0) return new Map()
  const rows = await db
    .selectFrom('media')
    .select(['mediaid', 'volumename'])
    .where('volumename', 'in', names)
    .execute()
  return new Map(rows.map(({ mediaid, volumename }) => [volumename, mediaid]))
}

// The steps of a worker of a Copy or Migrate Job: one backup to other Volumes, whole, with its FileIndexes.
import {
  CofferError,
  JOB_LEVELS,
  JOB_TYPES,
  type JobStatusLetter,
  jobTypeText,
  volumesOf,
} from '@coffer/core'
import type { JobRow } from '../catalog/jobs.ts'
import { wholeBootstrap } from '../restore/plan.ts'
import type { ActiveJob } from './active-job.ts'
import { isGoodEnd } from './pair.ts'
import { copyWord } from './job-parts.ts'
import type { JobPorts } from './ports.ts'
import { missing } from './request.ts'
import { runTransfer, type TransferPlan } from './transfer.ts'
import { nextPlaceOf, piecesOf, readPlace } from './transfer-place.ts'

/** Runs to both ends, and closes the row of the new Job: the original is changed at the very end, or not at all. */
export async function runCopy(job: ActiveJob, ports: JobPorts): Promise<void> {
  const original = await findOriginal(job, ports)
  const spans = await ports.catalog.restore.jobMedia([original.jobId])
  const word = copyWord(job.type)
  await job.log.info(`Start ${word} JobId ${job.jobId}, Job=${job.job}`)
  await job.log.info(`${word} using JobId=${original.jobId} Job=${original.job}`)
  const readStorage = spans[0]?.storage ?? ''
  const place = nextPlaceOf(job, original.pool, readStorage)
  job.facts.pool = place.pool
  job.facts.storage = place.storage
  const whole = wholeBootstrap(spans, readPlace(job.config, place.storage.name))
  // All that the session wrote, not only what the Catalog knows by number.
  const entries = whole.entries.map(({ count: _count, ...entry }) => ({
    ...entry,
    fileIndexes: [],
  }))
  const pieces = piecesOf(job.config, { entries })
  const newJob = ports.nameJob(original.name)
  const newJobId = await makeRow(job, ports, original, newJob)
  job.facts.copy = {
    original,
    newJobId,
    newJob,
    level: original.level,
    client: original.client,
    fileset: original.fileset,
    readPool: { name: original.pool, source: 'Job resource' },
    readStorage: { name: pieces[0]?.storage ?? readStorage, source: 'Job resource' },
    nextPool: place.pool,
  }
  const plan = {
    pieces,
    target: targetOf(original, newJobId, newJob),
    isMerge: false,
    volumes: volumesOf(whole),
  }
  await transferAndClose({ job, ports, original, plan })
}

interface Copying {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly original: JobRow
  readonly plan: TransferPlan
}

async function transferAndClose(copying: Copying): Promise<void> {
  const { job, ports } = copying
  try {
    if (copying.plan.pieces.length > 0) await runTransfer(job, ports, copying.plan)
    await checkWhole(copying)
    await finish(copying)
  } catch (error) {
    await closeFailed(copying)
    throw error
  }
  await purgeOriginal(copying)
}

async function findOriginal(job: ActiveJob, { catalog }: JobPorts): Promise<JobRow> {
  const jobId = job.request.copyOf ?? 0
  const original = await catalog.jobs.find(jobId)
  if (original?.type !== JOB_TYPES.backup.letter || !/^[TW]$/.test(original.status)) {
    const text = `JobId ${jobId} is no good backup any more: nothing to copy`
    throw new CofferError('original-changed', text)
  }
  job.facts.clientId = original.clientId
  const fileset = await catalog.filesets.findById(original.filesetId)
  job.facts.filesetId = original.filesetId
  job.facts.filesetMd5 = fileset?.md5 ?? ''
  job.level = original.level
  return original
}

/** Until it is done the new Job is a copy that did not end well, whatever it becomes: no chain takes it. */
async function makeRow(
  job: ActiveJob,
  { catalog, clock }: JobPorts,
  original: JobRow,
  newJob: string,
): Promise<number> {
  const pool = await catalog.pools.find(job.facts.pool.name)
  if (pool === undefined) throw missing('Pool', job.facts.pool.name)
  const newJobId = await catalog.jobs.create({
    job: newJob,
    name: original.name,
    type: JOB_TYPES.jobCopy.letter,
    level: original.level,
    scheduledMs: original.scheduledMs ?? clock.nowMs(),
    clientId: original.clientId,
    filesetId: original.filesetId,
    poolId: pool.poolId,
    priorJobId: original.jobId,
    comment: original.comment,
  })
  await catalog.jobs.update(newJobId, { status: 'R', startMs: clock.nowMs() })
  await catalog.jobs.update(job.jobId, { priorJobId: newJobId, poolId: pool.poolId })
  return newJobId
}

function targetOf(original: JobRow, jobId: number, job: string) {
  return {
    jobId,
    job,
    name: original.name,
    client: original.client,
    fileset: original.fileset,
    type: JOB_TYPES.backup.letter,
    level: original.level === JOB_LEVELS.none.letter ? '' : original.level,
  }
}

/** Throws when anything of the original did not arrive. */
async function checkWhole({ job, ports, original, plan }: Copying): Promise<void> {
  const { readEnd, storageEnd, failures } = job.facts
  if (plan.pieces.length === 0) {
    job.facts.readEnd = NOTHING
    job.facts.storageEnd = NOTHING
  } else if (!isGoodEnd(readEnd) || !isGoodEnd(storageEnd)) {
    throw failures[0] ?? job.signal.reason ?? incomplete(original, 'see the lines above')
  }
  if (job.signal.aborted) throw job.signal.reason
  if (original.purgedFiles) return
  const ids = [original.jobId, plan.target.jobId] as const
  const rows = await ports.catalog.copies.fileRows(ids)
  const [expected = 0, copied = 0] = ids.map((jobId) => rows.get(jobId) ?? 0)
  if (copied < expected) throw incomplete(original, `${copied} of ${expected} files arrived`)
}

const NOTHING = {
  status: 'T',
  files: 0,
  bytes: 0,
  readBytes: 0,
  errors: 0,
  compressionPercent: 0,
  compression: '',
  encrypted: false,
} as const

function incomplete({ jobId }: JobRow, why: string): CofferError {
  return new CofferError('transfer-incomplete', `JobId ${jobId} could not be copied whole: ${why}`)
}

async function finish({ job, ports, original, plan }: Copying): Promise<void> {
  const { storageEnd } = job.facts
  const hasWarnings = job.log.errors + job.log.warnings > 0 || original.status === 'W'
  await ports.catalog.copies.finish({
    originalId: original.jobId,
    copyId: plan.target.jobId,
    isMigration: job.type === JOB_TYPES.migrate.letter,
    status: hasWarnings ? 'W' : 'T',
    endMs: ports.clock.nowMs(),
    files: storageEnd?.files ?? 0,
    bytes: storageEnd?.bytes ?? 0,
    errors: original.errors,
  })
}

async function closeFailed({ job, ports, plan }: Copying): Promise<void> {
  const status: JobStatusLetter = job.signal.aborted ? 'A' : 'f'
  const { files = 0, bytes = 0 } = job.facts.storageEnd ?? {}
  const endMs = ports.clock.nowMs()
  try {
    const end = { status, endMs, files, bytes, errors: 1 }
    await ports.catalog.jobs.end(plan.target.jobId, end)
  } catch (error) {
    // The next start of the Director closes it.
    ports.onTrouble(error, `the end of JobId ${plan.target.jobId} could not be written`)
  }
}

async function purgeOriginal({ job, ports, original }: Copying): Promise<void> {
  const resource = job.config.jobs.get(job.request.jobName)
  if (job.type !== JOB_TYPES.migrate.letter || resource?.purgeMigrationJob !== true) return
  await ports.catalog.purge.deleteJobs([original.jobId])
  ports.desk.wake()
  await job.log.info(`Purged migrated ${jobTypeText('B')} JobId ${original.jobId}`)
}

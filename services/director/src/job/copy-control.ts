// The steps of a Copy or Migrate Job itself: it chooses backups, and starts one Job for each.
import { CofferError, JOB_TYPES } from '@coffer/core'
import type { JobResource } from '../config/job-resource.ts'
import type { ActiveJob } from './active-job.ts'
import { copyWord } from './job-parts.ts'
import type { JobPorts } from './ports.ts'
import { type JobRequest, missing } from './request.ts'
import { selectJobs } from './select-jobs.ts'

const SQL_LIMITS = { maximumRows: 100_000, readOnly: true, timeoutMs: 600_000 } as const

/** Ends when the Jobs are queued; they go on by themselves. */
export async function runCopyControl(job: ActiveJob, ports: JobPorts): Promise<void> {
  const word = copyWord(job.type)
  await job.log.info(`Start ${word} JobId ${job.jobId}, Job=${job.job}`)
  const busy = busyOriginals(ports)
  const selected = await select(job, ports)
  const chosen = selected.filter((jobId) => !busy.has(jobId))
  for (const jobId of selected.filter((one) => busy.has(one))) {
    await job.log.info(`JobId ${jobId} is being copied or migrated already.`)
  }
  const verb = job.type === JOB_TYPES.migrate.letter ? 'migrated' : 'copied'
  if (chosen.length === 0) {
    await job.log.info(`No JobIds found to be ${verb}.`)
    return
  }
  const noun = chosen.length === 1 ? 'JobId was' : 'JobIds were'
  await job.log.info(
    `The following ${chosen.length} ${noun} chosen to be ${verb}: ${chosen.join(',')}`,
  )
  for (const jobId of chosen) {
    const workerId = await ports.submit(workerRequest(job.request, jobId, ports.clock.nowMs()))
    await job.log.info(`${word} JobId ${workerId} started for JobId ${jobId}.`)
  }
}

/** The same Job for one backup: it is due at once, and looks nothing up any more. */
function workerRequest(request: JobRequest, jobId: number, nowMs: number): JobRequest {
  const { jobIds: _jobIds, ...rest } = request
  return Object.freeze({ ...rest, copyOf: jobId, whenMs: nowMs, isExemptFromDuplicates: true })
}

function busyOriginals({ active }: JobPorts): ReadonlySet<number> {
  return new Set(active().map(({ request }) => request.copyOf ?? 0))
}

async function select(job: ActiveJob, ports: JobPorts): Promise<readonly number[]> {
  const { jobIds } = job.request
  if (jobIds !== undefined) return goodBackups(ports, jobIds)
  const resource = job.config.jobs.get(job.request.jobName)
  if (resource === undefined) throw missing('Job', job.request.jobName)
  const { selectionType } = resource
  if (selectionType === undefined) {
    throw new CofferError('selection-invalid', `Job "${resource.name}" has no Selection Type`)
  }
  if (selectionType === 'sqlquery') return selectBySql(ports, resource)
  if (selectionType === 'pooluncopiedjobs' && job.type === JOB_TYPES.migrate.letter) {
    throw new CofferError('selection-invalid', 'PoolUncopiedJobs is for Copy Jobs only')
  }
  const pool = await ports.catalog.pools.find(job.facts.pool.name)
  if (pool === undefined) throw missing('Pool', job.facts.pool.name)
  return selectJobs({
    rule: selectionType,
    pattern: resource.selectionPattern ?? '',
    nowMs: ports.clock.nowMs(),
    migrationTimeSeconds: pool.migrationTimeSeconds ?? 0,
    highBytes: pool.migrationHighBytes ?? 0,
    lowBytes: pool.migrationLowBytes ?? 0,
    jobs: await ports.catalog.copies.jobsOfPool(pool.poolId),
    volumes: await ports.catalog.media.list({ poolId: pool.poolId }),
  })
}

/** The first column of what the statement yields. */
async function selectBySql(
  ports: JobPorts,
  { selectionPattern = '' }: JobResource,
): Promise<readonly number[]> {
  if (selectionPattern === '') {
    throw new CofferError('selection-invalid', 'SQLQuery needs a Selection Pattern: the statement')
  }
  const { rows } = await ports.catalog.sql.query(selectionPattern, SQL_LIMITS)
  const jobIds = rows.map(([first]) => Number(first))
  const wrong = jobIds.find((jobId) => !Number.isSafeInteger(jobId))
  if (wrong !== undefined) {
    throw new CofferError('selection-invalid', 'the first column of the SQLQuery is no JobId')
  }
  return goodBackups(ports, jobIds)
}

/** Those that can be copied, in the order in which they ran. */
async function goodBackups(
  { catalog }: JobPorts,
  jobIds: readonly number[],
): Promise<readonly number[]> {
  const rows = await catalog.restore.orderChain(jobIds)
  return rows
    .filter(({ type, status }) => type === JOB_TYPES.backup.letter && /^[TW]$/.test(status))
    .map(({ jobId }) => jobId)
}

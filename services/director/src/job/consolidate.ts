// The steps of a Consolidate Job: for each Job that is Always Incremental, a virtual Full of what has become old.
import { JOB_LEVELS, JOB_TYPES } from '@coffer/core'
import type { JobResource } from '../config/job-resource.ts'
import type { ActiveJob } from './active-job.ts'
import { decideConsolidation } from './consolidation.ts'
import type { JobPorts } from './ports.ts'
import { makeJobRequest } from './request.ts'

/** Ends when the virtual Fulls are queued; they purge what they were made of when they are done. */
export async function runConsolidate(job: ActiveJob, ports: JobPorts): Promise<void> {
  await job.log.info(`Start Consolidate JobId ${job.jobId}, Job=${job.job}`)
  const limit = job.config.jobs.get(job.request.jobName)?.maxFullConsolidations ?? 0
  let fullsLeft = limit === 0 ? undefined : limit
  for (const resource of job.config.jobs.values()) {
    const isMeant = resource.type === JOB_TYPES.backup.letter && resource.alwaysIncremental
    if (!isMeant || !resource.enabled) continue
    if (job.signal.aborted) return
    const withFull = await consolidateOne({ job, ports, resource, fullsLeft })
    if (withFull && fullsLeft !== undefined) fullsLeft--
  }
}

interface One {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly resource: JobResource
  readonly fullsLeft: number | undefined
}

/** True when a consolidation with the Full was started. */
async function consolidateOne({ job, ports, resource, fullsLeft }: One): Promise<boolean> {
  const { catalog, clock } = ports
  const { name: jobName, client = '', fileset = '' } = resource
  const rows = await catalog.restore.chain({ client, fileset, jobName })
  const files = await catalog.copies.fileRows(rows.map(({ jobId }) => jobId))
  const decision = decideConsolidation({
    chain: rows.map(({ jobId, level, startMs = 0 }) => {
      return { jobId, level, startMs, files: files.get(jobId) ?? 0 }
    }),
    nowMs: clock.nowMs(),
    retentionSeconds: resource.alwaysIncrementalJobRetention,
    keepNumber: resource.alwaysIncrementalKeepNumber,
    maxFullAgeSeconds: resource.alwaysIncrementalMaxFullAge,
    fullsLeft,
  })
  const { jobIds, empty, note, withFull } = decision
  if (note !== undefined) await job.log.info(`Job "${jobName}": ${note}.`)
  const running = runningFor(ports, client, fileset)
  if (running !== undefined) {
    await job.log.info(
      `JobId ${running.jobId} already running. Duplicate consolidation job of Client "${client}" and FileSet "${fileset}" not allowed.`,
    )
    return false
  }
  if (empty.length > 0) {
    await job.log.info(`Job "${jobName}": purging empty jobids ${empty.join(',')}`)
    await catalog.purge.deleteJobs(empty)
  }
  if (jobIds.length === 0) return false
  const { request } = job
  const { priority, accurate, spoolData, allowMixedPriority, trigger } = request
  const level = JOB_LEVELS.virtualFull.letter
  const overrides = { level, jobIds, priority, spoolData, accurate }
  const made = makeJobRequest(job.config, jobName, { overrides, trigger, nowMs: clock.nowMs() })
  const jobId = await ports.submit(
    Object.freeze({
      ...made,
      allowMixedPriority,
      consolidates: true,
      isExemptFromDuplicates: true,
    }),
  )
  await job.log.info(`Job "${jobName}": consolidating JobIds ${jobIds.join(',')} as JobId ${jobId}`)
  return withFull
}

function runningFor({ active }: JobPorts, client: string, fileset: string): ActiveJob | undefined {
  return active().find(
    ({ request }) =>
      request.consolidates === true && request.client === client && request.fileset === fileset,
  )
}

// A Job that has ended, as the plugins of the Director are told of it.
import type { JobStatusLetter } from '@coffer/core'
import type { EndedJob } from '../plugin/ended-job.ts'
import { reportEnd } from '../plugin/report-end.ts'
import type { ActiveJob } from './active-job.ts'
import type { JobPorts } from './ports.ts'

/** What was written to the Job's row. */
export interface JobEnd {
  readonly status: JobStatusLetter
  readonly endMs: number
  readonly files: number
  readonly bytes: number
  readonly errors: number
}

/** Runs what "DIR Plugin Options" of the Job names. Failures become warnings in the Job's log; its status stays. */
export async function tellPlugins(job: ActiveJob, end: JobEnd, ports: JobPorts): Promise<void> {
  const definitions = job.config.jobs.get(job.request.jobName)?.dirPluginOptions ?? []
  await reportEnd(definitions, endedJob(job, end), {
    clock: ports.clock,
    warn: (text) => job.log.write('warning', text, 'plugin-delivery'),
  })
}

function endedJob(job: ActiveJob, { status, endMs, files, bytes, errors }: JobEnd): EndedJob {
  const { jobId, request, level, type, facts } = job
  return {
    jobId,
    job: job.job,
    name: request.jobName,
    type,
    level,
    client: request.client,
    pool: facts.pool.name,
    storage: facts.storage.name,
    status,
    priority: request.priority,
    errors,
    files,
    bytes,
    volumes: facts.volumes,
    queuedMs: job.scheduledMs,
    startMs: job.startMs,
    endMs,
  }
}

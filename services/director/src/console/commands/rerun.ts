// The command `rerun`: runs Jobs of the past once more, as they were.
import { CofferError, JOB_TYPES } from '@coffer/core'
import type { JobRow } from '../../catalog/jobs.ts'
import { repeatOverrides } from '../../job/repeat.ts'
import { findValue } from '../command-line.ts'
import { type Command, type CommandContext, findNumber } from '../context.ts'
import { parseJobIds, sinceFilter } from '../list-filter.ts'
import type { RunDraft } from '../run-draft.ts'
import { runDraft } from '../run-dialogue.ts'

export const rerunCommand: Command = async (context) => {
  const jobs = await selectJobs(context)
  if (jobs.length === 0) return
  for (const job of jobs) {
    await context.out.text(`rerunning jobid ${job.jobId}\n`)
    await runDraft(context, draftOf(context, job))
  }
}

async function selectJobs(context: CommandContext): Promise<JobRow[]> {
  const { line, out } = context
  const text = findValue(line, 'jobid')
  if (text === undefined) return selectFailed(context)
  const jobs: JobRow[] = []
  for (const jobId of parseJobIds(text)) {
    const job = await context.director.catalog.jobs.find(jobId)
    if (job !== undefined && context.rights.allows('job', job.name)) jobs.push(job)
    else await out.error(`JobId ${jobId} not found in catalog.`)
  }
  return jobs
}

/** Jobs that ended badly, by days=, hours= or since_jobid=. */
async function selectFailed(context: CommandContext): Promise<JobRow[]> {
  const { line, director, out } = context
  const since = findNumber(line, 'since_jobid')
  const until = findNumber(line, 'until_jobid') ?? Infinity
  const { sinceMs } = sinceFilter(context)
  if (since === undefined && sinceMs === undefined) {
    throw new CofferError('console-usage', 'rerun takes jobid=, since_jobid=, days= or hours=')
  }
  const rows = await director.catalog.jobs.list({
    statuses: ['A', 'E', 'f'],
    types: [JOB_TYPES.backup.letter],
    ...(sinceMs === undefined ? {} : { sinceMs }),
  })
  const jobs = rows.filter(
    ({ jobId, name }) =>
      jobId >= (since ?? 0) && jobId <= until && context.rights.allows('job', name),
  )
  if (jobs.length === 0) await out.text(`No failed Jobs to rerun.\n`)
  else {
    const ids = jobs.map(({ jobId }) => jobId).join(',')
    await out.text(`The following ids were selected for rerun:\n${ids}\n`)
  }
  return jobs
}

function draftOf({ config }: CommandContext, job: JobRow): RunDraft {
  if (!config.jobs.has(job.name)) {
    throw new CofferError('console-usage', `the Job "${job.name}" is not in the configuration`)
  }
  return { jobName: job.name, overrides: repeatOverrides(config, job) }
}

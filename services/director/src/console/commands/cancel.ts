// The command `cancel`: asks Jobs to end.
import { CofferError } from '@coffer/core'
import type { RunningJob } from '../../director.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { choose, type Command, type CommandContext, confirm } from '../context.ts'
import { parseJobIds } from '../list-filter.ts'

export const cancelCommand: Command = async (context) => {
  const selection = await selectJobs(context)
  if (selection.jobs.length === 0) return
  if (selection.needsConsent) {
    for (const { jobId } of selection.jobs) {
      if (selection.isMany) await context.out.text(`Selected Job ${jobId} for cancelling\n`)
    }
    if (!(await confirm(context, 'Confirm cancel (yes/no): '))) return
  }
  const canceled: { jobid: string; job: string }[] = []
  for (const { jobId, job } of selection.jobs) {
    if (!context.director.jobs.cancel(jobId)) continue
    canceled.push({ jobid: String(jobId), job })
    await context.out.text(`JobId ${jobId}, Job ${job} marked to be canceled.\n`)
  }
  context.out.value('cancel', canceled)
}

interface Selected {
  readonly jobs: readonly RunningJob[]
  readonly needsConsent: boolean
  readonly isMany: boolean
}

const NONE: Selected = { jobs: [], needsConsent: false, isMany: false }

async function selectJobs(context: CommandContext): Promise<Selected> {
  const { line } = context
  const jobIds = findValue(line, 'jobid')
  if (jobIds !== undefined) return byJobId(context, jobIds)
  const name = findValue(line, 'job', 'jobname')
  const unique = findValue(line, 'ujobid')
  if (name !== undefined || unique !== undefined) return byName(context, name, unique)
  const running = visibleJobs(context)
  if (running.length === 0) {
    await context.out.text('No Jobs running.\n')
    return NONE
  }
  const state = findValue(line, 'state')
  if (state !== undefined) return { ...MANY, jobs: running.filter(stateTest(state)) }
  if (hasKeyword(line, 'all')) return { ...MANY, jobs: running }
  return chooseJob(context, running)
}

const MANY = { needsConsent: true, isMany: true }

function visibleJobs({ director, rights }: CommandContext): RunningJob[] {
  return director.jobs.running().filter(({ request }) => rights.allows('job', request.jobName))
}

async function byJobId(context: CommandContext, text: string): Promise<Selected> {
  const running = visibleJobs(context)
  const jobs: RunningJob[] = []
  for (const jobId of parseJobIds(text)) {
    const job = running.find((each) => each.jobId === jobId)
    if (job !== undefined) jobs.push(job)
    else {
      await context.out.error(`JobId ${jobId} is not running.`)
    }
  }
  return { jobs, needsConsent: false, isMany: false }
}

async function byName(
  context: CommandContext,
  name: string | undefined,
  unique: string | undefined,
): Promise<Selected> {
  const jobs = visibleJobs(context).filter(
    ({ job, request }) => job === unique || job === name || request.jobName === name,
  )
  if (jobs.length === 0) await context.out.error(`Job "${unique ?? name ?? ''}" is not running.`)
  return { jobs, needsConsent: jobs.length > 1, isMany: jobs.length > 1 }
}

async function chooseJob(
  context: CommandContext,
  running: readonly RunningJob[],
): Promise<Selected> {
  const index = await choose(context, {
    heading: 'Select Job(s):',
    question: 'Choose Job to cancel',
    items: running.map(({ jobId, job }) => `JobId=${jobId} Job=${job}`),
    automatic: 'Job',
  })
  return { jobs: running.slice(index, index + 1), needsConsent: true, isMany: false }
}

function stateTest(state: string): (job: RunningJob) => boolean {
  switch (state.toLowerCase()) {
    case 'created':
      return ({ status }) => status === 'C'
    case 'blocked':
      return ({ status }) => status === 'B'
    case 'running':
      return ({ status }) => status === 'R'
    case 'waiting':
      return ({ status }) => !['C', 'B', 'R'].includes(status)
    default:
      throw new CofferError(
        'console-usage',
        `state is created, blocked, waiting or running, not "${state}"`,
      )
  }
}

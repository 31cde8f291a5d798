// Keeps the Bootstrap of a Job's backups outside of the Catalog: what a restore without it has to read.
import { appendFile, writeFile } from 'node:fs/promises'
import {
  CofferError,
  dateTimeText,
  formatBootstrap,
  JOB_LEVELS,
  JOB_TYPES,
  jobLevelText,
  type JobStatusLetter,
  messageOf,
} from '@coffer/core'
import { commandComplaint, splitCommand } from '@coffer/daemon'
import { wholeBootstrap } from '../restore/plan.ts'
import type { ActiveJob } from './active-job.ts'
import { isSuccess } from './outcome.ts'
import type { JobPorts } from './ports.ts'
import { fillCodes } from './script-codes.ts'

const MODE = 0o640
const COMMAND_TIMEOUT_MS = 600_000

/**
 * After a backup that can be restored: a Full begins the file anew, other levels are added; a `|command` gets the
 * Job's part on its standard input. A failure is an error in the Job's log.
 */
export async function writeBootstrap(
  job: ActiveJob,
  ports: JobPorts,
  status: JobStatusLetter,
): Promise<void> {
  const target = job.config.jobs.get(job.request.jobName)?.writeBootstrap
  if (target === undefined || job.type !== JOB_TYPES.backup.letter || !isSuccess(status)) return
  try {
    const text = await bootstrapText(job, ports)
    if (target.startsWith('|')) await pipe(target.slice(1), text, { job, ports, status })
    else await keep(fillCodes(target, { job, status }), text, job)
  } catch (error) {
    await job.log.write('error', `the bootstrap was not written: ${messageOf(error)}`)
  }
}

async function bootstrapText(job: ActiveJob, { catalog, clock }: JobPorts): Promise<string> {
  const spans = await catalog.restore.jobMedia([job.jobId])
  const bootstrap = wholeBootstrap(spans, ({ storage }) => {
    const device = job.config.storages.get(storage)?.device[0] ?? ''
    return { storage, device }
  })
  const head = `# ${dateTimeText(clock.nowMs())} - ${job.job} - ${jobLevelText(job.level)} - JobId ${job.jobId}`
  return `${head}\n${formatBootstrap(bootstrap)}`
}

async function keep(path: string, text: string, job: ActiveJob): Promise<void> {
  const isFull = job.level === JOB_LEVELS.full.letter
  await (isFull ? writeFile : appendFile)(path, text, { mode: MODE })
}

interface Situation {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly status: JobStatusLetter
}

async function pipe(
  command: string,
  stdin: string,
  { job, ports, status }: Situation,
): Promise<void> {
  const [program = '', ...args] = splitCommand(command).map((word) =>
    fillCodes(word, { job, status }),
  )
  const result = await ports.runCommand({
    argv: [program, ...args],
    stdin,
    timeoutMs: COMMAND_TIMEOUT_MS,
  })
  const complaint = commandComplaint(result)
  if (complaint === undefined) return
  throw new CofferError('run-script-failed', `"${command.trim()}": ${complaint}`)
}

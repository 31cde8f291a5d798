// Keeps the Bootstrap of a Job's backups outside of the Catalog: what a restore without it has to read.
import { appendFile, rename, writeFile } from 'node:fs/promises'
import {
  type Bootstrap,
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
import { type PlaceOf, planRestore, Selection, wholeBootstrap } from '../restore/plan.ts'
import { comparesState } from './accurate.ts'
import type { ActiveJob } from './active-job.ts'
import { isSuccess } from './outcome.ts'
import type { JobPorts } from './ports.ts'
import { fillCodes } from './script-codes.ts'

const MODE = 0o640
const COMMAND_TIMEOUT_MS = 600_000

/**
 * After a backup that can be restored: a Full begins the file anew, other levels are added; a `|command` gets the
 * Job's part on its standard input. An accurate Job knows the whole state that it left, and so its Bootstrap is that of
 * the state: nothing that was deleted or replaced since the Full is read. A failure is an error in the Job's log.
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

async function bootstrapText(job: ActiveJob, ports: JobPorts): Promise<string> {
  const bootstrap = comparesState(job)
    ? await stateBootstrap(job, ports)
    : await ownPart(job, ports)
  const now = dateTimeText(ports.clock.nowMs())
  const head = `# ${now} - ${job.job} - ${jobLevelText(job.level)} - JobId ${job.jobId}`
  return `${head}\n${formatBootstrap(bootstrap)}`
}

async function ownPart(job: ActiveJob, { catalog }: JobPorts): Promise<Bootstrap> {
  return wholeBootstrap(await catalog.restore.jobMedia([job.jobId]), placeIn(job))
}

async function stateBootstrap(job: ActiveJob, { catalog }: JobPorts): Promise<Bootstrap> {
  const { files, restore } = catalog
  const chain = (await restore.chainOfJob(job.jobId)).map(({ jobId }) => jobId)
  const selection = new Selection()
  for await (const batch of files.walkIndexes(chain, await files.rootPathId())) {
    for (const file of batch) selection.add(file)
  }
  return planRestore(selection, await restore.jobMedia(chain), placeIn(job)).bootstrap
}

function placeIn({ config }: ActiveJob): PlaceOf {
  return ({ storage }) => ({ storage, device: config.storages.get(storage)?.device[0] ?? '' })
}

async function keep(path: string, text: string, job: ActiveJob): Promise<void> {
  const level = job.facts.adoptedLevel ?? job.level
  const isWhole = level === JOB_LEVELS.full.letter || comparesState(job)
  if (!isWhole) return appendFile(path, text, { mode: MODE })
  // The one before stays until this one is whole.
  await writeFile(`${path}.new`, text, { mode: MODE })
  await rename(`${path}.new`, path)
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

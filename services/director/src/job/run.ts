// One Job from the queue to its closed row: the page to read first.
import {
  CofferError,
  JOB_TYPES,
  jobTypeText,
  type JobStatusLetter,
  type MessageType,
  toCofferError,
} from '@coffer/core'
import type { JobEndUpdate } from '../catalog/jobs.ts'
import type { ActiveJob, JobFacts } from './active-job.ts'
import { runBackup } from './backup.ts'
import { runConsolidate } from './consolidate.ts'
import { runCopy } from './copy.ts'
import { runCopyControl } from './copy-control.ts'
import { startClones } from './clones.ts'
import { tellPlugins } from './job-end.ts'
import { isTransfer, movesData } from './job-parts.ts'
import { jobReport } from './job-report.ts'
import { type DaemonEnd, mergeOutcome } from './outcome.ts'
import type { JobPorts } from './ports.ts'
import { runRestore } from './restore.ts'
import { runScripts } from './run-script.ts'
import { keepUp } from './upkeep.ts'
import { runVerify } from './verify.ts'
import { writeBootstrap } from './write-bootstrap.ts'

/**
 * Runs a Job that was admitted and closes its row. Never rejects: whatever goes wrong is a line of the Job's log and its
 * status. This is the one place where a failure ends a Job.
 */
export async function runJob(job: ActiveJob, ports: JobPorts): Promise<JobStatusLetter> {
  try {
    await begin(job, ports)
    await runScripts('before', job, ports, 'R')
    // A backup starts them when its level and moment are settled.
    if (job.type !== JOB_TYPES.backup.letter) await startClones(job, ports)
    await stepsOf(job)(job, ports)
  } catch (error) {
    await failJob(job, error)
  }
  return closeJob(job, ports)
}

/** Ends a Job: its bootstrap, its After scripts, its row, its report. Also for one that is canceled while it waits. */
export async function closeJob(job: ActiveJob, ports: JobPorts): Promise<JobStatusLetter> {
  const { clock, desk } = ports
  try {
    // A Job that never started has nothing to clean up after.
    if (job.startMs !== undefined) {
      await writeBootstrap(job, ports, statusOf(job))
      await runScripts('after', job, ports, statusOf(job))
    }
  } catch (error) {
    await failJob(job, error)
  }
  const status = statusOf(job)
  const endMs = clock.nowMs()
  job.setStatus(status)
  desk.release(job.jobId)
  await job.statusWritten()
  const end = { status, endMs, ...totals(job.facts) }
  await endRow(job, end, ports)
  await job.log.summary(reportType(status), jobReport(job, status, endMs, ports.product))
  await tellPlugins(job, end, ports)
  await keepUp(job, status, ports)
  ports.endMessages(job, status)
  await ports.flushMessages()
  return status
}

async function begin(job: ActiveJob, { catalog, clock, product }: JobPorts): Promise<void> {
  job.startMs = clock.nowMs()
  job.setStatus('R')
  await catalog.jobs.update(job.jobId, { startMs: job.startMs })
  const { version, longDate, os } = product
  await job.log.info(`Version: ${version} (${longDate}) ${os}`)
}

type Steps = (job: ActiveJob, ports: JobPorts) => Promise<void>

function stepsOf(job: ActiveJob): Steps {
  switch (job.type) {
    case JOB_TYPES.backup.letter:
      return runBackup
    case JOB_TYPES.copy.letter:
    case JOB_TYPES.migrate.letter:
      return job.request.copyOf === undefined ? runCopyControl : runCopy
    case JOB_TYPES.consolidate.letter:
      return runConsolidate
    case JOB_TYPES.restore.letter:
      return runRestore
    case JOB_TYPES.verify.letter:
      return runVerify
    case JOB_TYPES.admin.letter:
      return runAdmin
    default:
      throw new CofferError(
        'job-type-unsupported',
        `Jobs of type "${jobTypeText(job.type)}" are not yet supported`,
      )
  }
}

/** Its scripts are all that it does. */
async function runAdmin(job: ActiveJob): Promise<void> {
  await job.log.info(`Start Admin JobId ${job.jobId}, Job=${job.job}`)
}

async function failJob(job: ActiveJob, thrown: unknown): Promise<void> {
  const error = toCofferError(thrown)
  const isNews = !job.signal.aborted && !job.facts.failures.includes(error)
  job.fail(error)
  if (isNews) await job.log.write('fatal', error.message, error.code)
}

function statusOf(job: ActiveJob): JobStatusLetter {
  const { filed, readEnd, storageEnd, failures } = job.facts
  const [failure] = failures
  return mergeOutcome({
    // What a copy or a virtual Full is made of comes from storage, in place of a file daemon.
    filed: isTransfer(job) ? readEnd : filed,
    storage: storageEnd,
    failure: failure === undefined ? undefined : (failure.entry.jobStatus ?? 'f'),
    movesData: movesData(job),
    differences: job.facts.differences,
    canceled: job.signal.aborted,
    errorMessages: job.log.errors,
    warningMessages: job.log.warnings,
  })
}

function reportType(status: JobStatusLetter): MessageType {
  if (status === 'W' || status === 'D') return 'warning'
  return status === 'E' || status === 'f' ? 'error' : 'info'
}

async function endRow(job: ActiveJob, end: JobEndUpdate, ports: JobPorts): Promise<void> {
  try {
    await ports.catalog.jobs.end(job.jobId, end)
  } catch (error) {
    // The Job is over all the same. Should the Director end before the Catalog is back, its next start closes the row.
    ports.onTrouble(error, `the end of JobId ${job.jobId} could not be written to the Catalog`)
    endRowLater(job.jobId, end, ports, FIRST_RETRY_MS)
  }
}

const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 60_000

function endRowLater(jobId: number, end: JobEndUpdate, ports: JobPorts, delayMs: number): void {
  ports.clock.after(delayMs, () => {
    ports.catalog.jobs.end(jobId, end).catch(() => {
      endRowLater(jobId, end, ports, Math.min(2 * delayMs, LAST_RETRY_MS))
    })
  })
}

function totals(facts: JobFacts) {
  const { filed, readEnd, storageEnd, committedFiles, volSessionId, volSessionTime } = facts
  // The session of a copy is that of the new Job.
  const hasSession = volSessionId !== 0 && facts.copy === undefined
  return {
    files: filed?.files ?? committedFiles,
    bytes: (filed ?? storageEnd)?.bytes ?? 0,
    readBytes: filed?.readBytes ?? 0,
    errors: errorsOf(filed) + errorsOf(readEnd) + errorsOf(storageEnd) + facts.failures.length,
    ...(hasSession ? { volSessionId, volSessionTime } : {}),
    keepsTimes: facts.adoptedLevel !== undefined,
  }
}

function errorsOf(end: DaemonEnd | undefined): number {
  return end?.errors ?? 0
}

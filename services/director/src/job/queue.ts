// Admission: which waiting Jobs may start now, and what each of the others waits for. Decided anew at every event.
import { type JobStatusLetter, statusTimeText } from '@coffer/core'

/** A Job as admission sees it. A resource that it does not use is undefined. */
export interface QueuedJob {
  readonly jobId: number
  /** Lower numbers go first. */
  readonly priority: number
  readonly allowMixedPriority: boolean
  /** Milliseconds since the epoch; not started before. */
  readonly dueMs: number
  readonly jobName: string
  readonly client: string | undefined
  readonly readStorage: string | undefined
  readonly writeStorage: string | undefined
  /** Jobs of its name that may run at once, in place of what the Job resource says. */
  readonly jobLimit?: number
}

/** Maximum Concurrent Jobs of each resource. */
export interface Limits {
  readonly director: number
  job(name: string): number
  client(name: string): number
  /** Of Jobs that write; 0 is no limit. */
  storage(name: string): number
  /** Maximum Concurrent Read Jobs; 0 is no limit. */
  storageReads(name: string): number
}

interface Wait {
  readonly letter: JobStatusLetter
  /** What stands behind the Job's name in `status director`. */
  readonly text: string
}

export interface Admission {
  /** JobIds that start now, in this order. */
  readonly start: readonly number[]
  readonly waits: ReadonlyMap<number, Wait>
  /** When the decision has to be taken again although nothing happened: the next Job's start time. */
  readonly nextDueMs: number | undefined
}

const PRIORITY: Wait = { letter: 'p', text: 'is waiting for higher priority jobs to finish' }
const STORAGE: Wait = { letter: 's', text: 'is waiting on max Storage jobs' }
const CLIENT: Wait = { letter: 'c', text: 'is waiting on max Client jobs' }
const JOB: Wait = { letter: 'j', text: 'is waiting on max Job jobs' }
const TOTAL: Wait = { letter: 'd', text: 'is waiting on max total jobs' }

/**
 * Due Jobs are looked at by priority, then by JobId. Only Jobs of one priority run at a time, unless a Job of a higher
 * priority and all that are running allow mixed ones; then it needs a free place at its storage, Client, Job and Director.
 */
export function decideAdmission(
  waiting: readonly QueuedJob[],
  running: readonly QueuedJob[],
  limits: Limits,
  nowMs: number,
): Admission {
  const start: number[] = []
  const waits = new Map<number, Wait>()
  const busy = [...running]
  const due = waiting.filter((job) => job.dueMs <= nowMs).sort(byPriority)
  const best = due[0]?.priority
  for (const job of due) {
    const wait = isOutranked(job, busy, best) ? PRIORITY : findFull(job, busy, limits)
    if (wait !== undefined) {
      waits.set(job.jobId, wait)
      continue
    }
    start.push(job.jobId)
    busy.push(job)
  }
  const later = waiting.filter((job) => job.dueMs > nowMs)
  for (const job of later) {
    const text = `is waiting for its start time at ${statusTimeText(job.dueMs)}`
    waits.set(job.jobId, { letter: 't', text })
  }
  const nextDueMs = later.reduce((next, job) => Math.min(next, job.dueMs), Infinity)
  return { start, waits, nextDueMs: later.length === 0 ? undefined : nextDueMs }
}

function byPriority(a: QueuedJob, b: QueuedJob): number {
  return a.priority - b.priority || a.jobId - b.jobId
}

function isOutranked(
  job: QueuedJob,
  busy: readonly QueuedJob[],
  best: number | undefined,
): boolean {
  // A Job of a higher priority that cannot start yet keeps its place: lower ones would starve it.
  if (best !== undefined && job.priority > best) return true
  if (busy.some((other) => other.priority < job.priority)) return true
  if (busy.every((other) => other.priority === job.priority)) return false
  return !job.allowMixedPriority || !busy.every((other) => other.allowMixedPriority)
}

function findFull(job: QueuedJob, busy: readonly QueuedJob[], limits: Limits): Wait | undefined {
  const { readStorage, writeStorage, jobName } = job
  if (readStorage !== undefined && isReadFull(readStorage, busy, limits)) return STORAGE
  if (writeStorage !== undefined && isStorageFull(writeStorage, busy, limits)) return STORAGE
  if (isClientFull(job, busy, limits)) return CLIENT
  const jobLimit = job.jobLimit ?? limits.job(jobName)
  if (count(busy, (b) => b.jobName === jobName) >= jobLimit) return JOB
  return busy.length >= limits.director ? TOTAL : undefined
}

function isReadFull(storage: string, busy: readonly QueuedJob[], limits: Limits): boolean {
  const reads = limits.storageReads(storage)
  return reads > 0 && count(busy, (b) => b.readStorage === storage) >= reads
}

/** Jobs that only read are not counted: whether they have to wait for a drive is the storage daemon's to say. */
function isStorageFull(storage: string, busy: readonly QueuedJob[], limits: Limits): boolean {
  const most = limits.storage(storage)
  return most > 0 && count(busy, (b) => b.writeStorage === storage) >= most
}

/** Nor does somebody who needs a file back wait for the backup of the same Client. */
function isClientFull(job: QueuedJob, busy: readonly QueuedJob[], limits: Limits): boolean {
  const { client } = job
  if (client === undefined || onlyReads(job)) return false
  return count(busy, (b) => b.client === client && !onlyReads(b)) >= limits.client(client)
}

function onlyReads({ readStorage, writeStorage }: QueuedJob): boolean {
  return readStorage !== undefined && writeStorage === undefined
}

function count(jobs: readonly QueuedJob[], matches: (job: QueuedJob) => boolean): number {
  return jobs.filter(matches).length
}

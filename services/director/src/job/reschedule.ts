// Reschedule On Error: whether a Job that failed is tried again, when, and as which Job. Pure.
import type { JobStatusLetter, JobTypeLetter } from '@coffer/core'

/** Directives of the Job resource. */
export interface RescheduleRules {
  readonly rescheduleOnError: boolean
  /** Seconds. */
  readonly rescheduleInterval: number
  /** 0 is no limit. */
  readonly rescheduleTimes: number
}

export interface EndedJob {
  readonly type: JobTypeLetter
  readonly status: JobStatusLetter
  /** How often it has been tried again so far. */
  readonly retries: number
  /** Whether a Volume or the Catalog holds something of it. */
  readonly hasData: boolean
}

export interface Reschedule {
  readonly delaySeconds: number
  /** A Job that has written nothing is tried again under its own JobId. */
  readonly keepsJobId: boolean
}

const FAILED: ReadonlySet<JobStatusLetter> = new Set(['E', 'e', 'f', 'I'])

/** Undefined when it stays as it ended: it is no backup, ended well, was canceled, or was tried often enough. */
export function decideReschedule(job: EndedJob, rules: RescheduleRules): Reschedule | undefined {
  const { rescheduleOnError, rescheduleInterval, rescheduleTimes } = rules
  if (!rescheduleOnError || job.type !== 'B' || !FAILED.has(job.status)) return undefined
  if (rescheduleTimes > 0 && job.retries >= rescheduleTimes) return undefined
  return { delaySeconds: rescheduleInterval, keepsJobId: !job.hasData }
}

// What a plugin of the Director is told of a Job that has ended.
import type { JobLevelLetter, JobStatusLetter, JobTypeLetter } from '@coffer/core'

export interface EndedJob {
  readonly jobId: number
  /** Unique: "nightly.2026-11-21_21.05.00_07". */
  readonly job: string
  /** Name of the Job resource. */
  readonly name: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly client: string
  readonly pool: string
  readonly storage: string
  readonly status: JobStatusLetter
  readonly priority: number
  readonly errors: number
  readonly files: number
  readonly bytes: number
  readonly volumes: readonly string[]
  /** When it was due: by its Schedule, or when it was asked for. */
  readonly queuedMs: number
  /** When it began to run; undefined for one that was canceled before. */
  readonly startMs: number | undefined
  readonly endMs: number
}

/** Derived as Bareos's base class of director plugins derives them; whole seconds, bytes per second. */
export interface JobTimes {
  readonly totalSeconds: number
  readonly runningSeconds: number
  readonly throughput: number
}

/** Times of a Job, from its queueing and from its real start; the throughput of one that took no time is 0. Pure. */
export function jobTimes({ queuedMs, startMs, endMs, bytes }: EndedJob): JobTimes {
  const runningSeconds = wholeSeconds(startMs ?? endMs, endMs)
  return {
    totalSeconds: wholeSeconds(queuedMs, endMs),
    runningSeconds,
    throughput: runningSeconds === 0 ? 0 : Math.floor(bytes / runningSeconds),
  }
}

export type Result = 'ok' | 'warning' | 'canceled' | 'failed' | 'unknown'

/** What a monitoring system should think of a Job's status. Pure. */
export function resultOf(status: JobStatusLetter): Result {
  switch (status) {
    case 'T':
      return 'ok'
    case 'W':
      return 'warning'
    case 'A':
      return 'canceled'
    case 'E':
    case 'f':
      return 'failed'
    default:
      return 'unknown'
  }
}

function wholeSeconds(fromMs: number, toMs: number): number {
  return Math.max(0, Math.floor(toMs / 1000) - Math.floor(fromMs / 1000))
}

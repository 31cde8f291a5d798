// The limits in time of a Job: when the next of them ends it, and with which words. Pure.
import { formatDuration, type JobLevelLetter } from '@coffer/core'

/** Seconds; 0 is no limit. */
export interface TimeLimits {
  /** From the scheduled time to the start. */
  readonly maxStartDelay: number
  /** From the scheduled time to the end. */
  readonly maxRunSchedTime: number
  /** From the start to the end. */
  readonly maxRunTime: number
  readonly fullMaxRuntime: number
  readonly differentialMaxRuntime: number
  readonly incrementalMaxRuntime: number
  /** All the time that it waits for something, in the queue and while it runs. */
  readonly maxWaitTime: number
}

/** Milliseconds since the epoch, but for `waitedMs`. */
export interface JobTimes {
  readonly level: JobLevelLetter
  readonly scheduledMs: number
  /** Undefined while the Job is queued. */
  readonly startMs: number | undefined
  /** How long it has waited before the current wait. */
  readonly waitedMs: number
  /** When the current wait began; undefined when it does not wait. */
  readonly waitingSinceMs: number | undefined
}

export interface LimitHit {
  /** When the Job is to be canceled. */
  readonly dueMs: number
  readonly text: string
}

/** The limit that is reached first when nothing about the Job changes; undefined when none ever is. */
export function nextLimit(limits: TimeLimits, times: JobTimes): LimitHit | undefined {
  const { scheduledMs, startMs, waitedMs, waitingSinceMs, level } = times
  const waitFrom = waitingSinceMs === undefined ? undefined : waitingSinceMs - waitedMs
  const hits = [
    hit('Max Start Delay', startMs === undefined ? scheduledMs : undefined, limits.maxStartDelay),
    hit('Max Run Sched Time', scheduledMs, limits.maxRunSchedTime),
    hit('Max Run Time', startMs, limits.maxRunTime),
    ofLevel(limits, level, startMs),
    hit('Max Wait Time', waitFrom, limits.maxWaitTime),
  ].filter((each) => each !== undefined)
  return hits.sort((a, b) => a.dueMs - b.dueMs)[0]
}

function ofLevel(
  limits: TimeLimits,
  level: JobLevelLetter,
  startMs: number | undefined,
): LimitHit | undefined {
  switch (level) {
    case 'F':
      return hit('Full Max Runtime', startMs, limits.fullMaxRuntime)
    case 'D':
      return hit('Differential Max Runtime', startMs, limits.differentialMaxRuntime)
    case 'I':
      return hit('Incremental Max Runtime', startMs, limits.incrementalMaxRuntime)
    default:
      return undefined
  }
}

function hit(directive: string, fromMs: number | undefined, seconds: number): LimitHit | undefined {
  if (fromMs === undefined || seconds === 0) return undefined
  const text = `${directive} of ${formatDuration(seconds)} exceeded. Job canceled.`
  return { dueMs: fromMs + seconds * 1000, text }
}

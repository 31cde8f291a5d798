// Duplicate Jobs: of two Jobs of the same name, which one goes. Pure.
import type { JobLevelLetter } from '@coffer/core'

/** Directives of the Job resource. */
export interface DuplicateRules {
  readonly allowDuplicateJobs: boolean
  readonly cancelLowerLevelDuplicates: boolean
  readonly cancelQueuedDuplicates: boolean
  readonly cancelRunningDuplicates: boolean
  /** Seconds; a Job that started longer ago is no duplicate. 0 is no limit. */
  readonly duplicateJobProximity: number
}

/** A Job of the same name that has not ended. */
export interface Duplicate {
  readonly jobId: number
  readonly level: JobLevelLetter
  /** Undefined while it is queued. */
  readonly startMs: number | undefined
}

export interface DuplicateDecision {
  /** JobIds that go. */
  readonly cancel: readonly number[]
  /** The Job for which the new one goes; undefined when the new one stays. */
  readonly refusedFor: number | undefined
}

/** Levels of a backup line; of others none is lower than another. */
const RANK: Readonly<Partial<Record<JobLevelLetter, number>>> = { I: 1, D: 2, f: 3, F: 3 }

type Loser = 'new' | 'other' | 'neither'

/**
 * Looks at the Jobs of the same name by JobId. The first one that keeps its place refuses the new Job, and then nobody else
 * is canceled: a Job that does not come must not end others.
 */
export function decideDuplicate(
  level: JobLevelLetter,
  others: readonly Duplicate[],
  rules: DuplicateRules,
  nowMs: number,
): DuplicateDecision {
  const cancel: number[] = []
  for (const other of [...others].sort((a, b) => a.jobId - b.jobId)) {
    const loser = loserOf(level, other, rules, nowMs)
    if (loser === 'new') return { cancel: [], refusedFor: other.jobId }
    if (loser === 'other') cancel.push(other.jobId)
  }
  return { cancel, refusedFor: undefined }
}

function loserOf(
  level: JobLevelLetter,
  other: Duplicate,
  rules: DuplicateRules,
  nowMs: number,
): Loser {
  if (rules.allowDuplicateJobs) return 'neither'
  const { startMs } = other
  const { duplicateJobProximity: proximity } = rules
  if (proximity > 0 && startMs !== undefined && nowMs - startMs > proximity * 1000) return 'neither'
  if (rules.cancelLowerLevelDuplicates) {
    const difference = rank(level) - rank(other.level)
    if (difference !== 0) return difference > 0 ? 'other' : 'new'
  }
  if (rules.cancelRunningDuplicates) return 'other'
  return rules.cancelQueuedDuplicates && startMs === undefined ? 'other' : 'new'
}

function rank(level: JobLevelLetter): number {
  return RANK[level] ?? 0
}

// The level a backup really runs at, and the moment since which it takes changes: the rules, over what the Catalog knows.
import { type JobLevelLetter, jobLevelText } from '@coffer/core'

/** A Job of the Catalog as the rules see it. */
export interface PriorJob {
  readonly jobId: number
  readonly level: JobLevelLetter
  readonly startMs: number
}

/** What the Catalog holds for the same Job name, Client and FileSet record. Successful means status T or W. */
export interface JobHistory {
  readonly lastFull: PriorJob | undefined
  /** The last successful Differential since that Full. */
  readonly lastDifferential: PriorJob | undefined
  /** The last successful Full, Differential or Incremental. */
  readonly lastAny: PriorJob | undefined
  /** Level of the gravest failed Job after `lastAny`, if one failed. */
  readonly failedLevel: JobLevelLetter | undefined
}

export interface LevelQuestion {
  readonly wanted: JobLevelLetter
  readonly nowMs: number
  /** Given by an operator; overrides the moment, not the level. */
  readonly sinceMs: number | undefined
  /** Seconds; 0 is no limit. */
  readonly maxFullIntervalSeconds: number
  readonly maxVirtualFullIntervalSeconds: number
  readonly maxDifferentialIntervalSeconds: number
  readonly rerunFailedLevels: boolean
  readonly history: JobHistory
}

export interface LevelDecision {
  readonly level: JobLevelLetter
  /** 0 for a level that takes everything. */
  readonly sinceMs: number
  /** Set when the level was raised. */
  readonly upgradedFrom: JobLevelLetter | undefined
  /** Lines for the Job log. */
  readonly notes: readonly string[]
}

const RANK: Readonly<Partial<Record<JobLevelLetter, number>>> = { I: 1, D: 2, f: 3, F: 4 }

/** Decides level and moment. Levels other than Incremental and Differential stand as they are. */
export function decideLevel(question: LevelQuestion): LevelDecision {
  const { wanted } = question
  if (wanted !== 'I' && wanted !== 'D') return decided(question, wanted, [])
  const { lastFull } = question.history
  if (lastFull === undefined) {
    return decided(question, 'F', ['No prior Full backup Job record found.', NO_FULL])
  }
  const fullAgeSeconds = (question.nowMs - lastFull.startMs) / 1000
  if (reached(fullAgeSeconds, question.maxFullIntervalSeconds)) {
    return decided(question, 'F', [NO_FULL])
  }
  if (reached(fullAgeSeconds, question.maxVirtualFullIntervalSeconds)) {
    return decided(question, 'f', [NO_VIRTUAL_FULL])
  }
  return decideSmaller(question, wanted, lastFull)
}

const NO_FULL = 'No prior or suitable Full backup found in catalog. Doing FULL backup.'
const NO_VIRTUAL_FULL =
  'No prior or suitable Full backup found in catalog. Doing Virtual FULL backup.'
const NO_DIFFERENTIAL =
  'No prior or suitable Differential backup found in catalog. Doing Differential backup.'

function decideSmaller(
  question: LevelQuestion,
  wanted: 'I' | 'D',
  lastFull: PriorJob,
): LevelDecision {
  const { history, nowMs, maxDifferentialIntervalSeconds } = question
  const lastDifferentialMs = (history.lastDifferential ?? lastFull).startMs
  const ageSeconds = (nowMs - lastDifferentialMs) / 1000
  if (wanted === 'I' && reached(ageSeconds, maxDifferentialIntervalSeconds)) {
    return decided(question, 'D', [NO_DIFFERENTIAL])
  }
  const failed = question.rerunFailedLevels ? history.failedLevel : undefined
  if (failed !== undefined && rank(failed) > rank(wanted)) {
    const note = `Prior failed job found in catalog. Upgrading to ${jobLevelText(failed)}.`
    return decided(question, failed, [note])
  }
  return decided(question, wanted, [])
}

function decided(
  question: LevelQuestion,
  level: JobLevelLetter,
  notes: readonly string[],
): LevelDecision {
  const upgradedFrom = level === question.wanted ? undefined : question.wanted
  return { level, sinceMs: sinceOf(level, question), upgradedFrom, notes }
}

function sinceOf(level: JobLevelLetter, { sinceMs, history }: LevelQuestion): number {
  if (level !== 'I' && level !== 'D' && level !== 'S') return 0
  if (sinceMs !== undefined) return sinceMs
  if (level === 'D') return history.lastFull?.startMs ?? 0
  return (history.lastAny ?? history.lastFull)?.startMs ?? 0
}

function rank(level: JobLevelLetter): number {
  return RANK[level] ?? 0
}

function reached(ageSeconds: number, limitSeconds: number): boolean {
  return limitSeconds > 0 && ageSeconds >= limitSeconds
}

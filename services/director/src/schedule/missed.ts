// What a Director that was down has missed: which of the runs that fell due meanwhile are made up for. Pure.
import type { JobLevelLetter } from '@coffer/core'

/** A line of a Schedule as the rule sees it. */
export interface MissableLine {
  readonly jobName: string
  readonly level: JobLevelLetter
  /** The first moment after the given one at which the line is due. */
  nextAfter(afterMs: number): number | undefined
}

export interface MissedRun<Line extends MissableLine> {
  /** The line whose run stands for all that its Job has missed. */
  readonly line: Line
  /** When that run was due, in milliseconds since the epoch. */
  readonly dueMs: number
  /** How often the Job was due while nobody looked. */
  readonly count: number
}

/** What was due longer ago is not looked for. */
const HORIZON_MS = 31 * 24 * 3_600_000

const RANK: Readonly<Partial<Record<JobLevelLetter, number>>> = { I: 1, D: 2, f: 3, F: 4 }

/**
 * One run for each Job that was due in (fromMs, toMs]: of the highest level among those that it missed, and of these the
 * last. A Full that was missed is not made up for by the Incremental of the day after.
 */
export function findMissed<Line extends MissableLine>(
  lines: Iterable<Line>,
  fromMs: number,
  toMs: number,
): MissedRun<Line>[] {
  const missed = new Map<string, MissedRun<Line>>()
  for (const line of lines) {
    const own = lastDue(line, Math.max(fromMs, toMs - HORIZON_MS), toMs)
    if (own === undefined) continue
    const other = missed.get(line.jobName)
    if (other === undefined) missed.set(line.jobName, own)
    else missed.set(line.jobName, { ...graver(own, other), count: own.count + other.count })
  }
  return [...missed.values()].sort((a, b) => a.dueMs - b.dueMs)
}

function lastDue<Line extends MissableLine>(
  line: Line,
  fromMs: number,
  toMs: number,
): MissedRun<Line> | undefined {
  let last: number | undefined
  let count = 0
  for (let due = line.nextAfter(fromMs); due !== undefined && due <= toMs; ) {
    last = due
    count++
    due = line.nextAfter(due)
  }
  return last === undefined ? undefined : { line, dueMs: last, count }
}

function graver<Run extends MissedRun<MissableLine>>(a: Run, b: Run): Run {
  const difference = rank(a) - rank(b) || a.dueMs - b.dueMs
  return difference > 0 ? a : b
}

function rank({ line }: MissedRun<MissableLine>): number {
  return RANK[line.level] ?? 0
}

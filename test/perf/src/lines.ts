// Results as lines: who did what in which time, how that compares, and whether it is good enough.
import type { ContenderResult, Measurement, RowResult } from './results.ts'
import { median, pairedRatio, spread } from './statistics.ts'

/** Figures of one contender, each as text; empty when there is nothing to say. */
export interface Line {
  readonly name: string
  readonly seconds: string
  readonly cpu: string
  /** Peak memory in MB: director, storage, filed; or the one process. */
  readonly memory: string
  /** Our time over its time. */
  readonly ratio: string
  readonly goal: string
}

/** Whether a row holds its goals: undefined when nothing was promised or nothing could be measured. */
type Verdict = 'ok' | 'missed' | undefined

export interface RowLines {
  readonly lines: readonly Line[]
  readonly verdict: Verdict
}

const MEGABYTE = 1e6
const MEMORY_ORDER = ['director', 'storage', 'filed']

export function rowLines(row: RowResult): RowLines {
  const [ours, ...theirs] = row.contenders
  if (ours === undefined) return { lines: [], verdict: undefined }
  const seconds = secondsOf(ours)
  const verdicts: Verdict[] = [
    row.goalSeconds === undefined ? undefined : verdictOf(median(seconds), row.goalSeconds),
  ]
  const lines = [
    { ...lineOf(ours), goal: row.goalSeconds === undefined ? '' : `${atMost(row.goalSeconds)} s` },
  ]
  for (const contender of theirs) {
    const ratio = pairedRatio(seconds, secondsOf(contender))
    const { goalRatio } = contender
    if (goalRatio !== undefined) verdicts.push(verdictOf(ratio, goalRatio))
    lines.push({
      ...lineOf(contender),
      ratio: Number.isNaN(ratio) ? '' : ratio.toFixed(2),
      goal: goalRatio === undefined ? '' : atMost(goalRatio),
    })
  }
  return { lines, verdict: together(verdicts) }
}

function lineOf({ name, runs, failure }: ContenderResult): Line {
  if (runs.length === 0) {
    return { name, seconds: failure ?? 'not run', cpu: '', memory: '', ratio: '', goal: '' }
  }
  const seconds = runs.map((run) => run.seconds)
  const cpu = runs.flatMap((run) => run.cpuSeconds ?? [])
  return {
    name,
    // Runs that differ by a third are told apart from those that do not.
    seconds: `${figure(median(seconds))}${spread(seconds) > 1.33 ? ' ±' : ''}`,
    cpu: cpu.length === 0 ? '' : figure(median(cpu)),
    memory: memoryText(runs),
    ratio: '',
    goal: '',
  }
}

function memoryText(runs: readonly Measurement[]): string {
  const peaks = new Map<string, number>()
  for (const { peakBytes } of runs) {
    for (const [name, bytes] of Object.entries(peakBytes ?? {})) {
      peaks.set(name, Math.max(peaks.get(name) ?? 0, bytes))
    }
  }
  return [...peaks]
    .sort(([a], [b]) => MEMORY_ORDER.indexOf(a) - MEMORY_ORDER.indexOf(b))
    .map(([, bytes]) => String(Math.round(bytes / MEGABYTE)))
    .join('/')
}

function secondsOf(contender: ContenderResult): number[] {
  return contender.runs.map((run) => run.seconds)
}

function verdictOf(value: number, goal: number): Verdict {
  if (Number.isNaN(value)) return undefined
  return value <= goal ? 'ok' : 'missed'
}

function together(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('missed')) return 'missed'
  return verdicts.includes('ok') ? 'ok' : undefined
}

function atMost(value: number): string {
  return `≤ ${String(value)}`
}

/** Three digits that mean something. */
function figure(value: number): string {
  if (Number.isNaN(value)) return ''
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

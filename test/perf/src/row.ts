// What a row of the table is, and how its contenders are run in turn.
import type { BackupSystem } from './backup-system.ts'
import type { CofferSystem } from './coffer.ts'
import type { BenchData } from './data.ts'
import { cpuSecondsOf, endedChildrenCpuSeconds, forgetPeaks, peakBytes } from './processes.ts'
import type { Restic } from './restic.ts'
import type { ContenderResult, Measurement, RowResult } from './results.ts'

/** What rows work with. Without rivals Coffer is measured alone. */
export interface Stage {
  readonly data: BenchData
  readonly coffer: CofferSystem
  readonly bacula: BackupSystem | undefined
  readonly restic: Restic | undefined
  /** Empty, for what runs leave behind. */
  readonly directory: string
}

/** Whose processes do the work. */
type Side = 'coffer' | 'bacula' | 'children' | 'database'

export interface Contender {
  readonly name: string
  readonly side: Side
  readonly goalRatio?: number
  /** Before each run, not measured. */
  prepare?(): Promise<void>
  /** Gives the seconds when they are not those of the whole call. */
  run(): Promise<number | undefined>
  /** After each run, not measured. */
  clean?(): Promise<void>
}

export interface OpenRow {
  readonly size?: string
  readonly contenders: readonly Contender[]
  readonly notes?: () => Promise<readonly string[]>
  close?(): Promise<void>
}

export interface Row {
  readonly name: string
  readonly title: string
  readonly goalSeconds?: number
  open(stage: Stage): Promise<OpenRow>
}

export type Say = (what: string) => void

/** Measures a row. What fails is said in its place; the other contenders go on. */
export async function measureRow(
  row: Row,
  { stage, rounds, say }: { readonly stage: Stage; readonly rounds: number; readonly say: Say },
): Promise<RowResult> {
  const { name, title, goalSeconds } = row
  const goal = goalSeconds === undefined ? {} : { goalSeconds }
  say(`${name}: preparing`)
  let opened: OpenRow
  try {
    opened = await row.open(stage)
  } catch (error) {
    const failed: ContenderResult = { name: 'failed', runs: [], failure: messageOf(error) }
    return { name, title, size: '', contenders: [failed], notes: [messageOf(error)], ...goal }
  }
  try {
    const tallies = opened.contenders.map((contender) => new Tally(contender))
    for (let round = 1; round <= rounds; round++) {
      for (const tally of tallies) {
        say(`${name}: ${tally.name}, run ${String(round)} of ${String(rounds)}`)
        await tally.runOnce(stage)
      }
    }
    const notes = [...((await opened.notes?.()) ?? []), ...tallies.flatMap((each) => each.notes)]
    const contenders = tallies.map((tally) => tally.result())
    return { name, title, size: opened.size ?? '', contenders, notes, ...goal }
  } finally {
    await opened.close?.()
  }
}

class Tally {
  readonly #contender: Contender
  readonly #runs: Measurement[] = []
  #failure: string | undefined

  constructor(contender: Contender) {
    this.#contender = contender
  }

  get name(): string {
    return this.#contender.name
  }

  get notes(): string[] {
    return this.#failure === undefined ? [] : [`${this.name}: ${this.#failure}`]
  }

  /** Nothing once it has failed: that costs time and tells nothing new. */
  async runOnce(stage: Stage): Promise<void> {
    if (this.#failure !== undefined) return
    try {
      this.#runs.push(await measure(this.#contender, stage))
    } catch (error) {
      this.#failure = messageOf(error)
    }
  }

  result(): ContenderResult {
    const { name, goalRatio } = this.#contender
    return {
      name,
      runs: this.#runs,
      ...(goalRatio === undefined ? {} : { goalRatio }),
      ...(this.#failure === undefined ? {} : { failure: 'failed' }),
    }
  }
}

async function measure(contender: Contender, stage: Stage): Promise<Measurement> {
  await contender.prepare?.()
  const { pids, cpuSeconds } = meterOf(contender.side, stage)
  try {
    await forgetPeaks(Object.values(pids))
    const cpuBefore = await cpuSeconds()
    const startMs = performance.now()
    const own = await contender.run()
    const seconds = own ?? (performance.now() - startMs) / 1000
    const cpu = (await cpuSeconds()) - cpuBefore
    const peaks = await Promise.all(
      Object.entries(pids).map(async ([name, pid]) => [name, await peakBytes(pid)] as const),
    )
    return {
      seconds,
      cpuSeconds: cpu,
      ...(peaks.length === 0 ? {} : { peakBytes: Object.fromEntries(peaks) }),
    }
  } finally {
    await contender.clean?.()
  }
}

interface Meter {
  readonly pids: Readonly<Record<string, number>>
  readonly cpuSeconds: () => Promise<number>
}

/** The database server works for one side at a time, and counts for that. */
function meterOf(side: Side, { coffer, bacula }: Stage): Meter {
  if (side === 'children') return { pids: {}, cpuSeconds: endedChildrenCpuSeconds }
  const system = side === 'bacula' ? bacula : coffer
  const pids: Readonly<Record<string, number>> = side === 'database' ? {} : (system?.pids ?? {})
  const roots = [...Object.values(pids), coffer.postmasterPid]
  return { pids, cpuSeconds: () => cpuSecondsOf(roots) }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

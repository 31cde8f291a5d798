// What Always Incremental consolidates: which Jobs of a chain become one, and whether its Full is among them.

/** A Job of the chain, oldest first; the first may be the Full. */
export interface ChainJob {
  readonly jobId: number
  readonly level: string
  readonly startMs: number
  /** What it recorded, deletions included. */
  readonly files: number
}

export interface ConsolidationQuestion {
  readonly chain: readonly ChainJob[]
  readonly nowMs: number
  /** Always Incremental Job Retention; younger Incrementals stay. 0: age does not matter. */
  readonly retentionSeconds: number
  /** Always Incremental Keep Number: so many of the newest stay, whatever their age. */
  readonly keepNumber: number
  /** Always Incremental Max Full Age: a younger Full is left as it is. 0: it always takes part. */
  readonly maxFullAgeSeconds: number
  /** Consolidations with a Full that this run may still start; undefined for no limit. */
  readonly fullsLeft: number | undefined
}

export interface Consolidation {
  /** Incrementals without files: nothing is lost with them. */
  readonly empty: readonly number[]
  /** JobIds that become one, oldest first; fewer than two: nothing is to be done. */
  readonly jobIds: readonly number[]
  readonly withFull: boolean
  /** Why nothing is consolidated, or why the Full stays; for the Job log. */
  readonly note: string | undefined
}

/** Jobs are consolidated oldest first, so that what stays follows on what was made. */
export function decideConsolidation(question: ConsolidationQuestion): Consolidation {
  const { chain, nowMs, retentionSeconds, keepNumber } = question
  const full = chain[0]?.level === 'F' ? chain[0] : undefined
  const incrementals = full === undefined ? chain : chain.slice(1)
  // The newest is the moment from which the next backup goes on, files or not.
  const last = incrementals.at(-1)
  const empty = incrementals.filter((job) => job.files === 0 && job !== last)
  const filled = incrementals.filter((job) => !empty.includes(job))
  const none = { empty: empty.map(idOf), jobIds: [], withFull: false }
  if (full === undefined) return { ...none, note: 'there is no Full to begin with' }
  if (filled.length === 0 || filled.length <= keepNumber) {
    return { ...none, note: `not more than ${keepNumber} Incrementals: nothing to consolidate` }
  }
  const beforeMs = nowMs - retentionSeconds * 1000
  const movable = filled.slice(0, filled.length - keepNumber)
  const old = movable.filter(({ startMs }) => startMs <= beforeMs)
  if (old.length === 0) return { ...none, note: 'no Incremental is old enough to consolidate' }
  const { withFull, note } = decideFull(full, question)
  const jobIds = [...(withFull ? [full] : []), ...old].map(idOf)
  if (jobIds.length < 2) return { ...none, note: note ?? 'only one Job would be consolidated' }
  return { empty: none.empty, jobIds, withFull, note }
}

function decideFull(
  full: ChainJob,
  { nowMs, maxFullAgeSeconds, fullsLeft }: ConsolidationQuestion,
): Pick<Consolidation, 'withFull' | 'note'> {
  if (maxFullAgeSeconds > 0 && full.startMs > nowMs - maxFullAgeSeconds * 1000) {
    return { withFull: false, note: `the Full, JobId ${full.jobId}, is young enough to stay` }
  }
  if (fullsLeft === 0) {
    return { withFull: false, note: 'Max Full Consolidations is reached: the Full stays' }
  }
  return { withFull: true, note: undefined }
}

function idOf({ jobId }: ChainJob): number {
  return jobId
}

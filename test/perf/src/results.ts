// What a run of the benchmark has found, as it is written to JSON.

/** One run of one contender. */
export interface Measurement {
  readonly seconds: number
  /** User and system, of all its processes; undefined where it cannot be told apart. */
  readonly cpuSeconds?: number
  /** Largest resident size by process, in bytes; what came before the run is forgotten. */
  readonly peakBytes?: Readonly<Record<string, number>>
}

export interface ContenderResult {
  /** "Coffer XXH128", "Bacula MD5". */
  readonly name: string
  readonly runs: readonly Measurement[]
  /** Why it has no runs, or not all of them. */
  readonly failure?: string
  /** Our time may be at most this part of its time; undefined when nothing was promised. */
  readonly goalRatio?: number
}

export interface RowResult {
  readonly name: string
  readonly title: string
  /** What the figures stand for: files and bytes, as counted. */
  readonly size: string
  /** The first one is ours. */
  readonly contenders: readonly ContenderResult[]
  /** For work without a rival: we must take at most this. */
  readonly goalSeconds?: number
  /** Facts beside the times: bytes per file, what was compared. */
  readonly notes: readonly string[]
}

export interface BenchResult {
  /** ISO 8601, UTC. */
  readonly date: string
  readonly machine: readonly string[]
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly rows: readonly RowResult[]
}

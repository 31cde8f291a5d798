// What a simulation knows by itself of the restore points that were made, and what it holds the Director to.
import type { JobLevelLetter } from '@coffer/core'
import type { MemoryCatalog } from './memory-catalog.ts'
import type { MemoryStorage } from './memory-daemons.ts'

/** A good backup. */
export interface RestorePoint {
  readonly jobId: number
  readonly jobName: string
  readonly level: JobLevelLetter
  readonly startMs: number
  /** JobIds from its Full to itself. */
  readonly chain: readonly number[]
  readonly promisedUntilMs: number
}

interface MadeBackup {
  readonly jobId: number
  readonly jobName: string
  readonly level: JobLevelLetter
  readonly startMs: number
  /** Since when it took changes; 0 for everything. */
  readonly sinceMs: number
  readonly promisedUntilMs: number
}

export class Ledger {
  readonly #catalog: MemoryCatalog
  readonly #storage: MemoryStorage
  #points: RestorePoint[] = []
  #made = 0
  readonly violations: string[] = []

  constructor(catalog: MemoryCatalog, storage: MemoryStorage) {
    this.#catalog = catalog
    this.#storage = storage
  }

  get made(): number {
    return this.#made
  }

  violate(text: string, nowMs: number): void {
    this.violations.push(`${new Date(nowMs).toISOString()}: ${text}`)
  }

  /** A backup has ended well: it is a restore point together with what it took its changes since. */
  add(backup: MadeBackup, nowMs: number): void {
    const { jobId, jobName, sinceMs, level } = backup
    this.#made++
    const base = level === 'F' ? undefined : this.#find(jobName, sinceMs)
    if (level !== 'F' && base === undefined) {
      this.violate(`JobId ${jobId} (${level}) takes changes since nothing that is there`, nowMs)
    }
    this.#points.push({ ...backup, chain: [...(base?.chain ?? []), jobId] })
    this.check(nowMs)
  }

  /** Every promised point is in the Catalog and on the Volumes, with its chain. */
  check(nowMs: number): void {
    const intact = new Map<number, string | undefined>()
    for (const point of this.#points) {
      if (point.promisedUntilMs <= nowMs) continue
      for (const jobId of point.chain) {
        if (!intact.has(jobId)) intact.set(jobId, this.#damageOf(jobId))
        const damage = intact.get(jobId)
        if (damage === undefined) continue
        this.violate(
          `JobId ${point.jobId} of "${point.jobName}" is promised until ${new Date(point.promisedUntilMs).toISOString()}, but ${damage}`,
          nowMs,
        )
      }
    }
    // A base may be needed by a backup that is not made yet for as long as the Catalog has it.
    this.#points = this.#points.filter(
      ({ jobId, promisedUntilMs }) => promisedUntilMs > nowMs || this.#catalog.jobs.has(jobId),
    )
  }

  /** A Volume begins anew: nothing that is promised may have been on it. */
  overwritten(volume: string, jobIds: readonly number[], nowMs: number): void {
    const needed = this.promised(nowMs)
    for (const jobId of jobIds.filter((each) => needed.has(each))) {
      this.violate(
        `Volume "${volume}" is overwritten with JobId ${jobId} on it, which is promised`,
        nowMs,
      )
    }
  }

  /** JobIds of the chains of all promised points. */
  promised(nowMs: number): Set<number> {
    const alive = this.#points.filter(({ promisedUntilMs }) => promisedUntilMs > nowMs)
    return new Set(alive.flatMap(({ chain }) => chain))
  }

  /** After everything was pruned: there is what is promised, and nothing else. */
  checkNothingElse(nowMs: number): void {
    const promised = this.promised(nowMs)
    for (const { jobId, status, level, name } of this.#catalog.jobs.values()) {
      if ((status !== 'T' && status !== 'W') || promised.has(jobId)) continue
      this.violate(`JobId ${jobId} (${name}, ${level}) is there and nothing promises it`, nowMs)
    }
  }

  #find(jobName: string, startMs: number): RestorePoint | undefined {
    return this.#points.find((point) => point.jobName === jobName && point.startMs === startMs)
  }

  #damageOf(jobId: number): string | undefined {
    const row = this.#catalog.jobs.get(jobId)
    if (row === undefined) return `JobId ${jobId} of its chain is not in the Catalog`
    const volumes = this.#catalog.volumesOf(jobId)
    if (volumes.length === 0) return `JobId ${jobId} of its chain is on no Volume`
    const lost = volumes.find((name) => this.#storage.disk.get(name)?.jobs.has(jobId) !== true)
    return lost === undefined
      ? undefined
      : `Volume "${lost}" does not hold JobId ${jobId} of its chain`
  }
}

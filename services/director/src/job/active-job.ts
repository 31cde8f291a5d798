// A Job between its row's insertion and its end: its status, its counters, what is known of it, and the way to end it.
import { type Clock, CofferError, type JobLevelLetter, type JobStatusLetter } from '@coffer/core'
import type { Progress } from '@coffer/wire'
import type { DirectorConfig } from '../config/load.ts'
import type { RunningJob } from '../director.ts'
import type { JobLog } from './job-log.ts'
import type { JobTimes } from './limits.ts'
import type { DaemonEnd } from './outcome.ts'
import type { JobSize } from './progress.ts'
import type { Chosen, JobRequest } from './request.ts'
import { isWaiting, mayMove, runningText } from './state.ts'

/** What becomes known while a Job runs; its report shows whatever was known when it ended. */
export interface JobFacts {
  clientId: number
  uname: string
  filesetId: number
  filesetMd5: string
  filesetCreatedMs: number
  upgradedFrom: JobLevelLetter | undefined
  sinceMs: number
  pool: Chosen
  storage: Chosen
  filed: DaemonEnd | undefined
  storageEnd: DaemonEnd | undefined
  /** Of a copy or virtual Full: how reading what it is made of ended. */
  readEnd: DaemonEnd | undefined
  /** Of a copy: what it copies and what it writes. */
  copy: CopyFacts | undefined
  /** Of a virtual Full: the level that its row has of the Jobs that it was made of, together with their times. */
  adoptedLevel: JobLevelLetter | undefined
  volSessionId: number
  volSessionTime: number
  lastVolumeBytes: number
  volumes: readonly string[]
  /** Files that the Catalog holds of it. */
  committedFiles: number
  /** What a Verify Job verified, and how many files were not as they should be. */
  verified: { readonly jobId: number; readonly job: string } | undefined
  filesExpected: number
  differences: number
  /** In the order in which they happened; the first gives the Job its status. */
  readonly failures: CofferError[]
}

/** The two ends of a copy or migration. */
export interface CopyFacts {
  readonly original: { readonly jobId: number; readonly job: string }
  readonly newJobId: number
  readonly newJob: string
  readonly level: JobLevelLetter
  readonly client: string
  readonly fileset: string
  readonly readPool: Chosen
  readonly readStorage: Chosen
  readonly nextPool: Chosen
}

export interface ActiveJobOptions {
  readonly jobId: number
  readonly job: string
  readonly request: JobRequest
  /** The configuration in force when the Job was made; a reload does not touch it. */
  readonly config: DirectorConfig
  readonly clock: Clock
  readonly log: JobLog
  readonly facts: Pick<
    JobFacts,
    'clientId' | 'uname' | 'filesetId' | 'filesetMd5' | 'filesetCreatedMs'
  >
  /** Writes a change of status down. Must not reject. */
  readonly writeStatus: (status: JobStatusLetter) => Promise<void>
}

export class ActiveJob implements RunningJob {
  readonly jobId: number
  readonly job: string
  readonly request: JobRequest
  readonly config: DirectorConfig
  readonly log: JobLog
  readonly facts: JobFacts
  readonly #clock: Clock
  readonly #writeStatus: (status: JobStatusLetter) => Promise<void>
  readonly #listeners = new Set<() => void>()
  readonly #controller = new AbortController()
  #status: JobStatusLetter = 'C'
  #written: Promise<void> = Promise.resolve()
  #waitText: string | undefined
  #waitedMs = 0
  #waitingSinceMs: number | undefined
  #progress: Pick<Progress, 'files' | 'bytes' | 'errors'> = { files: 0, bytes: 0, errors: 0 }
  readonly #watchers = new Set<() => void>()
  expected: JobSize | undefined
  level: JobLevelLetter
  startMs: number | undefined

  constructor(options: ActiveJobOptions) {
    this.jobId = options.jobId
    this.job = options.job
    this.request = options.request
    this.config = options.config
    this.#clock = options.clock
    this.log = options.log
    this.#writeStatus = options.writeStatus
    this.level = options.request.level
    this.facts = {
      ...options.facts,
      upgradedFrom: undefined,
      sinceMs: 0,
      pool: options.request.pool,
      storage: options.request.storage,
      filed: undefined,
      storageEnd: undefined,
      readEnd: undefined,
      copy: undefined,
      adoptedLevel: undefined,
      volSessionId: 0,
      volSessionTime: 0,
      lastVolumeBytes: 0,
      volumes: [],
      committedFiles: 0,
      verified: undefined,
      filesExpected: 0,
      differences: 0,
      failures: [],
    }
  }

  get type(): JobRequest['type'] {
    return this.request.type
  }

  get scheduledMs(): number {
    return this.request.whenMs
  }

  get status(): JobStatusLetter {
    return this.#status
  }

  get statusText(): string {
    const names = { client: this.request.client, storage: this.facts.storage.name }
    return this.#waitText ?? runningText(this.#status, names)
  }

  get files(): number {
    return this.#progress.files
  }

  get bytes(): number {
    return this.#progress.bytes
  }

  get errors(): number {
    return this.#progress.errors + this.log.errors
  }

  /** Aborted when the Job is to end as canceled; its reason is a CofferError. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** `text` replaces the status's own words. A move that is not legal is left out. */
  setStatus(status: JobStatusLetter, text?: string): void {
    this.#waitText = text
    if (status === this.#status || !mayMove(this.#status, status)) return
    this.#status = status
    this.#countWait(isWaiting(status))
    for (const listener of [...this.#listeners]) listener()
    this.#written = this.#written.then(() => this.#writeStatus(status))
  }

  /** Calls back after every change of status; the result ends that. */
  onStatus(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** What its limits in time are counted from. */
  get times(): JobTimes {
    const { level, scheduledMs, startMs } = this
    const [waitedMs, waitingSinceMs] = [this.#waitedMs, this.#waitingSinceMs]
    return { level, scheduledMs, startMs, waitedMs, waitingSinceMs }
  }

  #countWait(waits: boolean): void {
    const nowMs = this.#clock.nowMs()
    const sinceMs = this.#waitingSinceMs
    if (waits) this.#waitingSinceMs ??= nowMs
    else if (sinceMs !== undefined) {
      this.#waitedMs += nowMs - sinceMs
      this.#waitingSinceMs = undefined
    }
  }

  /** Resolves when every change of status is written down. */
  async statusWritten(): Promise<void> {
    await this.#written
  }

  setProgress(progress: Progress): void {
    this.#progress = progress
    for (const watcher of this.#watchers) watcher()
  }

  watch(listener: () => void): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  cancel(reason: string): void {
    if (this.signal.aborted) return
    this.#controller.abort(new CofferError('job-canceled', reason))
  }

  /** A failure that ends the Job; one that only follows from its cancellation is none. */
  fail(error: CofferError): void {
    if (!this.signal.aborted) this.facts.failures.push(error)
  }
}

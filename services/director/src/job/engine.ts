// All Jobs that have not ended: queues them, starts those that may run, ends them on request, tells when they are over.
import { type Clock, isJobEnded, type JobStatusLetter } from '@coffer/core'
import type { DirectorConfig } from '../config/load.ts'
import type { Jobs, RunningJob, Switchable } from '../director.ts'
import type { LogMessage } from '../messages/message-line.ts'
import { ActiveJob } from './active-job.ts'
import { filesetIdentity } from './fileset.ts'
import { JobLog } from './job-log.ts'
import { JobNames } from './job-name.ts'
import type { JobPorts } from './ports.ts'
import { type Admission, decideAdmission, type Limits, type QueuedJob } from './queue.ts'
import { type JobRequest, missing } from './request.ts'
import { closeJob, runJob } from './run.ts'

interface Entry {
  readonly job: ActiveJob
  readonly queued: QueuedJob
  readonly ended: Promise<JobStatusLetter>
  readonly settle: (status: JobStatusLetter) => void
}

/** One for the Director. Admission is decided anew whenever a Job comes, ends, or is due; nothing polls. */
export class JobEngine implements Jobs {
  readonly #ports: JobPorts
  readonly #config: () => DirectorConfig
  readonly #names = new JobNames()
  readonly #waiting = new Map<number, Entry>()
  readonly #running = new Map<number, Entry>()
  readonly #disabled = new Map<Switchable, Set<string>>()
  readonly #enabled = new Map<Switchable, Set<string>>()
  readonly #idle = new Set<() => void>()
  #stopTimer: () => void = () => undefined
  #ran = 0
  #isClosing = false

  constructor(ports: JobPorts, config: () => DirectorConfig) {
    this.#ports = ports
    this.#config = config
  }

  async submit(request: JobRequest): Promise<number> {
    const entry = await this.#enter(request)
    const { jobId } = entry.job
    this.#waiting.set(jobId, entry)
    this.#ports.log.info({ jobId, job: entry.job.job }, 'job queued')
    if (this.#isClosing) entry.job.cancel('the Director is shutting down')
    this.#admit()
    return jobId
  }

  running(): readonly RunningJob[] {
    return [...this.#entries()].map(({ job }) => job).sort((a, b) => a.jobId - b.jobId)
  }

  find(jobId: number): RunningJob | undefined {
    return this.#entry(jobId)?.job
  }

  /** A Job that has not ended, with all that is known of it. */
  active(jobId: number): ActiveJob | undefined {
    return this.#entry(jobId)?.job
  }

  findByJob(job: string): RunningJob | undefined {
    return this.running().find((running) => running.job === job)
  }

  cancel(jobId: number): boolean {
    const entry = this.#entry(jobId)
    if (entry === undefined) return false
    this.#cancel(entry, 'an operator canceled the Job')
    return true
  }

  async waitFor(jobId: number, signal?: AbortSignal): Promise<JobStatusLetter | undefined> {
    const entry = this.#entry(jobId)
    if (entry !== undefined) return untilAborted(entry.ended, signal)
    const row = await this.#ports.catalog.jobs.find(jobId)
    return row !== undefined && isJobEnded(row.status) ? row.status : undefined
  }

  async waitForAll(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.size + this.#running.size === 0) return
    let settle: () => void = () => undefined
    const idle = new Promise<void>((resolve) => {
      settle = resolve
    })
    this.#idle.add(settle)
    try {
      await untilAborted(idle, signal)
    } finally {
      this.#idle.delete(settle)
    }
  }

  ranCount(): number {
    return this.#ran
  }

  volumesChanged(): void {
    this.#ports.desk.wake()
  }

  isEnabled(kind: Switchable, name: string): boolean {
    if (this.#disabled.get(kind)?.has(name) === true) return false
    return this.#enabled.get(kind)?.has(name) === true || isConfigured(this.#config(), kind, name)
  }

  setEnabled(kind: Switchable, name: string, enabled: boolean): void {
    const [into, from] = enabled ? [this.#enabled, this.#disabled] : [this.#disabled, this.#enabled]
    from.get(kind)?.delete(name)
    into.set(kind, (into.get(kind) ?? new Set()).add(name))
  }

  /** A new configuration is in force: what operators switched holds no longer, limits may have changed. */
  reloaded(): void {
    this.#disabled.clear()
    this.#enabled.clear()
    this.#admit()
  }

  /** Cancels every Job and resolves when all have ended. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#stopTimer()
    for (const entry of [...this.#entries()]) this.#cancel(entry, 'the Director is shutting down')
    await this.waitForAll()
  }

  *#entries(): Generator<Entry> {
    yield* this.#waiting.values()
    yield* this.#running.values()
  }

  #entry(jobId: number): Entry | undefined {
    return this.#waiting.get(jobId) ?? this.#running.get(jobId)
  }

  async #enter(request: JobRequest): Promise<Entry> {
    const { catalog, clock } = this.#ports
    const config = this.#config()
    const client = request.client === '' ? undefined : await catalog.clients.find(request.client)
    if (request.client !== '' && client === undefined) throw missing('Client', request.client)
    const fileset = await this.#filesetFacts(config, request)
    const pool = await catalog.pools.find(request.pool.name)
    const job = this.#names.next(request.jobName, clock.nowMs())
    const jobId = await catalog.jobs.create({
      job,
      name: request.jobName,
      type: request.type,
      level: request.level,
      scheduledMs: request.whenMs,
      clientId: client?.clientId ?? 0,
      filesetId: fileset.filesetId,
      poolId: pool?.poolId ?? 0,
      comment: request.comment,
    })
    const facts = { ...fileset, clientId: client?.clientId ?? 0, uname: client?.uname ?? '' }
    return makeEntry(this.#makeJob({ jobId, job, request, config, facts }))
  }

  async #filesetFacts(config: DirectorConfig, request: JobRequest) {
    if (request.fileset === '') return { filesetId: 0, filesetMd5: '', filesetCreatedMs: 0 }
    const fileset = config.filesets.get(request.fileset)
    if (fileset === undefined) throw missing('FileSet', request.fileset)
    const { filesets } = this.#ports.catalog
    const [newest] = fileset.ignoreFilesetChanges ? await filesets.listOfName(fileset.name) : []
    const nowMs = this.#ports.clock.nowMs()
    const row = newest ?? (await filesets.ensure(filesetIdentity(fileset), nowMs))
    return { filesetId: row.filesetId, filesetMd5: row.md5, filesetCreatedMs: row.createdMs }
  }

  #makeJob(made: Pick<ActiveJob, 'jobId' | 'job' | 'request' | 'config'> & { facts: Facts }) {
    const { catalog, clock, deliver, onTrouble } = this.#ports
    const { jobId, config, request } = made
    return new ActiveJob({
      ...made,
      log: new JobLog({
        jobId,
        daemon: config.director.name,
        clock,
        deliver: (message: LogMessage) => deliver(config, request.messages, message),
      }),
      writeStatus: async (status) => {
        // The end is written with the rest of the row.
        if (isJobEnded(status)) return
        try {
          await catalog.jobs.update(jobId, { status })
        } catch (error) {
          onTrouble(error, `the status of JobId ${jobId} could not be written`)
        }
      },
    })
  }

  #cancel(entry: Entry, reason: string): void {
    entry.job.cancel(reason)
    if (this.#waiting.has(entry.job.jobId)) this.#admit()
  }

  #admit(): void {
    this.#stopTimer()
    for (const [jobId, entry] of this.#waiting) {
      if (!entry.job.signal.aborted) continue
      this.#waiting.delete(jobId)
      this.#follow(entry, closeJob(entry.job, this.#ports))
    }
    const { clock } = this.#ports
    const admission = decideAdmission(
      [...this.#waiting.values()].map(({ queued }) => queued),
      [...this.#running.values()].map(({ queued }) => queued),
      limitsOf(this.#config()),
      clock.nowMs(),
    )
    this.#tellWaiting(admission)
    for (const jobId of admission.start) {
      const entry = this.#waiting.get(jobId)
      if (entry === undefined) continue
      this.#waiting.delete(jobId)
      this.#follow(entry, runJob(entry.job, this.#ports))
    }
    this.#scheduleNext(admission.nextDueMs, clock)
  }

  #tellWaiting({ waits }: Admission): void {
    for (const [jobId, { letter, text }] of waits) {
      this.#waiting.get(jobId)?.job.setStatus(letter, text)
    }
  }

  #scheduleNext(nextDueMs: number | undefined, clock: Clock): void {
    if (nextDueMs === undefined || this.#isClosing) return
    // A timer counts 2^31 ms at most: what is later is looked at again in between.
    const delayMs = Math.min(Math.max(0, nextDueMs - clock.nowMs()), 2 ** 31 - 1)
    this.#stopTimer = clock.after(delayMs, () => {
      this.#admit()
    })
  }

  #follow(entry: Entry, end: Promise<JobStatusLetter>): void {
    const { jobId } = entry.job
    this.#running.set(jobId, entry)
    void end
      .catch((error: unknown): JobStatusLetter => {
        this.#ports.onTrouble(error, `JobId ${jobId} could not be closed`)
        return 'f'
      })
      .then((status) => {
        this.#running.delete(jobId)
        this.#ran++
        this.#ports.log.info({ jobId, job: entry.job.job, status }, 'job ended')
        entry.settle(status)
        this.#admit()
        if (this.#waiting.size + this.#running.size > 0) return
        for (const settle of [...this.#idle]) settle()
      })
  }
}

type Facts = ConstructorParameters<typeof ActiveJob>[0]['facts']

function makeEntry(job: ActiveJob): Entry {
  let settle: (status: JobStatusLetter) => void = () => undefined
  const ended = new Promise<JobStatusLetter>((resolve) => {
    settle = resolve
  })
  return { job, queued: queuedJob(job), ended, settle }
}

function queuedJob({ jobId, request }: ActiveJob): QueuedJob {
  const { type, client, storage } = request
  const isRestore = type === 'R'
  const movesData = isRestore || type === 'B'
  return {
    jobId,
    priority: request.priority,
    allowMixedPriority: request.allowMixedPriority,
    dueMs: request.whenMs,
    jobName: request.jobName,
    client: movesData ? client : undefined,
    readStorage: isRestore ? storage.name : undefined,
    writeStorage: movesData && !isRestore ? storage.name : undefined,
  }
}

function limitsOf(config: DirectorConfig): Limits {
  return {
    director: config.director.maximumConcurrentJobs,
    job: (name) => config.jobs.get(name)?.maximumConcurrentJobs ?? 1,
    client: (name) => config.clients.get(name)?.maximumConcurrentJobs ?? 1,
    storage: (name) => config.storages.get(name)?.maximumConcurrentJobs ?? 1,
    storageReads: (name) => config.storages.get(name)?.maximumConcurrentReadJobs ?? 0,
  }
}

function isConfigured(config: DirectorConfig, kind: Switchable, name: string): boolean {
  switch (kind) {
    case 'job':
      return config.jobs.get(name)?.enabled ?? false
    case 'client':
      return config.clients.get(name)?.enabled ?? false
    case 'schedule':
      return config.schedules.get(name)?.enabled ?? false
  }
}

/** The promise, or a rejection with the signal's reason if that comes first. */
async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise
  let onAbort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
  })
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

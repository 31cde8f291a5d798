// All Jobs that have not ended: queues them, starts those that may run, ends them on request, tells when they are over.
import { type Clock, isJobEnded, type JobStatusLetter, reportTimeText } from '@coffer/core'
import type { DirectorConfig } from '../config/load.ts'
import type { Jobs, RunningJob, Switchable } from '../director.ts'
import type { ActiveJob } from './active-job.ts'
import { decideDuplicate } from './duplicates.ts'
import { type JobIdentity, JobMaker } from './job-maker.ts'
import { isTransfer, movesData } from './job-parts.ts'
import { watchLimits } from './limit-watch.ts'
import { decideOrphan } from './orphan.ts'
import type { JobPorts } from './ports.ts'
import { type Admission, decideAdmission, type Limits, type QueuedJob } from './queue.ts'
import type { JobRequest } from './request.ts'
import { decideReschedule, type Reschedule } from './reschedule.ts'
import { closeJob, runJob } from './run.ts'
import { Switches } from './switches.ts'
import { MAXIMUM_TIMER_MS } from './timer.ts'
import { untilAborted } from './until-aborted.ts'

interface Entry {
  readonly job: ActiveJob
  readonly queued: QueuedJob
  /** How often it was tried before. */
  readonly retries: number
  readonly ended: Promise<JobStatusLetter>
  readonly settle: (status: JobStatusLetter) => void
  unwatch: () => void
}

/** What the engine itself does not bring along. */
export type EnginePorts = Omit<JobPorts, 'submit' | 'active' | 'nameJob'>

/** One for the Director. Admission is decided anew whenever a Job comes, ends, or is due; nothing polls. */
export class JobEngine implements Jobs {
  readonly #ports: JobPorts
  readonly #config: () => DirectorConfig
  readonly #maker: JobMaker
  readonly #switches: Switches
  readonly #waiting = new Map<number, Entry>()
  readonly #running = new Map<number, Entry>()
  readonly #idle = new Set<() => void>()
  #stopTimer: () => void = () => undefined
  #ran = 0
  #isClosing = false

  constructor(ports: EnginePorts, config: () => DirectorConfig) {
    this.#ports = {
      ...ports,
      submit: (request) => this.submit(request),
      active: () => [...this.#entries()].map(({ job }) => job),
      nameJob: (jobName) => this.#maker.newName(jobName),
    }
    this.#config = config
    this.#maker = new JobMaker(this.#ports)
    this.#switches = new Switches(config)
  }

  async submit(request: JobRequest): Promise<number> {
    const job = await this.#maker.make(request, this.#config())
    this.#settleDuplicates(job)
    this.#enqueue(makeEntry(job))
    return job.jobId
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

  withVolumes<Result>(action: () => Promise<Result>): Promise<Result> {
    return this.#ports.desk.exclusively(action)
  }

  volumesChanged(): void {
    this.#ports.desk.wake()
  }

  isEnabled(kind: Switchable, name: string): boolean {
    return this.#switches.isEnabled(kind, name)
  }

  setEnabled(kind: Switchable, name: string, enabled: boolean): void {
    this.#switches.set(kind, name, enabled)
  }

  /** A new configuration is in force: what operators switched holds no longer, limits may have changed. */
  reloaded(): void {
    this.#switches.clear()
    this.#admit()
  }

  /**
   * Cancels every Job and resolves when all have ended. Queued ones that the next Director queues again are left as they
   * are in the Catalog.
   */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#stopTimer()
    for (const [jobId, entry] of [...this.#waiting]) {
      const { job } = entry
      const rules = job.config.jobs.get(job.request.jobName)
      if (decideOrphan(job, rules, this.#ports.clock.nowMs()) === undefined) continue
      this.#waiting.delete(jobId)
      entry.unwatch()
      await job.statusWritten()
    }
    for (const entry of [...this.#entries()]) this.#cancel(entry, SHUTDOWN)
    await this.waitForAll()
  }

  *#entries(): Generator<Entry> {
    yield* this.#waiting.values()
    yield* this.#running.values()
  }

  #entry(jobId: number): Entry | undefined {
    return this.#waiting.get(jobId) ?? this.#running.get(jobId)
  }

  #enqueue(entry: Entry): void {
    const { job } = entry
    const { jobId } = job
    this.#waiting.set(jobId, entry)
    this.#ports.log.info({ jobId, job: job.job }, 'job queued')
    entry.unwatch = watchLimits(job, this.#ports.clock, (text) => {
      void job.log.write('fatal', text)
      this.#cancel(entry, text)
    })
    if (this.#isClosing) job.cancel(SHUTDOWN)
    this.#admit()
  }

  /** Ends Jobs of the same name, or the new one, as its resource says. At once: the next one may be on its way. */
  #settleDuplicates(job: ActiveJob): void {
    const { jobName, isExemptFromDuplicates } = job.request
    const rules = job.config.jobs.get(jobName)
    if (rules === undefined || isExemptFromDuplicates === true) return
    const others = [...this.#entries()].filter(
      (entry) => entry.job.request.jobName === jobName && !entry.job.signal.aborted,
    )
    const facts = others.map((other) => other.job)
    const decision = decideDuplicate(job.level, facts, rules, this.#ports.clock.nowMs())
    for (const jobId of decision.cancel) {
      void job.log.info(`Cancelling duplicate JobId=${jobId}.`)
      const other = this.#entry(jobId)
      if (other !== undefined) this.#cancel(other, `JobId ${job.jobId} is the same Job`)
    }
    if (decision.refusedFor === undefined) return
    const text = `JobId ${decision.refusedFor} already running. Duplicate job not allowed.`
    void job.log.write('fatal', text)
    job.cancel(text)
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
    const delayMs = Math.min(Math.max(0, nextDueMs - clock.nowMs()), MAXIMUM_TIMER_MS)
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
      .then((status) => this.#over(entry, status))
  }

  async #over(entry: Entry, status: JobStatusLetter): Promise<void> {
    const { job } = entry
    const { jobId } = job
    entry.unwatch()
    this.#ran++
    this.#ports.log.info({ jobId, job: job.job, status }, 'job ended')
    const reschedule = this.#isClosing ? undefined : rescheduleOf(entry, status)
    // It keeps its place until the next try is queued: nobody may find the Director idle in between.
    const goesOn = reschedule !== undefined && (await this.#tryAgain(entry, reschedule))
    this.#running.delete(jobId)
    if (!goesOn) entry.settle(status)
    this.#admit()
    if (this.#waiting.size + this.#running.size > 0) return
    for (const settle of [...this.#idle]) settle()
  }

  /** Whether the Job lives on under its JobId. */
  async #tryAgain(entry: Entry, { delaySeconds, keepsJobId }: Reschedule): Promise<boolean> {
    const { job, retries } = entry
    const nowMs = this.#ports.clock.nowMs()
    const whenMs = nowMs + delaySeconds * 1000
    const identity: JobIdentity | undefined = keepsJobId ? job : undefined
    try {
      await job.log.info(
        `Rescheduled Job ${job.job} at ${reportTimeText(nowMs)} to re-run in ${delaySeconds} seconds (${reportTimeText(whenMs)}).`,
      )
      const request: JobRequest = { ...job.request, whenMs, isClone: true }
      const next = await this.#maker.make(request, this.#config(), identity)
      this.#enqueue({
        ...makeEntry(next),
        ...(keepsJobId ? { ended: entry.ended, settle: entry.settle } : {}),
        retries: retries + 1,
      })
      return keepsJobId
    } catch (error) {
      this.#ports.onTrouble(error, `JobId ${job.jobId} could not be rescheduled`)
      return false
    }
  }
}

const SHUTDOWN = 'the Director is shutting down'

function makeEntry(job: ActiveJob): Entry {
  let settle: (status: JobStatusLetter) => void = () => undefined
  const ended = new Promise<JobStatusLetter>((resolve) => {
    settle = resolve
  })
  return { job, queued: queuedJob(job), retries: 0, ended, settle, unwatch: () => undefined }
}

function rescheduleOf({ job, retries }: Entry, status: JobStatusLetter): Reschedule | undefined {
  const rules = job.config.jobs.get(job.request.jobName)
  if (rules === undefined) return undefined
  const { filed, storageEnd, committedFiles } = job.facts
  const hasData = committedFiles + (filed?.bytes ?? 0) + (storageEnd?.bytes ?? 0) > 0
  return decideReschedule({ type: job.type, status, retries, hasData }, rules)
}

function queuedJob(job: ActiveJob): QueuedJob {
  const { jobId, request } = job
  const { client, storage } = request
  const isRestore = request.type === 'R'
  const doesMoveData = movesData(job)
  return {
    jobId,
    priority: request.priority,
    allowMixedPriority: request.allowMixedPriority,
    dueMs: request.whenMs,
    jobName: request.jobName,
    // From Volumes to Volumes no Client is needed.
    client: doesMoveData && !isTransfer(job) ? client : undefined,
    readStorage: isRestore ? storage.name : undefined,
    writeStorage: doesMoveData && !isRestore ? storage.name : undefined,
    ...copyLimit(job),
  }
}

/** The Jobs that a Copy or Migrate Job started are limited among themselves. */
function copyLimit({ request, config }: ActiveJob): Pick<QueuedJob, 'jobLimit'> {
  if (request.copyOf === undefined) return {}
  return { jobLimit: config.jobs.get(request.jobName)?.maxConcurrentCopies ?? 1 }
}

function limitsOf(config: DirectorConfig): Limits {
  return {
    director: config.director.maximumConcurrentJobs,
    job: (name) => config.jobs.get(name)?.maximumConcurrentJobs ?? 1,
    client: (name) => config.clients.get(name)?.maximumConcurrentJobs ?? 1,
    storage: (name) => config.storages.get(name)?.maximumConcurrentJobs ?? 0,
    storageReads: (name) => config.storages.get(name)?.maximumConcurrentReadJobs ?? 0,
  }
}

// Starts Jobs when their Schedules say so, tells what it will start, and what was missed while the Director was down.
import { type Clock, jobLevelText, type MessageType, reportTimeText } from '@coffer/core'
import type { JobResource } from '../config/job-resource.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { Jobs, ScheduledRun, SchedulePreview } from '../director.ts'
import { type JobRequest, makeJobRequest } from '../job/request.ts'
import { findMissed, type MissableLine, type MissedRun } from './missed.ts'
import { nextRun } from './next-run.ts'
import type { RunOverrides, RunSpec } from './run-spec.ts'
import type { SchedulerMemory } from './scheduler-memory.ts'

export interface SchedulerOptions {
  readonly clock: Clock
  readonly config: () => DirectorConfig
  readonly jobs: Pick<Jobs, 'isEnabled'>
  readonly submit: (request: JobRequest) => Promise<unknown>
  /** A Job that was due could not be queued. */
  readonly onFailure: (jobName: string, error: unknown) => void
  readonly memory: SchedulerMemory
  /** Whether the Job that was due at that moment got as far as the Catalog. */
  readonly wasQueued: (jobName: string, dueMs: number) => Promise<boolean>
  readonly say: (type: MessageType, text: string) => Promise<void>
  /** The clock of the host may be set, or the host may sleep: no timer is trusted for longer. A minute when not given. */
  readonly maximumSleepMs?: number
}

/** One Run line of the Schedule of one Job. */
interface Line extends MissableLine {
  readonly job: JobResource
  readonly schedule: string
  readonly spec: RunSpec
}

const MAXIMUM_SLEEP_MS = 60_000
const LITTLE_MS = 3_600_000
/** A preview of a year of hourly Jobs is long enough. */
const MAXIMUM_PREVIEW = 10_000

export class Scheduler implements SchedulePreview {
  readonly #options: SchedulerOptions
  /** The answer of each line stays the same until its run is due. */
  readonly #answers = new WeakMap<RunSpec, { fromMs: number; dueMs: number | undefined }>()
  #stopTimer: () => void = () => undefined
  #lookedMs: number
  #saved: Promise<void> = Promise.resolve()

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#lookedMs = options.clock.nowMs()
  }

  /** Begins to start Jobs; to be called again when the configuration changed. */
  start(): void {
    this.#stopTimer()
    this.#look(this.#options.clock.nowMs())
    this.#sleep()
  }

  /** Names what was due while no Director ran, and starts it where the Job wants that. Before `start`, once. */
  async catchUp(): Promise<void> {
    const { clock, config, memory } = this.#options
    const lookedMs = await memory.load()
    if (lookedMs === undefined) return
    for (const missed of findMissed(this.#lines(config()), lookedMs, clock.nowMs())) {
      await this.#makeUp(missed)
    }
  }

  /** Resolves when it is written down how far the scheduler has looked. */
  async close(): Promise<void> {
    this.#stopTimer()
    await this.#saved
  }

  between(fromMs: number, toMs: number): readonly ScheduledRun[] {
    const config = this.#options.config()
    const runs: ScheduledRun[] = []
    for (const line of this.#lines(config)) {
      let dueMs = line.nextAfter(fromMs - 1)
      for (; dueMs !== undefined && dueMs < toMs; dueMs = line.nextAfter(dueMs)) {
        runs.push(describe(config, line, dueMs))
        if (runs.length >= MAXIMUM_PREVIEW) return runs.sort(byTime)
      }
    }
    return runs.sort(byTime)
  }

  async #makeUp({ line, dueMs, count }: MissedRun<Line>): Promise<void> {
    const { job } = line
    if (await this.#options.wasQueued(job.name, dueMs)) return
    const times = count === 1 ? '' : `, the last of ${count} times`
    const what = `Job "${job.name}" (${jobLevelText(line.level)}) was due at ${reportTimeText(dueMs)}${times}, when the Director was down`
    if (!job.runMissedJobs) {
      await this.#options.say('warning', `${what}. It is not run: Run Missed Jobs = no`)
      return
    }
    await this.#options.say('info', `${what}. It is run now`)
    this.#submit(line, dueMs)
  }

  #sleep(): void {
    const { clock, maximumSleepMs = MAXIMUM_SLEEP_MS } = this.#options
    const nextMs = this.#nextMs() ?? Infinity
    const waitMs = Math.min(maximumSleepMs, Math.max(0, nextMs - clock.nowMs()))
    this.#stopTimer = clock.after(waitMs, () => {
      this.#fire()
      this.#sleep()
    })
  }

  #nextMs(): number | undefined {
    let next: number | undefined
    for (const line of this.#lines(this.#options.config())) {
      const dueMs = this.#nextOf(line, this.#lookedMs)
      if (dueMs !== undefined && (next === undefined || dueMs < next)) next = dueMs
    }
    return next
  }

  #nextOf(line: Line, afterMs: number): number | undefined {
    const known = this.#answers.get(line.spec)
    if (known !== undefined && known.fromMs <= afterMs && afterMs < (known.dueMs ?? Infinity)) {
      return known.dueMs
    }
    const dueMs = line.nextAfter(afterMs)
    this.#answers.set(line.spec, { fromMs: afterMs, dueMs })
    return dueMs
  }

  /** Queues each line that became due since the last look, once, however often that was. */
  #fire(): void {
    const { clock, config } = this.#options
    const sinceMs = this.#lookedMs
    const nowMs = clock.nowMs()
    const due: (readonly [Line, number])[] = []
    for (const line of this.#lines(config())) {
      const dueMs = this.#nextOf(line, sinceMs)
      if (dueMs !== undefined && dueMs <= nowMs) due.push([line, dueMs])
    }
    // A clock that was set back a little must not start everything again; one that was wrong by more is right now.
    this.#look(nowMs < sinceMs - LITTLE_MS ? nowMs : Math.max(sinceMs, nowMs))
    due.sort(([, a], [, b]) => a - b)
    for (const [line, dueMs] of due) this.#submit(line, dueMs)
  }

  #look(lookedMs: number): void {
    const { memory } = this.#options
    this.#lookedMs = lookedMs
    // When it cannot be written, the next look tries again; what follows from it is one message too many at a start.
    this.#saved = this.#saved.then(() => memory.save(lookedMs)).catch(() => undefined)
  }

  #submit(line: Line, dueMs: number): void {
    const { config, submit, onFailure } = this.#options
    try {
      const request = requestFor(config(), line, dueMs)
      void submit(request).catch((error: unknown) => onFailure(line.jobName, error))
    } catch (error) {
      onFailure(line.jobName, error)
    }
  }

  *#lines(config: DirectorConfig): Generator<Line> {
    const { jobs } = this.#options
    for (const job of config.jobs.values()) {
      const schedule = job.schedule === undefined ? undefined : config.schedules.get(job.schedule)
      if (schedule === undefined || job.type === 'R') continue
      if (!jobs.isEnabled('job', job.name) || !jobs.isEnabled('schedule', schedule.name)) continue
      if (job.client !== undefined && !jobs.isEnabled('client', job.client)) continue
      for (const spec of schedule.run) {
        yield {
          job,
          jobName: job.name,
          level: spec.overrides.level ?? job.level,
          schedule: schedule.name,
          spec,
          nextAfter: (afterMs) => nextRun(spec, afterMs, schedule.timeZone),
        }
      }
    }
  }
}

function requestFor(config: DirectorConfig, { job, spec }: Line, dueMs: number): JobRequest {
  return makeJobRequest(config, job.name, {
    run: spec.overrides,
    trigger: 'Scheduler',
    nowMs: dueMs,
  })
}

function describe(config: DirectorConfig, line: Line, dueMs: number): ScheduledRun {
  const request = requestFor(config, line, dueMs)
  return {
    schedule: line.schedule,
    jobName: line.job.name,
    type: request.type,
    level: request.level,
    priority: request.priority,
    whenMs: dueMs,
    pool: request.pool.name,
    storage: request.storage.name,
    overrides: overridesText(line.spec.overrides),
  }
}

function byTime(a: ScheduledRun, b: ScheduledRun): number {
  return a.whenMs - b.whenMs || (a.jobName < b.jobName ? -1 : 1)
}

/** "Level=Full Pool=Monthly", as previews print it. */
function overridesText(overrides: RunOverrides): string {
  const { level, priority, spoolData, accurate } = overrides
  const words: (readonly [string, string | number | undefined])[] = [
    ['Level', level === undefined ? undefined : jobLevelText(level)],
    ['Priority', priority],
    ['Spool Data', yesNo(spoolData)],
    ['Accurate', yesNo(accurate)],
    ['Pool', overrides.pool],
    ['Full Pool', overrides.fullPool],
    ['Incremental Pool', overrides.incrementalPool],
    ['Differential Pool', overrides.differentialPool],
    ['Virtual Full Pool', overrides.virtualFullPool],
    ['Next Pool', overrides.nextPool],
    ['Storage', overrides.storage],
    ['Messages', overrides.messages],
  ]
  return words
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join(' ')
}

function yesNo(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined
  return value ? 'yes' : 'no'
}

// Starts Jobs when their Schedules say so, and tells what it will start.
import { type Clock, jobLevelText } from '@coffer/core'
import type { JobResource } from '../config/job-resource.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { Jobs, ScheduledRun, SchedulePreview } from '../director.ts'
import { type JobRequest, makeJobRequest } from '../job/request.ts'
import { nextOccurrence } from './occurrence.ts'
import type { RunOverrides, RunSpec } from './run-spec.ts'

export interface SchedulerOptions {
  readonly clock: Clock
  readonly config: () => DirectorConfig
  readonly jobs: Pick<Jobs, 'isEnabled'>
  readonly submit: (request: JobRequest) => Promise<unknown>
  /** A Job that was due could not be queued. */
  readonly onFailure: (jobName: string, error: unknown) => void
}

/** One Run line of the Schedule of one Job. */
interface Line {
  readonly job: JobResource
  readonly schedule: string
  readonly spec: RunSpec
}

/** The clock of the host may be set, or the host may sleep: never trust a timer for longer. */
const MAXIMUM_SLEEP_MS = 60_000
const LITTLE_MS = 3_600_000
/** A preview of a year of hourly Jobs is long enough. */
const MAXIMUM_PREVIEW = 10_000

export class Scheduler implements SchedulePreview {
  readonly #options: SchedulerOptions
  #stopTimer: () => void = () => undefined
  #lookedMs: number

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#lookedMs = options.clock.nowMs()
  }

  /** Begins to start Jobs; to be called again when the configuration changed. */
  start(): void {
    this.#stopTimer()
    this.#lookedMs = this.#options.clock.nowMs()
    this.#sleep()
  }

  close(): void {
    this.#stopTimer()
  }

  between(fromMs: number, toMs: number): readonly ScheduledRun[] {
    const config = this.#options.config()
    const runs: ScheduledRun[] = []
    for (const line of this.#lines(config)) {
      let dueMs = nextOccurrence(line.spec, fromMs - 1)
      for (; dueMs !== undefined && dueMs < toMs; dueMs = nextOccurrence(line.spec, dueMs)) {
        runs.push(describe(config, line, dueMs))
        if (runs.length >= MAXIMUM_PREVIEW) return runs.sort(byTime)
      }
    }
    return runs.sort(byTime)
  }

  #sleep(): void {
    const { clock } = this.#options
    const nextMs = this.#nextMs() ?? Infinity
    const waitMs = Math.min(MAXIMUM_SLEEP_MS, Math.max(0, nextMs - clock.nowMs()))
    this.#stopTimer = clock.after(waitMs, () => {
      this.#fire()
      this.#sleep()
    })
  }

  #nextMs(): number | undefined {
    let next: number | undefined
    for (const { spec } of this.#lines(this.#options.config())) {
      const dueMs = nextOccurrence(spec, this.#lookedMs)
      if (dueMs !== undefined && (next === undefined || dueMs < next)) next = dueMs
    }
    return next
  }

  /** Starts each line that became due since the last look, once, however often that was. */
  #fire(): void {
    const { clock, config, submit, onFailure } = this.#options
    const sinceMs = this.#lookedMs
    const nowMs = clock.nowMs()
    // A clock that was set back a little must not start everything again; one that was wrong by more is right now.
    this.#lookedMs = nowMs < sinceMs - LITTLE_MS ? nowMs : Math.max(sinceMs, nowMs)
    for (const line of this.#lines(config())) {
      const dueMs = nextOccurrence(line.spec, sinceMs)
      if (dueMs === undefined || dueMs > nowMs) continue
      try {
        const request = requestFor(config(), line, dueMs)
        void submit(request).catch((error: unknown) => onFailure(line.job.name, error))
      } catch (error) {
        onFailure(line.job.name, error)
      }
    }
  }

  *#lines(config: DirectorConfig): Generator<Line> {
    const { jobs } = this.#options
    for (const job of config.jobs.values()) {
      const schedule = job.schedule === undefined ? undefined : config.schedules.get(job.schedule)
      if (schedule === undefined || job.type === 'R') continue
      if (!jobs.isEnabled('job', job.name) || !jobs.isEnabled('schedule', schedule.name)) continue
      if (job.client !== undefined && !jobs.isEnabled('client', job.client)) continue
      for (const spec of schedule.run) yield { job, schedule: schedule.name, spec }
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

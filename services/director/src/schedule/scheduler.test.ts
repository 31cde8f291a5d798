import { type Clock, dateTimeText } from '@coffer/core'
import { describe, expect, test } from 'vitest'
import type { DirectorConfig } from '../config/load.ts'
import type { JobRequest } from '../job/request.ts'
import { Scheduler } from './scheduler.ts'
import { parseRunSpec, type RunSpec } from './run-spec.ts'

/** A clock that a test moves; timers count what passes, whatever the clock is set to meanwhile. */
class HandClock implements Clock {
  #passedMs = 0
  #setMs: number
  #timers: { readonly dueMs: number; readonly action: () => void }[] = []

  constructor(nowMs: number) {
    this.#setMs = nowMs
  }

  nowMs(): number {
    return this.#setMs + this.#passedMs
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { dueMs: this.#passedMs + delayMs, action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  set(nowMs: number): void {
    this.#setMs = nowMs - this.#passedMs
  }

  moveTo(nowMs: number): void {
    const untilMs = nowMs - this.#setMs
    for (;;) {
      const next = this.#timers.sort((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined || next.dueMs > untilMs) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#passedMs = Math.max(this.#passedMs, next.dueMs)
      next.action()
    }
    this.#passedMs = untilMs
  }

  get timers(): number {
    return this.#timers.length
  }
}

const start = new Date(2026, 10, 21, 2, 9).getTime()
const hours = (count: number): number => count * 3_600_000

function spec(text: string): RunSpec {
  const parsed = parseRunSpec(text)
  if ('message' in parsed) throw new Error(parsed.message)
  return parsed
}

function configWith(runs: Readonly<Record<string, readonly string[]>>): DirectorConfig {
  const names = Object.keys(runs)
  const job = (name: string) => ({
    name,
    type: 'B',
    level: 'I',
    client: 'fd',
    fileset: 'set',
    pool: 'Inc',
    storage: ['File'],
    messages: 'Standard',
    schedule: name,
    priority: 10,
    enabled: true,
  })
  return {
    director: { name: 'dir', messages: 'Standard' },
    jobs: new Map(names.map((name) => [name, job(name)])),
    schedules: new Map(
      names.map((name) => [name, { name, enabled: true, run: runs[name]?.map(spec) ?? [] }]),
    ),
    clients: new Map([['fd', { name: 'fd', catalog: 'Cat' }]]),
    pools: new Map([['Inc', { name: 'Inc', storage: [] }]]),
    catalogs: new Map(),
  } as unknown as DirectorConfig
}

function makeScheduler(runs: Readonly<Record<string, readonly string[]>>) {
  const clock = new HandClock(start)
  const disabled = new Set<string>()
  const submitted: JobRequest[] = []
  const failures: string[] = []
  const said: string[] = []
  const bench = {
    config: configWith(runs),
    refuse: false,
    lookedMs: undefined as number | undefined,
    queued: new Set<string>(),
  }
  const scheduler = new Scheduler({
    clock,
    config: () => bench.config,
    jobs: { isEnabled: (kind, name) => !disabled.has(`${kind} ${name}`) },
    submit: async (request) => {
      if (bench.refuse) throw new Error('no')
      submitted.push(request)
    },
    onFailure: (jobName) => failures.push(jobName),
    memory: {
      load: () => Promise.resolve(bench.lookedMs),
      save: async (lookedMs) => {
        bench.lookedMs = lookedMs
      },
    },
    wasQueued: (name, dueMs) => Promise.resolve(bench.queued.has(`${name} ${dueMs}`)),
    say: async (type, text) => {
      said.push(`${type}: ${text}`)
    },
  })
  const fired = () => submitted.map((r) => `${r.jobName} ${dateTimeText(r.whenMs).slice(0, 16)}`)
  return { clock, disabled, submitted, failures, bench, scheduler, fired, said }
}

test('starts Jobs when they are due, with the overrides of their line', async () => {
  const { clock, scheduler, submitted, fired } = makeScheduler({
    nightly: ['Level=Full Pool=Inc Priority=3 daily at 03:00', 'mon-fri at 21:00'],
  })
  scheduler.start()
  clock.moveTo(start + hours(0.5))
  expect(submitted).toEqual([])
  clock.moveTo(start + hours(24))
  expect(fired()).toEqual(['nightly 2026-11-21 03:00'])
  expect(submitted[0]).toMatchObject({
    level: 'F',
    pool: { name: 'Inc', source: 'Run Pool override' },
    priority: 3,
    trigger: 'Scheduler',
  })
  clock.moveTo(start + hours(48))
  expect(fired()).toEqual(['nightly 2026-11-21 03:00', 'nightly 2026-11-22 03:00'])
  await scheduler.close()
  expect(clock.timers).toBe(0)
})

test('two equal lines start two Jobs', () => {
  const { clock, scheduler, fired } = makeScheduler({ a: ['daily at 03:00', 'daily at 03:00'] })
  scheduler.start()
  clock.moveTo(start + hours(1))
  expect(fired()).toEqual(['a 2026-11-21 03:00', 'a 2026-11-21 03:00'])
})

test('what is switched off is neither started nor shown', () => {
  const { clock, scheduler, disabled, fired } = makeScheduler({ a: ['hourly at 0:05'], b: [] })
  scheduler.start()
  for (const switched of ['job a', 'schedule a', 'client fd']) {
    disabled.add(switched)
    expect(scheduler.between(start, start + hours(24))).toEqual([])
    clock.moveTo(clock.nowMs() + hours(2))
    disabled.clear()
  }
  expect(fired()).toEqual([])
  clock.moveTo(clock.nowMs() + hours(1))
  expect(fired()).toHaveLength(1)
})

test('a host that slept starts what it missed once', () => {
  const { clock, scheduler, fired } = makeScheduler({ a: ['hourly at 0:05'] })
  scheduler.start()
  clock.set(start + hours(10))
  clock.moveTo(start + hours(10) + 61_000)
  expect(fired()).toEqual(['a 2026-11-21 03:05'])
})

test('a clock that is set back starts nothing twice, one that was far ahead is forgiven', () => {
  const { clock, scheduler, fired } = makeScheduler({ a: ['daily at 03:00'] })
  scheduler.start()
  clock.moveTo(start + hours(1))
  clock.set(start + hours(0.5))
  clock.moveTo(start + hours(2))
  expect(fired()).toEqual(['a 2026-11-21 03:00'])
  clock.set(start - hours(24 * 365))
  clock.moveTo(start - hours(24 * 365) + hours(10))
  expect(fired()).toHaveLength(2)
})

test('a new configuration counts from now', () => {
  const { clock, scheduler, bench, fired } = makeScheduler({ a: ['daily at 03:00'] })
  scheduler.start()
  bench.config = configWith({ a: ['daily at 04:00'] })
  scheduler.start()
  clock.moveTo(start + hours(24))
  expect(fired()).toEqual(['a 2026-11-21 04:00'])
})

test('a Job that cannot be queued is told', async () => {
  const { clock, scheduler, bench, failures } = makeScheduler({ a: ['daily at 03:00'] })
  bench.refuse = true
  scheduler.start()
  clock.moveTo(start + hours(1))
  await Promise.resolve()
  expect(failures).toEqual(['a'])
})

describe('after a time without a Director', () => {
  const day = (date: number, hour = 3) => new Date(2026, 10, date, hour).getTime()

  function missing(runMissedJobs: boolean, lookedMs: number | undefined) {
    const made = makeScheduler({
      a: ['Level=Full sat at 03:00', 'Level=Incremental daily at 03:00'],
    })
    const [job] = made.bench.config.jobs.values()
    Object.assign(job ?? {}, { runMissedJobs })
    made.bench.lookedMs = lookedMs
    return made
  }

  test('what was missed is named and not run', async () => {
    const { scheduler, said, submitted } = missing(false, day(19, 4))
    await scheduler.catchUp()
    expect(submitted).toEqual([])
    expect(said).toEqual([
      'warning: Job "a" (Incremental) was due at 20-Nov-2026 03:00:00, when the Director was down. It is not run: Run Missed Jobs = no',
    ])
  })

  test('a Job that wants it is run once, at the highest level that it missed', async () => {
    const { scheduler, said, submitted } = missing(true, day(13, 4))
    await scheduler.catchUp()
    expect(submitted).toMatchObject([{ level: 'F', whenMs: day(14), trigger: 'Scheduler' }])
    expect(said).toEqual([
      'info: Job "a" (Full) was due at 14-Nov-2026 03:00:00, the last of 8 times, when the Director was down. It is run now',
    ])
  })

  test('a run that was queued before the end is not missed', async () => {
    const { scheduler, said, bench } = missing(true, day(19, 4))
    bench.queued.add(`a ${day(20)}`)
    await scheduler.catchUp()
    expect(said).toEqual([])
  })

  test('nothing is missed at the first start, and nothing before the last look', async () => {
    const first = missing(true, undefined)
    await first.scheduler.catchUp()
    first.scheduler.start()
    first.clock.moveTo(start + hours(0.5))
    await first.scheduler.close()
    expect(first.bench.lookedMs).toBe(start + hours(0.5))
    const second = missing(true, first.bench.lookedMs)
    await second.scheduler.catchUp()
    expect([first.submitted, second.submitted, first.said, second.said]).toEqual([[], [], [], []])
  })
})

describe('the preview', () => {
  test('lists runs in order, with their overrides in words', () => {
    const { scheduler } = makeScheduler({
      weekly: ['Level=Full 1st sat at 21:00', 'Level=Differential 2nd-5th sat at 21:00'],
      daily: ['Pool=Inc Accurate=yes daily at 20:00'],
    })
    const runs = scheduler.between(start, start + hours(24))
    expect(runs.map((run) => [run.jobName, dateTimeText(run.whenMs), run.overrides])).toEqual([
      ['daily', '2026-11-21 20:00:00', 'Accurate=yes Pool=Inc'],
      ['weekly', '2026-11-21 21:00:00', 'Level=Differential'],
    ])
    expect(runs[1]).toMatchObject({
      schedule: 'weekly',
      type: 'B',
      level: 'D',
      priority: 10,
      pool: 'Inc',
      storage: 'File',
    })
  })

  test('ends before its end', () => {
    const { scheduler } = makeScheduler({ a: ['daily at 03:00'] })
    const first = new Date(2026, 10, 21, 3).getTime()
    expect(scheduler.between(first, first)).toEqual([])
    expect(scheduler.between(first, first + 1)).toHaveLength(1)
    expect(scheduler.between(first + 1, first + hours(24))).toHaveLength(0)
  })
})

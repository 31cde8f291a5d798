import { expect, test } from 'vitest'
import { type JobTimes, nextLimit, type TimeLimits } from './limits.ts'

const none: TimeLimits = {
  maxStartDelay: 0,
  maxRunSchedTime: 0,
  maxRunTime: 0,
  fullMaxRuntime: 0,
  differentialMaxRuntime: 0,
  incrementalMaxRuntime: 0,
  maxWaitTime: 0,
}

/** Scheduled at 1000 s; all times in seconds. */
function times(given: {
  level?: JobTimes['level']
  start?: number
  waited?: number
  waitingSince?: number
}): JobTimes {
  const ms = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000)
  return {
    level: given.level ?? 'F',
    scheduledMs: 1_000_000,
    startMs: ms(given.start),
    waitedMs: (given.waited ?? 0) * 1000,
    waitingSinceMs: ms(given.waitingSince),
  }
}

test.each<[string, Partial<TimeLimits>, JobTimes, [number, string] | undefined]>([
  ['no limit', {}, times({ start: 1000 }), undefined],
  ['a start that is late', { maxStartDelay: 60 }, times({}), [1060, 'Max Start Delay']],
  ['a start in time', { maxStartDelay: 60 }, times({ start: 1059 }), undefined],
  ['the scheduled time, queued', { maxRunSchedTime: 60 }, times({}), [1060, 'Max Run Sched Time']],
  [
    'the scheduled time, running',
    { maxRunSchedTime: 60 },
    times({ start: 1010 }),
    [1060, 'Max Run Sched Time'],
  ],
  ['the run time does not count in the queue', { maxRunTime: 60 }, times({}), undefined],
  ['the run time', { maxRunTime: 60 }, times({ start: 1010 }), [1070, 'Max Run Time']],
  [
    'that of the level when it is shorter',
    { maxRunTime: 60, fullMaxRuntime: 30 },
    times({ start: 1010 }),
    [1040, 'Full Max Runtime'],
  ],
  [
    'not that of the level when it is longer',
    { maxRunTime: 60, fullMaxRuntime: 90 },
    times({ start: 1010 }),
    [1070, 'Max Run Time'],
  ],
  [
    'that of another level does not count',
    { fullMaxRuntime: 30, differentialMaxRuntime: 40, incrementalMaxRuntime: 50 },
    times({ start: 1010, level: 'I' }),
    [1060, 'Incremental Max Runtime'],
  ],
  [
    'of a Differential',
    { differentialMaxRuntime: 40 },
    times({ start: 1010, level: 'D' }),
    [1050, 'Differential Max Runtime'],
  ],
  ['a level without one', { fullMaxRuntime: 40 }, times({ start: 1010, level: 'f' }), undefined],
  [
    'all waits together',
    { maxWaitTime: 60 },
    times({ waited: 20, waitingSince: 1100 }),
    [1140, 'Max Wait Time'],
  ],
  ['no wait at present', { maxWaitTime: 60 }, times({ waited: 20, start: 1010 }), undefined],
])('%s', (...[, limits, job, expected]) => {
  const found = nextLimit({ ...none, ...limits }, job)
  if (expected === undefined) expect(found).toBeUndefined()
  else
    expect(found).toMatchObject({
      dueMs: expected[0] * 1000,
      text: expect.stringContaining(expected[1]) as unknown,
    })
})

import { describe, expect, test } from 'vitest'
import { decideLevel, type JobHistory, type LevelQuestion } from './level.ts'

const DAY_SECONDS = 86_400
const nowMs = 100 * DAY_SECONDS * 1000
const day = (number: number): number => number * DAY_SECONDS * 1000

const full = { jobId: 1, level: 'F', startMs: day(90) } as const
const differential = { jobId: 5, level: 'D', startMs: day(95) } as const
const incremental = { jobId: 7, level: 'I', startMs: day(99) } as const
const chain: JobHistory = {
  lastFull: full,
  lastDifferential: differential,
  lastAny: incremental,
  failedLevel: undefined,
}
const empty: JobHistory = {
  lastFull: undefined,
  lastDifferential: undefined,
  lastAny: undefined,
  failedLevel: undefined,
}

function ask(change: Partial<LevelQuestion>): LevelQuestion {
  return {
    wanted: 'I',
    nowMs,
    sinceMs: undefined,
    maxFullIntervalSeconds: 0,
    maxVirtualFullIntervalSeconds: 0,
    maxDifferentialIntervalSeconds: 0,
    rerunFailedLevels: false,
    history: chain,
    ...change,
  }
}

const NO_FULL = 'No prior or suitable Full backup found in catalog. Doing FULL backup.'

describe('level, moment and reason', () => {
  const cases: [string, Partial<LevelQuestion>, [string, number, string[]]][] = [
    ['Full stays', { wanted: 'F' }, ['F', 0, []]],
    ['Incremental since the last of the chain', {}, ['I', day(99), []]],
    ['Differential since the Full', { wanted: 'D' }, ['D', day(90), []]],
    [
      'an empty Catalog',
      { history: empty },
      ['F', 0, ['No prior Full backup Job record found.', NO_FULL]],
    ],
    [
      'the same for a Differential',
      { wanted: 'D', history: empty },
      ['F', 0, ['No prior Full backup Job record found.', NO_FULL]],
    ],
    ['a Full too old', { maxFullIntervalSeconds: 10 * DAY_SECONDS }, ['F', 0, [NO_FULL]]],
    [
      'a Full just young enough',
      { maxFullIntervalSeconds: 10 * DAY_SECONDS + 1 },
      ['I', day(99), []],
    ],
    [
      'Virtual Full when due',
      { maxVirtualFullIntervalSeconds: DAY_SECONDS },
      ['f', 0, ['No prior or suitable Full backup found in catalog. Doing Virtual FULL backup.']],
    ],
    [
      'a Differential too old',
      { maxDifferentialIntervalSeconds: 5 * DAY_SECONDS },
      [
        'D',
        day(90),
        ['No prior or suitable Differential backup found in catalog. Doing Differential backup.'],
      ],
    ],
    [
      'without Differential the Full counts',
      {
        history: { ...chain, lastDifferential: undefined },
        maxDifferentialIntervalSeconds: 6 * DAY_SECONDS,
      },
      [
        'D',
        day(90),
        ['No prior or suitable Differential backup found in catalog. Doing Differential backup.'],
      ],
    ],
    [
      'a failed Full is run again',
      { rerunFailedLevels: true, history: { ...chain, failedLevel: 'F' } },
      ['F', 0, ['Prior failed job found in catalog. Upgrading to Full.']],
    ],
    [
      'a failed Differential too',
      { rerunFailedLevels: true, history: { ...chain, failedLevel: 'D' } },
      ['D', day(90), ['Prior failed job found in catalog. Upgrading to Differential.']],
    ],
    [
      'but not a smaller one',
      { wanted: 'D', rerunFailedLevels: true, history: { ...chain, failedLevel: 'I' } },
      ['D', day(90), []],
    ],
    ['nor without being asked', { history: { ...chain, failedLevel: 'F' } }, ['I', day(99), []]],
    ['a moment given by hand', { sinceMs: 42 }, ['I', 42, []]],
    ['is nothing to a Full', { wanted: 'F', sinceMs: 42 }, ['F', 0, []]],
  ]
  test.each(cases)('%s', (_name, change, [level, sinceMs, notes]) => {
    const question = ask(change)
    const decision = decideLevel(question)
    expect([decision.level, decision.sinceMs, decision.notes]).toEqual([level, sinceMs, notes])
    expect(decision.upgradedFrom).toBe(level === question.wanted ? undefined : question.wanted)
  })
})

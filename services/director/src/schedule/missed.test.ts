import { describe, expect, test } from 'vitest'
import { findMissed, type MissableLine } from './missed.ts'

const day = 24 * 3_600_000

/** Due every `everyMs`, at multiples of it. */
function line(jobName: string, level: MissableLine['level'], everyMs: number): MissableLine {
  return { jobName, level, nextAfter: (afterMs) => (Math.floor(afterMs / everyMs) + 1) * everyMs }
}

const full = line('a', 'F', 7 * day)
const daily = line('a', 'I', day)
const other = line('b', 'I', 2 * day)

describe('what was missed', () => {
  test.each([
    ['nothing between', [full, daily], 100.2, 100.9, []],
    ['the end counts, the beginning does not', [daily], 100, 101, [['a', 'I', 101, 1]]],
    ['the last of several', [daily], 100, 103.5, [['a', 'I', 103, 3]]],
    ['the highest level', [full, daily], 103.5, 107.5, [['a', 'F', 105, 5]]],
    [
      'each Job',
      [daily, other],
      100.5,
      102.5,
      [
        ['a', 'I', 102, 2],
        ['b', 'I', 102, 1],
      ],
    ],
    ['no more than a month', [daily], 0, 100.5, [['a', 'I', 100, 31]]],
    ['a clock that went back', [daily], 100, 90, []],
  ] as const)('%s', (...[, lines, fromDays, toDays, expected]) => {
    const found = findMissed(lines, fromDays * day, toDays * day)
    expect(
      found.map((run) => [run.line.jobName, run.line.level, run.dueMs / day, run.count]),
    ).toEqual(expected)
  })
})

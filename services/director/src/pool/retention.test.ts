import { describe, expect, test } from 'vitest'
import {
  findFreeable,
  findOrphans,
  judgeRetention,
  type RetainedJob,
  type Verdict,
  withDependents,
} from './retention.ts'

const DAY = 86_400_000

/** A Job of day `day` that is kept for `days`; on the Volume of its number. */
function job(
  jobId: number,
  level: RetainedJob['level'],
  day: number,
  change: Partial<RetainedJob> & { readonly days?: number } = {},
): RetainedJob {
  const { days = 30, ...others } = change
  return {
    jobId,
    type: 'B',
    level,
    status: 'T',
    line: 'nightly fd files',
    startMs: day * DAY,
    priorJobId: 0,
    keptUntilMs: (day + days) * DAY,
    mediaIds: [jobId],
    poolId: 1,
    hasPurgedFiles: false,
    ...others,
  }
}

function words(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'unknown'
  if (verdict.kind === 'needed') return `needed by ${verdict.by} until ${verdict.untilMs / DAY}`
  return verdict.kind === 'promised' ? `promised until ${verdict.untilMs / DAY}` : verdict.kind
}

function verdicts(jobs: readonly RetainedJob[], day: number, keepsNewest = false): string[] {
  const judged = judgeRetention(jobs, { nowMs: day * DAY, keepsNewest })
  return jobs.map(({ jobId }) => words(judged.get(jobId)))
}

const month = [job(1, 'F', 0), job(2, 'I', 1), job(3, 'D', 7), job(4, 'I', 8), job(5, 'F', 28)]

describe('one line of backups', () => {
  const cases: [string, readonly RetainedJob[], number, string[]][] = [
    ['within its retention', [job(1, 'F', 0)], 29, ['promised until 30']],
    ['on the last moment', [job(1, 'F', 0)], 30, ['expired']],
    [
      'a Full that Incrementals build on',
      [job(1, 'F', 0), job(2, 'I', 1), job(3, 'I', 2)],
      31,
      ['needed by 3 until 32', 'needed by 3 until 32', 'promised until 32'],
    ],
    [
      'a Differential needs its Full, not the Incrementals before it',
      month,
      36,
      [
        'needed by 4 until 38',
        'expired',
        'promised until 37',
        'promised until 38',
        'promised until 58',
      ],
    ],
    [
      'the Differential is needed by its Incremental',
      month,
      37,
      [
        'needed by 4 until 38',
        'expired',
        'needed by 4 until 38',
        'promised until 38',
        'promised until 58',
      ],
    ],
    [
      'the next Full ends the chain',
      month,
      38,
      [...Array<string>(4).fill('expired'), 'promised until 58'],
    ],
    [
      'Incrementals that are kept for a shorter time than their Full',
      [job(1, 'F', 0), job(2, 'I', 1, { days: 3 })],
      5,
      ['promised until 30', 'expired'],
    ],
    [
      'a restore point in between that outlives later ones',
      [job(1, 'F', 0, { days: 1 }), job(2, 'I', 1, { days: 9 }), job(3, 'I', 2, { days: 1 })],
      5,
      ['needed by 2 until 10', 'promised until 10', 'expired'],
    ],
    [
      'a failed backup promises only itself',
      [job(1, 'F', 0), job(2, 'I', 9, { status: 'f' })],
      31,
      ['expired', 'promised until 39'],
    ],
    [
      'a warning is no failure',
      [job(1, 'F', 0), job(2, 'I', 9, { status: 'W' })],
      31,
      ['needed by 2 until 39', 'promised until 39'],
    ],
    ['one that runs', [job(1, 'F', 0, { status: 'R' })], 99, ['running']],
    [
      'the chain of one that runs',
      [job(1, 'F', 0), job(2, 'I', 1), job(3, 'I', 99, { status: 'R' })],
      99,
      ['needed by 3 until Infinity', 'needed by 3 until Infinity', 'running'],
    ],
    [
      'the chain of one that is queued',
      [job(1, 'F', 0), job(2, 'I', 99, { status: 't', startMs: undefined })],
      99,
      ['expired', 'running'],
    ],
    [
      'an archived Volume never expires',
      [job(1, 'F', 0, { keptUntilMs: Infinity })],
      9999,
      ['promised until Infinity'],
    ],
    [
      'Jobs of another line need nothing here',
      [job(1, 'F', 0), job(2, 'I', 9, { line: 'other' })],
      31,
      ['expired', 'promised until 39'],
    ],
    [
      'an orphan keeps nothing',
      [job(1, 'I', 0), job(2, 'I', 9)],
      31,
      ['expired', 'promised until 39'],
    ],
    [
      'an archived Job is no base of backups',
      [job(1, 'F', 0, { type: 'A' }), job(2, 'I', 9)],
      31,
      ['expired', 'promised until 39'],
    ],
    [
      'two that started in one moment, by JobId',
      [job(1, 'F', 0), job(2, 'I', 0)],
      30,
      ['expired', 'expired'],
    ],
  ]
  test.each(cases)('%s', (_name, jobs, day, expected) => {
    expect(verdicts(jobs, day)).toEqual(expected)
  })
})

describe('copies', () => {
  const original = job(1, 'F', 0)
  const inc = job(2, 'I', 9)
  const copy = (change: Parameters<typeof job>[3]) =>
    job(3, 'F', 0, { type: 'C', priorJobId: 1, ...change })
  const cases: [string, RetainedJob[], string[]][] = [
    [
      'one within its retention takes the place of an expired original',
      [original, inc, copy({ days: 365 })],
      ['expired', 'promised until 39', 'promised until 365'],
    ],
    [
      'one that is expired as well does not, and goes first',
      [original, inc, copy({})],
      ['needed by 2 until 39', 'promised until 39', 'expired'],
    ],
    [
      'one that failed does not',
      [original, inc, copy({ days: 365, status: 'E' })],
      ['needed by 2 until 39', 'promised until 39', 'promised until 365'],
    ],
  ]
  test.each(cases)('%s', (_name, jobs, expected) => {
    expect(verdicts(jobs, 31)).toEqual(expected)
  })
})

test('what builds on a Job that goes, goes with it', () => {
  const line = [job(1, 'F', 0), job(2, 'I', 1), job(3, 'D', 2), job(4, 'I', 3)]
  const dependents = (jobs: readonly RetainedJob[], jobId: number) =>
    withDependents(jobs, judgeRetention(jobs, { nowMs: 999 * DAY }), [jobId])
  expect(dependents(line, 1)).toEqual([1, 2, 3, 4])
  expect(dependents(line, 2)).toEqual([2])
  expect(dependents(line, 3)).toEqual([3, 4])
  // Another line, and what is kept for another reason, stays.
  expect(dependents([...line, job(5, 'I', 4, { line: 'other' })], 1)).not.toContain(5)
  expect(dependents([job(1, 'F', 0), job(2, 'I', 1, { days: 5000 })], 1)).toEqual([1])
})

test('the newest chain stays when that is asked for', () => {
  const jobs = [job(1, 'F', 0), job(2, 'F', 1), job(3, 'I', 2), job(4, 'I', 3)]
  expect(verdicts(jobs, 999, true)).toEqual(['expired', 'newest', 'newest', 'newest'])
  expect(verdicts(jobs, 999)).toEqual(Array(4).fill('expired'))
})

test('so does the newest good InitCatalog', () => {
  const init = (jobId: number, change: Partial<RetainedJob> = {}) =>
    job(jobId, 'V', jobId, { type: 'V', ...change })
  expect(verdicts([init(1), init(2), init(3, { status: 'f' })], 999, true)).toEqual([
    'expired',
    'newest',
    'expired',
  ])
})

describe('a Volume that pruning frees', () => {
  const on = (mediaId: number) => ({ mediaIds: [mediaId] })
  const volumes = [7, 8, 9].map((mediaId) => ({ mediaId, name: `v${mediaId}` }))
  const cases: [string, RetainedJob[], string][] = [
    [
      'the first whose Jobs are all expired',
      [job(1, 'F', 0, on(7)), job(2, 'F', 1, on(8))],
      'v7: 1',
    ],
    [
      'not one that a chain needs',
      [job(1, 'F', 0, on(7)), job(2, 'I', 20, on(8)), job(3, 'F', 1, { ...on(9), line: 'x' })],
      'v9: 3',
    ],
    [
      'one of mixed age stays',
      [
        job(1, 'F', 0, on(7)),
        job(2, 'F', 31, { ...on(7), line: 'x' }),
        job(3, 'F', 0, { ...on(8), line: 'y' }),
      ],
      'v8: 3',
    ],
    ['an empty one is free', [job(2, 'F', 31, on(7))], 'v8: '],
    [
      'none',
      [job(1, 'F', 30, { mediaIds: [7, 8] }), job(2, 'F', 31, { mediaIds: [8, 9] })],
      'none',
    ],
  ]
  test.each(cases)('%s', (_name, jobs, expected) => {
    const found = findFreeable(volumes, jobs, 32 * DAY)
    expect(found === undefined ? 'none' : `${found.volume.name}: ${found.jobIds.join()}`).toBe(
      expected,
    )
  })
})

describe('what a purge takes from others', () => {
  const jobs = [...month, job(6, 'I', 29)]
  const cases: [string, RetainedJob[], number[], number[]][] = [
    ['the Full: all that build on it', jobs, [1], [2, 3, 4]],
    ['an Incremental before a Differential: nothing', jobs, [2], []],
    ['the Differential: its Incremental', jobs, [3], [4]],
    ['the whole chain: nothing is left to be lost', jobs, [1, 2, 3, 4], []],
    [
      'a Full with a copy: nothing',
      [...jobs, job(9, 'F', 0, { type: 'C', priorJobId: 1 })],
      [1],
      [],
    ],
    [
      'with its copy: all',
      [...jobs, job(9, 'F', 0, { type: 'C', priorJobId: 1 })],
      [1, 9],
      [2, 3, 4],
    ],
  ]
  test.each(cases)('%s', (_name, all, gone, expected) => {
    expect(findOrphans(all, new Set(gone))).toEqual(expected)
  })
})

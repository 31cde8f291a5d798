import { describe, expect, it } from 'vitest'
import { decideSpool } from './spool-decision.ts'

const EMPTY = { usedBytes: 0, jobLimitBytes: 0, deviceUsedBytes: 0, deviceLimitBytes: 0 }

describe('decideSpool', () => {
  it.each([
    ['no limits', {}, 'spool'],
    ['room in the Job', { usedBytes: 60, jobLimitBytes: 100 }, 'spool'],
    ['the Job at its limit', { usedBytes: 61, jobLimitBytes: 100 }, { despool: 'job' }],
    ['a batch beyond the Job limit', { jobLimitBytes: 39 }, 'pass'],
    ['room on the Device', { deviceUsedBytes: 60, deviceLimitBytes: 100 }, 'spool'],
    [
      'the Device at its limit',
      { usedBytes: 1, deviceUsedBytes: 61, deviceLimitBytes: 100 },
      { despool: 'device' },
    ],
    ['a Device filled by others', { deviceUsedBytes: 61, deviceLimitBytes: 100 }, 'pass'],
    [
      'both limits',
      { usedBytes: 80, jobLimitBytes: 100, deviceUsedBytes: 80, deviceLimitBytes: 100 },
      { despool: 'job' },
    ],
  ] as const)('%s', (_what, state, decision) => {
    expect(decideSpool({ ...EMPTY, ...state }, 40)).toEqual(decision)
  })
})

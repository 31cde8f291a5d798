import { describe, expect, test } from 'vitest'
import {
  findExpiry,
  isVolumeName,
  statusAfterReport,
  VOL_STATUSES,
  type VolumeUsage,
} from './volume-state.ts'

const usage: VolumeUsage = {
  name: 'Full-0001',
  bytes: 5_000,
  jobs: 2,
  files: 3,
  maxBytes: 0,
  maxJobs: 0,
  maxFiles: 0,
  useDurationSeconds: 0,
  firstWrittenMs: 1_000_000,
}

describe('a limit that is reached', () => {
  const cases: [string, Partial<VolumeUsage>, string | undefined][] = [
    ['no limit', {}, undefined],
    ['below every limit', { maxBytes: 5_001, maxJobs: 3, maxFiles: 4 }, undefined],
    [
      'bytes',
      { maxBytes: 5_000 },
      'Max Volume bytes=5,000 exceeded. Marking Volume "Full-0001" as Full.',
    ],
    ['jobs', { maxJobs: 2 }, 'Max Volume jobs=2 exceeded. Marking Volume "Full-0001" as Used.'],
    ['files', { maxFiles: 3 }, 'Max Volume files=3 exceeded. Marking Volume "Full-0001" as Used.'],
    [
      'time',
      { useDurationSeconds: 4_000 },
      'Max configured use duration=4,000 sec. exceeded. Marking Volume "Full-0001" as Used.',
    ],
    ['time not yet over', { useDurationSeconds: 4_001 }, undefined],
    [
      'time of a Volume never written',
      { useDurationSeconds: 1, firstWrittenMs: undefined },
      undefined,
    ],
    [
      'bytes before jobs',
      { maxBytes: 1, maxJobs: 1 },
      'Max Volume bytes=1 exceeded. Marking Volume "Full-0001" as Full.',
    ],
  ]
  test.each(cases)('%s', (_name, change, text) => {
    expect(findExpiry({ ...usage, ...change }, 5_000_000)?.text).toBe(text)
  })
})

test('storage moves a Volume forward and never undoes an operator', () => {
  expect(statusAfterReport('Unlabeled', 'Append')).toBe('Append')
  expect(statusAfterReport('Recycle', 'Append')).toBe('Append')
  expect(statusAfterReport('Append', 'Full')).toBe('Full')
  expect(statusAfterReport('Append', 'Append')).toBe('Append')
  expect(statusAfterReport('Used', 'Append')).toBe('Used')
  expect(statusAfterReport('Used', 'Full')).toBe('Full')
  for (const known of ['Archive', 'Read-Only', 'Disabled', 'Error'] as const) {
    for (const reported of VOL_STATUSES) expect(statusAfterReport(known, reported)).toBe(known)
  }
  expect(statusAfterReport('Append', 'nonsense')).toBe('Append')
})

test('legal Volume names', () => {
  for (const name of ['Full-0001', 'a_b:c.d', 'x']) expect(isVolumeName(name)).toBe(true)
  for (const name of ['', 'a b', 'a/b', 'ä', 'x'.repeat(128)]) {
    expect(isVolumeName(name)).toBe(false)
  }
})

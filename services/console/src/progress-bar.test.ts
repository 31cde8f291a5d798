import { expect, test } from 'vitest'
import { progressBar } from './progress-bar.ts'

const progress = {
  jobId: 12,
  files: 1234,
  bytes: 250_000_000,
  bytesPerSecond: 56_700_000,
  expectedFiles: 5000,
  expectedBytes: 1_000_000_000,
  secondsLeft: 3730,
}

test('a bar shows how much is done and how long it takes', () => {
  expect(progressBar(progress, 120)).toBe(
    'JobId 12 [#####               ]  25% 1,234 files 250 MB 56.7 MB/s 1:02:10 left',
  )
})

test('without an expectation there are counts and a rate', () => {
  expect(progressBar({ ...progress, expectedBytes: 0, secondsLeft: 0 }, 80)).toBe(
    'JobId 12 1,234 files 250 MB 56.7 MB/s',
  )
})

test('it never fills the line', () => {
  expect(progressBar(progress, 40)).toHaveLength(39)
})

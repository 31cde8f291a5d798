import { describe, expect, it } from 'vitest'
import { progressOf, progressText, timeLeftText } from './progress.ts'

const job = { files: 10, bytes: 1_000_000, startMs: 1_000 }
const expected = { files: 40, bytes: 4_000_000 }

describe('progressOf', () => {
  it('knows a rate only, without an earlier Job', () => {
    const progress = progressOf(job, 11_000)
    expect(progress).toMatchObject({ bytesPerSecond: 100_000, expected: undefined })
    expect(progressText(progress)).toBe('Files=10 Bytes=1,000,000 Bytes/sec=100,000')
  })

  it('knows how long it takes when an earlier Job says how much there is', () => {
    const progress = progressOf({ ...job, expected }, 11_000)
    expect(progress).toMatchObject({ percent: 25, secondsLeft: 30 })
    expect(progressText(progress)).toBe(
      'Files=10 Bytes=1,000,000 Bytes/sec=100,000 Done=25% Left=30 s',
    )
  })

  it('promises nothing too early, and nothing when there is more than last time', () => {
    expect(progressOf({ ...job, expected }, 2_500).secondsLeft).toBeUndefined()
    const beyond = progressOf({ ...job, bytes: 4_000_001, expected }, 11_000)
    expect(beyond).toMatchObject({ percent: undefined, secondsLeft: undefined })
  })

  it('says nothing of a Job that has not moved anything', () => {
    expect(progressText(progressOf({ files: 0, bytes: 0, startMs: undefined }, 5_000))).toBe('')
  })
})

it.each([
  [45, '45 s'],
  [130, '2 min 10 s'],
  [11_100, '3 h 05 min'],
])('%s seconds read "%s"', (seconds, text) => {
  expect(timeLeftText(seconds)).toBe(text)
})

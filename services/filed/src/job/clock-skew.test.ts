import { expect, test } from 'vitest'
import { sinceHere } from './clock-skew.ts'

const since = 1_000_000_500
const director = 2_000_000_000

test.each([
  ['the same clock', 0, 1_000_000],
  ['a message that took a while', 2_900, 1_000_000],
  ['a clock ahead by a minute', 60_000, 1_000_057],
  ['a clock behind by a minute', -60_000, 999_937],
])('%s', (_name, aheadMs, seconds) => {
  expect(sinceHere(since, director, director + aheadMs).seconds).toBe(seconds)
})

test('a difference is told, a large one as a warning', () => {
  expect(sinceHere(since, director, director + 1000).note).toBeUndefined()
  expect(sinceHere(since, director, director - 61_000).note).toEqual({
    type: 'info',
    text: 'DIR and FD clocks differ by -61 seconds, FD automatically compensating.',
  })
  expect(sinceHere(since, director, director + 3_600_000).note?.type).toBe('warning')
})

test('a Full takes everything, whatever the clocks say', () => {
  expect(sinceHere(0, director, 1)).toEqual({ seconds: 0, ms: 0, note: undefined })
})

test('a Director that does not tell its clock is believed', () => {
  expect(sinceHere(since, 0, 1)).toEqual({ seconds: 1_000_000, ms: since, note: undefined })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

const DAY = 86_400

describe('durations', () => {
  test.each([
    ['30', 30],
    ['30 seconds', 30],
    ['5 mins', 300],
    ['5 minutes', 300],
    ['5n', 300],
    ['5 min', 300],
    ['2 hours', 7200],
    ['3 days', 3 * DAY],
    ['1 week 3 days', 10 * DAY],
    ['3 m', 90 * DAY],
    ['3 months', 90 * DAY],
    ['1 quarter', 91 * DAY],
    ['2 quarters', 182 * DAY],
    ['1 year', 365 * DAY],
    ['10 years', 3650 * DAY],
    ['8h', 8 * 3600],
    ['1 day 2 hours 3 mins 4 secs', DAY + 2 * 3600 + 184],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', 'days', '3 fortnights', '-1 day', '1 day,', '1e3'])(
    '"%s" is no duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  test('all parts are written, those that are zero are left out', () => {
    const seconds = 365 * DAY + 60 * DAY + 3 * DAY + 4 * 3600 + 5 * 60 + 6
    expect(formatDuration(seconds)).toBe('1 year 2 months 3 days 4 hours 5 mins 6 secs')
    expect(formatDuration(3600)).toBe('1 hour')
    expect(formatDuration(61)).toBe('1 min 1 sec')
    expect(formatDuration(0)).toBe('0 secs')
  })

  test('what is written is read as the same number', () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds)
      }),
    )
  })
})

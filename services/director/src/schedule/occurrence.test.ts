import { dateTimeText } from '@coffer/core'
import { expect, test } from 'vitest'
import { nextOccurrence, weekOfYear } from './occurrence.ts'
import { parseRunSpec } from './run-spec.ts'

// Saturday.
const from = new Date(2026, 10, 21, 2, 9, 17).getTime()

function next(text: string, count = 1): string[] {
  const spec = parseRunSpec(text)
  if ('message' in spec) throw new Error(spec.message)
  const found: string[] = []
  let afterMs = from
  for (let i = 0; i < count; i++) {
    const timeMs = nextOccurrence(spec, afterMs)
    if (timeMs === undefined) break
    found.push(dateTimeText(timeMs).slice(0, 16))
    afterMs = timeMs
  }
  return found
}

test.each([
  ['daily at 21:00', ['2026-11-21 21:00', '2026-11-22 21:00']],
  ['daily at 02:09', ['2026-11-22 02:09']],
  ['daily at 2:10am', ['2026-11-21 02:10']],
  ['hourly at 0:05', ['2026-11-21 03:05', '2026-11-21 04:05']],
  ['1st sat at 21:00', ['2026-12-05 21:00', '2027-01-02 21:00']],
  ['2nd-5th sat at 21:00', ['2026-11-21 21:00', '2026-11-28 21:00', '2026-12-12 21:00']],
  ['mon-fri at 21:00', ['2026-11-23 21:00', '2026-11-24 21:00']],
  ['last fri at 21:00', ['2026-11-27 21:00', '2026-12-25 21:00']],
  ['last sunday at 1:00', ['2026-11-29 01:00', '2026-12-27 01:00']],
  ['on 31 at 23:50', ['2026-12-31 23:50', '2027-01-31 23:50', '2027-03-31 23:50']],
  ['feb on 29 at 12:00', ['2028-02-29 12:00']],
  ['feb on 30 at 12:00', []],
  ['w01 mon at 4:00', ['2027-01-04 04:00']],
  ['w00 at 4:00', ['2027-01-01 04:00', '2027-01-02 04:00', '2027-01-03 04:00', '2028-01-01 04:00']],
  ['jan-mar on 1 at 12pm', ['2027-01-01 12:00', '2027-02-01 12:00']],
])('%s', (text, expected) => {
  expect(next(text, Math.max(1, expected.length))).toEqual(expected)
})

test('weeks of the year', () => {
  expect(weekOfYear(new Date(2026, 0, 1))).toBe(1)
  expect(weekOfYear(new Date(2027, 0, 3))).toBe(0)
  expect(weekOfYear(new Date(2027, 0, 4))).toBe(1)
  expect(weekOfYear(new Date(2026, 11, 31))).toBe(53)
  expect(weekOfYear(new Date(2024, 11, 30))).toBe(1)
})

test('a moment that clocks skip fires once that day', () => {
  const spec = parseRunSpec('hourly at 0:30')
  if ('message' in spec) throw new Error(spec.message)
  let afterMs = new Date(2026, 2, 29, 0, 0).getTime()
  const end = new Date(2026, 2, 30, 0, 0).getTime()
  const times: number[] = []
  for (;;) {
    const timeMs = nextOccurrence(spec, afterMs)
    if (timeMs === undefined || timeMs >= end) break
    times.push(timeMs)
    afterMs = timeMs
  }
  expect(new Set(times).size).toBe(times.length)
  expect(times.length).toBeGreaterThanOrEqual(23)
})

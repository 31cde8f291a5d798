import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextRun } from './next-run.ts'
import { parseRunSpec, type RunSpec } from './run-spec.ts'

function spec(text: string): RunSpec {
  const parsed = parseRunSpec(text)
  if ('message' in parsed) throw new Error(parsed.message)
  return parsed
}

/** The next `count` runs after a moment, as ISO texts in UTC. */
function runs(text: string, after: string, count: number, zone = 'UTC'): string[] {
  const due: string[] = []
  let last: number | undefined = Date.parse(after)
  while (due.length < count) {
    last = nextRun(spec(text), last, zone)
    if (last === undefined) break
    due.push(new Date(last).toISOString().slice(0, 16))
  }
  return due
}

describe('the next run', () => {
  test('is after the moment, never at it', () => {
    expect(runs('at 2:05', '2026-08-21T02:04:59Z', 2)).toEqual([
      '2026-08-21T02:05',
      '2026-08-22T02:05',
    ])
    expect(runs('at 2:05', '2026-08-21T02:05:00Z', 1)).toEqual(['2026-08-22T02:05'])
  })

  test('of a weekly cycle of three lines', () => {
    const after = '2026-08-21T12:00:00Z'
    expect(runs('Level=Full 1st sat at 21:00', after, 2)).toEqual([
      '2026-09-05T21:00',
      '2026-10-03T21:00',
    ])
    expect(runs('Level=Differential 2nd-5th sat at 21:00', after, 3)).toEqual([
      '2026-08-22T21:00',
      '2026-08-29T21:00',
      '2026-09-12T21:00',
    ])
    expect(runs('Level=Incremental mon-fri at 21:00', after, 2)).toEqual([
      '2026-08-21T21:00',
      '2026-08-24T21:00',
    ])
  })

  test('of the last weekday of a month, in months of all lengths', () => {
    expect(runs('last sun at 1:00', '2026-01-01T00:00:00Z', 4)).toEqual([
      '2026-01-25T01:00',
      '2026-02-22T01:00',
      '2026-03-29T01:00',
      '2026-04-26T01:00',
    ])
    expect(runs('1st last fri at 21:00', '2026-05-01T22:00:00Z', 3)).toEqual([
      '2026-05-29T21:00',
      '2026-06-05T21:00',
      '2026-06-26T21:00',
    ])
  })

  test('of days of the month that not every month has', () => {
    expect(runs('31 at 1:00', '2026-01-31T02:00:00Z', 2)).toEqual([
      '2026-03-31T01:00',
      '2026-05-31T01:00',
    ])
    expect(runs('29 feb at 1:00', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2028-02-29T01:00',
      '2032-02-29T01:00',
    ])
    expect(runs('31 feb at 1:00', '2026-01-01T00:00:00Z', 1)).toEqual([])
  })

  test('of weeks of the year, week 0 being the days before week 1', () => {
    // 2027 begins on a Friday: 1 to 3 January are week 0, Monday the 4th begins week 1.
    expect(runs('w00 at 1:00', '2026-06-01T00:00:00Z', 4)).toEqual([
      '2027-01-01T01:00',
      '2027-01-02T01:00',
      '2027-01-03T01:00',
      '2028-01-01T01:00',
    ])
    expect(runs('w01/w02 mon at 1:00', '2027-01-01T00:00:00Z', 2)).toEqual([
      '2027-01-04T01:00',
      '2027-01-18T01:00',
    ])
    expect(runs('w53 at 1:00', '2024-12-01T00:00:00Z', 3)).toEqual([
      '2024-12-30T01:00',
      '2024-12-31T01:00',
      '2025-12-29T01:00',
    ])
  })

  test('every hour', () => {
    expect(runs('hourly at 0:05', '2026-08-21T22:30:00Z', 3)).toEqual([
      '2026-08-21T23:05',
      '2026-08-22T00:05',
      '2026-08-22T01:05',
    ])
  })
})

describe('in a zone with summer time', () => {
  const zone = 'Europe/Berlin'

  test('the wall clock counts', () => {
    expect(runs('at 2:05', '2026-01-10T12:00:00Z', 1, zone)).toEqual(['2026-01-11T01:05'])
    expect(runs('at 2:05', '2026-07-10T12:00:00Z', 1, zone)).toEqual(['2026-07-11T00:05'])
  })

  test('a time that is left out counts after the change', () => {
    // 29 March 2026: 2:00 becomes 3:00. 2:30 is not on the clock, so it is 3:30 summer time.
    expect(runs('at 2:30', '2026-03-28T12:00:00Z', 2, zone)).toEqual([
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ])
  })

  test('a time that comes twice counts once', () => {
    // 25 October 2026: 3:00 becomes 2:00.
    expect(runs('at 2:30', '2026-10-24T12:00:00Z', 2, zone)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
  })

  test('in zones far off and odd', () => {
    expect(runs('mon at 0:15', '2026-08-21T00:00:00Z', 1, 'Pacific/Kiritimati')).toEqual([
      '2026-08-23T10:15',
    ])
    expect(runs('at 6:00', '2026-08-21T00:00:00Z', 1, 'Asia/Kathmandu')).toEqual([
      '2026-08-21T00:15',
    ])
    expect(runs('at 0:30', '2026-08-21T09:00:00Z', 1, 'Pacific/Midway')).toEqual([
      '2026-08-21T11:30',
    ])
  })
})

test('without a zone the clock of the host counts', () => {
  const afterMs = new Date(2026, 10, 21, 2, 9, 17).getTime()
  const due = nextRun(spec('daily at 21:00'), afterMs)
  expect(due).toBe(new Date(2026, 10, 21, 21, 0).getTime())
})

describe('any line', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  )
  const lines = fc.constantFrom(
    'at 2:30',
    'hourly at 0:15',
    'mon-fri at 23:59',
    'last sun at 0:00',
    '1/2 at 12:00',
  )
  const moments = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) })

  test('is due after the moment, at its minute, with nothing skipped before', () => {
    fc.assert(
      fc.property(lines, moments, zones, (line, afterMs, zone) => {
        const due = nextRun(spec(line), afterMs, zone)
        expect(due).toBeGreaterThan(afterMs)
        if (due === undefined) return
        // Asked again from any moment in between, the answer is the same.
        const between = afterMs + Math.floor((due - afterMs) / 2)
        expect(nextRun(spec(line), between, zone)).toBe(due)
        expect(nextRun(spec(line), due - 1, zone)).toBe(due)
      }),
    )
  })
})

// When a Run line is due next, in the wall clock of a time zone. Pure.
import type { RunSpec } from './run-spec.ts'

const DAY_MS = 24 * 3600 * 1000
const HOUR_MS = 3600 * 1000
const MINUTE_MS = 60 * 1000
/** 29 February on a given weekday of a given week comes back within this many years. */
const HORIZON_DAYS = 41 * 366

/**
 * The first moment after `afterMs` (both in ms since the epoch) at which `spec` is due, by the wall clock of the IANA
 * time zone `zone`, or of the host without one; undefined when there is none (31 February). A time that clocks skip when
 * they are set forward counts as much later, one that comes twice when they are set back counts once, the first time.
 */
export function nextRun(spec: RunSpec, afterMs: number, zone?: string): number | undefined {
  const hours = [...spec.hours].sort((a, b) => a - b)
  const firstDay = Math.floor(wallClock(afterMs, zone) / DAY_MS) - 1
  for (let day = firstDay; day < firstDay + HORIZON_DAYS; day++) {
    if (!fitsDay(spec, day * DAY_MS)) continue
    for (const hour of hours) {
      const due = instantOf(day * DAY_MS + hour * HOUR_MS + spec.minute * MINUTE_MS, zone)
      if (due > afterMs) return due
    }
  }
  return undefined
}

/** Whether a day, as midnight of a wall clock written as if it were UTC, is in all the sets. */
function fitsDay(spec: RunSpec, midnightMs: number): boolean {
  const date = new Date(midnightMs)
  const monthDay = date.getUTCDate()
  if (!spec.weekDays.has(date.getUTCDay()) || !spec.monthDays.has(monthDay)) return false
  if (!spec.months.has(date.getUTCMonth() + 1)) return false
  if (!fitsWeekOfMonth(spec, date, monthDay)) return false
  return spec.weeksOfYear.size === 54 || spec.weeksOfYear.has(weekOfYear(midnightMs))
}

function fitsWeekOfMonth(spec: RunSpec, date: Date, monthDay: number): boolean {
  if (spec.weeksOfMonth.has(Math.floor((monthDay - 1) / 7) + 1)) return true
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return spec.lastWeek && monthDay > lastDay - 7
}

/** Week of the year by ISO 8601, but within the calendar year: 0 before the Monday of week 1, up to 53 at its end. */
function weekOfYear(midnightMs: number): number {
  const fourth = new Date(Date.UTC(new Date(midnightMs).getUTCFullYear(), 0, 4))
  const mondayMs = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * DAY_MS
  return Math.floor((midnightMs - mondayMs) / (7 * DAY_MS)) + 1
}

/** What a clock on the wall shows at an instant, as ms as if it were UTC. */
function wallClock(instantMs: number, zone: string | undefined): number {
  return zone === undefined ? localClock(new Date(instantMs)) : zoneClock(instantMs, zone)
}

function localClock(date: Date): number {
  return Date.UTC(
    date.getFullYear(),
    date.getMonth(),
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  )
}

const formats = new Map<string, Intl.DateTimeFormat>()

function zoneClock(instantMs: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const parts = new Map(
    format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
}

/** The first instant at which the wall clock shows this time, or the moment after the gap that leaves it out. */
function instantOf(wallMs: number, zone: string | undefined): number {
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map(
    (probe) => wallClock(probe, zone) - floorSecond(probe),
  )
  const candidates = offsets.map((offset) => wallMs - offset)
  const hits = candidates.filter((instant) => wallClock(instant, zone) === wallMs)
  return hits.length > 0 ? Math.min(...hits) : Math.max(...candidates)
}

function floorSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

// When a Run line fires: the next moment that fits its sets, in the local time zone. Pure.
import type { RunSpec } from './run-spec.ts'

/** Sets that no day of several years fits (30 February) never fire. */
const SEARCH_DAYS = 366 * 8

/**
 * The first moment after `afterMs` that fits, or undefined when there is none within eight years. Where clocks are set
 * forward over a moment it fires as much later; where they are set back it fires once.
 */
export function nextOccurrence(spec: RunSpec, afterMs: number): number | undefined {
  const start = new Date(afterMs)
  const hours = [...spec.hours].sort((a, b) => a - b)
  for (let ahead = 0; ahead < SEARCH_DAYS; ahead++) {
    const day = new Date(start.getFullYear(), start.getMonth(), start.getDate() + ahead)
    if (!fitsDay(spec, day)) continue
    for (const hour of hours) {
      const timeMs = new Date(
        day.getFullYear(),
        day.getMonth(),
        day.getDate(),
        hour,
        spec.minute,
      ).getTime()
      if (timeMs > afterMs) return timeMs
    }
  }
  return undefined
}

function fitsDay(spec: RunSpec, day: Date): boolean {
  return (
    spec.months.has(day.getMonth() + 1) &&
    spec.monthDays.has(day.getDate()) &&
    spec.weekDays.has(day.getDay()) &&
    (spec.weeksOfMonth.has(weekOfMonth(day)) || (spec.lastWeek && isLastWeek(day))) &&
    spec.weeksOfYear.has(weekOfYear(day))
  )
}

function weekOfMonth(day: Date): number {
  return Math.floor((day.getDate() - 1) / 7) + 1
}

function isLastWeek(day: Date): boolean {
  const daysInMonth = new Date(day.getFullYear(), day.getMonth() + 1, 0).getDate()
  return day.getDate() > daysInMonth - 7
}

/** The ISO 8601 week, 0 for the days of January before week 1. */
export function weekOfYear(day: Date): number {
  // The Thursday of a week decides to which year the week belongs.
  const thursday = new Date(
    day.getFullYear(),
    day.getMonth(),
    day.getDate() + 4 - (day.getDay() || 7),
  )
  if (thursday.getFullYear() < day.getFullYear()) return 0
  const firstDay = new Date(thursday.getFullYear(), 0, 1)
  // Noon to noon would be off by an hour where clocks changed: rounding takes that away.
  const dayOfYear = Math.round((thursday.getTime() - firstDay.getTime()) / 86_400_000)
  return Math.floor(dayOfYear / 7) + 1
}

// Moments as an operator types them.

const DATE =
  /^(?<year>\d{4})(?:-(?<month>\d{1,2})(?:-(?<day>\d{1,2})(?:[ T](?<hour>\d{1,2})(?::(?<minute>\d{1,2})(?::(?<second>\d{1,2}))?)?)?)?)?$/

/**
 * Milliseconds since the epoch of "2026-11-21 02:05:08" in the local time zone; what is left off at the end is the
 * beginning: "2026-11" is the first of November, midnight. Undefined when it is no moment.
 */
export function parseDateInput(text: string): number | undefined {
  const groups = DATE.exec(text.trim())?.groups
  if (groups === undefined) return undefined
  const part = (name: string, initial: number): number => Number(groups[name] ?? initial)
  const year = part('year', 1970)
  const month = part('month', 1)
  const day = part('day', 1)
  const [hour, minute, second] = [part('hour', 0), part('minute', 0), part('second', 0)]
  const date = new Date(year, month - 1, day, hour, minute, second)
  const isReal = date.getMonth() === month - 1 && date.getDate() === day
  const isTime = hour < 24 && minute < 60 && second < 62
  return isReal && isTime ? date.getTime() : undefined
}

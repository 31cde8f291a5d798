// Timestamp Format: strftime's letters over a moment in the local time zone.

const MONTHS =
  'January February March April May June July August September October November December'
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'

/** Fills in a strftime format; a letter that is not known stays as it is written. */
export function formatTime(format: string, timeMs: number): string {
  const date = new Date(timeMs)
  return format.replace(/%([A-Za-z%])/g, (text, letter: string) => LETTERS[letter]?.(date) ?? text)
}

type Part = (date: Date) => string

const LETTERS: Readonly<Record<string, Part | undefined>> = {
  '%': () => '%',
  Y: (date) => String(date.getFullYear()),
  y: (date) => two(date.getFullYear() % 100),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2, ' '),
  H: (date) => two(date.getHours()),
  I: (date) => two(date.getHours() % 12 || 12),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  b: (date) => month(date).slice(0, 3),
  B: month,
  a: (date) => weekday(date).slice(0, 3),
  A: weekday,
  F: (date) => formatTime('%Y-%m-%d', date.getTime()),
  T: (date) => formatTime('%H:%M:%S', date.getTime()),
  R: (date) => formatTime('%H:%M', date.getTime()),
  D: (date) => formatTime('%m/%d/%y', date.getTime()),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  z: zone,
}

function month(date: Date): string {
  return MONTHS.split(' ')[date.getMonth()] ?? ''
}

function weekday(date: Date): string {
  return WEEKDAYS.split(' ')[date.getDay()] ?? ''
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function zone(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const sign = minutes < 0 ? '-' : '+'
  return `${sign}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`
}

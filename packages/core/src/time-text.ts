// Moments as text in the forms that Bareos prints, in the local time zone.

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ')

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function month(date: Date): string {
  return MONTHS[date.getMonth()] ?? ''
}

function clockText(date: Date, separator: string): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(separator)
}

function dateText(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** "2026-11-21 02:05:08", as tables, prompts and the Catalog show a moment. */
export function dateTimeText(timeMs: number): string {
  const date = new Date(timeMs)
  return `${dateText(date)} ${clockText(date, ':')}`
}

/** "2026-11-21_02.05.08", as unique Job names hold it. */
export function stampText(timeMs: number): string {
  const date = new Date(timeMs)
  return `${dateText(date)}_${clockText(date, '.')}`
}

/** "21-Nov-2026 02:05:08", as Job reports show a moment. */
export function reportTimeText(timeMs: number): string {
  const date = new Date(timeMs)
  return `${two(date.getDate())}-${month(date)}-${date.getFullYear()} ${clockText(date, ':')}`
}

/** "21-Nov 02:05", as log lines begin. */
export function logTimeText(timeMs: number): string {
  const date = new Date(timeMs)
  return `${two(date.getDate())}-${month(date)} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** "21-Nov-26 02:05", as status displays show a moment. */
export function statusTimeText(timeMs: number): string {
  const date = new Date(timeMs)
  const year = two(date.getFullYear() % 100)
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  return `${two(date.getDate())}-${month(date)}-${year} ${time}`
}

/** "Sat 21-Nov-2026 02:05:08", as the `time` command and previews show a moment. */
export function longTimeText(timeMs: number): string {
  const weekday = WEEKDAYS[new Date(timeMs).getDay()] ?? ''
  return `${weekday} ${reportTimeText(timeMs)}`
}

// Durations as the configuration writes them ("1 week 3 days") as seconds, and back.
import { sumOfParts } from './size.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
const YEAR = 365 * DAY

const WORDS: readonly (readonly [word: string, seconds: number])[] = [
  ['seconds', 1],
  ['minutes', MINUTE],
  ['mins', MINUTE],
  ['hours', HOUR],
  ['days', DAY],
  ['weeks', 7 * DAY],
  ['months', MONTH],
  ['quarters', 91 * DAY],
  ['years', YEAR],
]

// Every beginning of a unit word is that unit; where several units share it ("m"), months wins.
const UNITS: ReadonlyMap<string, number> = new Map<string, number>([
  ['', 1],
  ...WORDS.flatMap(([word, seconds]) =>
    Array.from(word, (_, i): [string, number] => [word.slice(0, i + 1), seconds]),
  ),
  ['n', MINUTE],
  ['secs', 1],
  ['m', MONTH],
])

/** Seconds of a duration text, or undefined when it is none. A bare number counts seconds, `m` months, `n` minutes. */
export function parseDuration(text: string): number | undefined {
  return sumOfParts(text, UNITS)
}

const PRINTED: readonly (readonly [one: string, many: string, seconds: number])[] = [
  ['year', 'years', YEAR],
  ['month', 'months', MONTH],
  ['day', 'days', DAY],
  ['hour', 'hours', HOUR],
  ['min', 'mins', MINUTE],
  ['sec', 'secs', 1],
]

/** "1 year 2 months 3 days 4 hours 5 mins 6 secs" without its zero parts; "0 secs" for none. */
export function formatDuration(durationSeconds: number): string {
  let rest = Math.max(0, Math.floor(durationSeconds))
  const parts: string[] = []
  for (const [one, many, seconds] of PRINTED) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`)
  }
  return parts.length === 0 ? '0 secs' : parts.join(' ')
}

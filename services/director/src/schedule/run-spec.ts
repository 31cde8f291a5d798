// The Run directive of a Schedule: its text to sets of hours, days, weeks and months, and back. Pure.
import {
  findJobLevel,
  type JobLevelLetter,
  jobLevelText,
  parseDuration,
  quoteText,
} from '@coffer/core'

/** What a Run line changes of the Job that it starts. */
export interface RunOverrides {
  readonly level?: JobLevelLetter
  readonly pool?: string
  readonly fullPool?: string
  readonly incrementalPool?: string
  readonly differentialPool?: string
  readonly virtualFullPool?: string
  readonly nextPool?: string
  readonly storage?: string
  readonly messages?: string
  readonly priority?: number
  readonly spoolData?: boolean
  readonly accurate?: boolean
  readonly maxRunSchedTimeSeconds?: number
}

/** A moment fits when every set holds its part of it; a set that was not mentioned holds everything. */
export interface RunSpec {
  readonly overrides: RunOverrides
  /** 0 to 59. */
  readonly minute: number
  /** 0 to 23. */
  readonly hours: ReadonlySet<number>
  /** 0, Sunday, to 6. */
  readonly weekDays: ReadonlySet<number>
  /** 1 to 31. */
  readonly monthDays: ReadonlySet<number>
  /** 1 to 12. */
  readonly months: ReadonlySet<number>
  /** 1 to 5: the first, second ... of its weekday in the month. */
  readonly weeksOfMonth: ReadonlySet<number>
  /** The last seven days of a month fit as well, or only they when no week of the month is named. */
  readonly lastWeek: boolean
  /** 0 to 53: ISO weeks of the year, 0 for the days before week 1. */
  readonly weeksOfYear: ReadonlySet<number>
}

export interface RunSpecFault {
  readonly message: string
  /** Where in the text, from 0. */
  readonly offset: number
}

type Category = 'weekDays' | 'monthDays' | 'months' | 'weeksOfMonth' | 'weeksOfYear'

const RANGES = {
  weekDays: [0, 6],
  monthDays: [1, 31],
  months: [1, 12],
  weeksOfMonth: [1, 5],
  weeksOfYear: [0, 53],
} as const satisfies Record<Category, readonly [number, number]>

const WEEK_DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']
const SHORT_ORDINALS = ['1st', '2nd', '3rd', '4th', '5th']

interface Point {
  readonly category: Category
  readonly value: number
}

const POINTS: ReadonlyMap<string, Point> = new Map([
  ...WEEK_DAYS.flatMap((word, value) => named(word, 'weekDays', value)),
  ...MONTHS.flatMap((word, i) => named(word, 'months', i + 1)),
  ...[...ORDINALS, ...SHORT_ORDINALS].map((word, i): [string, Point] => [
    word,
    { category: 'weeksOfMonth', value: (i % 5) + 1 },
  ]),
  ...Array.from({ length: 54 }, (_, value): [string, Point] => [
    `w${String(value).padStart(2, '0')}`,
    { category: 'weeksOfYear', value },
  ]),
  ...Array.from({ length: 31 }, (_, i): [string, Point] => [
    String(i + 1),
    { category: 'monthDays', value: i + 1 },
  ]),
])

function named(word: string, category: Category, value: number): [string, Point][] {
  const point = { category, value }
  const words = new Set([word, word.slice(0, 3)])
  if (word === 'september') words.add('sept')
  return [...words].map((each) => [each, point])
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

function wholeRange(category: Category): Set<number> {
  const [least, most] = RANGES[category]
  return new Set(range(least, most))
}

interface Word {
  readonly text: string
  /** An `=` outside of quotes. */
  readonly isEquals: boolean
  readonly offset: number
}

class RunSpecReader {
  readonly #words: readonly Word[]
  #next = 0
  readonly overrides: Record<string, unknown> = {}
  minute = 0
  hours: ReadonlySet<number> = new Set(range(0, 23))
  lastWeek = false
  readonly #sets = new Map<Category, Set<number>>()

  constructor(words: readonly Word[]) {
    this.#words = words
  }

  /** Reads everything; the first thing that is wrong, or undefined. */
  read(): RunSpecFault | undefined {
    for (;;) {
      const word = this.#words[this.#next]
      if (word === undefined) return undefined
      const message =
        this.#words[this.#next + 1]?.isEquals === true ? this.#override(word) : this.#dateWord(word)
      if (message !== undefined) return { message, offset: word.offset }
      this.#next++
    }
  }

  #override(word: Word): string | undefined {
    const value = this.#words[this.#next + 2]
    if (value === undefined || value.isEquals) return `"${word.text}" has no value`
    this.#next += 2
    return readOverride(this.overrides, word.text, value.text)
  }

  #dateWord({ text }: Word): string | undefined {
    const word = text.toLowerCase()
    switch (word) {
      case 'on':
      case 'and':
      case ',':
        return undefined
      case 'at':
        return this.#time()
      case 'last':
        this.lastWeek = true
        return undefined
      case 'hourly':
        this.hours = new Set(range(0, 23))
        this.#isHourly = true
        return undefined
      case 'daily':
      case 'weekly':
      case 'monthly':
      case 'yearly':
        this.#reset(word)
        return undefined
      default:
        return this.#levelOrDays(text, word)
    }
  }

  #isHourly = false

  #reset(word: 'daily' | 'weekly' | 'monthly' | 'yearly'): void {
    if (word === 'daily') this.#sets.delete('weekDays')
    if (word === 'daily' || word === 'monthly') this.#sets.delete('monthDays')
    if (word === 'weekly') {
      this.#sets.delete('weeksOfMonth')
      this.#sets.delete('weeksOfYear')
    }
    if (word !== 'weekly') this.#sets.delete('months')
  }

  #time(): string | undefined {
    const time = this.#words[this.#next + 1]?.text
    if (time === undefined) return '"at" is followed by no time'
    this.#next++
    const match = /^(\d{1,2}):(\d{2})(am|pm)?$/iu.exec(time) ?? /^(\d{1,2})()(am|pm)$/iu.exec(time)
    const hour = match === null ? undefined : hourOf(Number(match[1]), match[3]?.toLowerCase())
    const minute = Number(match?.[2])
    if (hour === undefined || minute > 59) return `"${time}" is no time of day`
    this.minute = minute
    if (!this.#isHourly) this.hours = new Set([hour])
    return undefined
  }

  #levelOrDays(text: string, word: string): string | undefined {
    const level = findJobLevel(word)
    if (level !== undefined) {
      this.overrides['level'] = level
      return undefined
    }
    const points = readPoints(word)
    if (points === undefined) return `"${text}" is no day, week, month, level or time`
    const set = this.#sets.get(points.category) ?? new Set<number>()
    for (const value of points.values) set.add(value)
    this.#sets.set(points.category, set)
    return undefined
  }

  set(category: Category): ReadonlySet<number> {
    const set = this.#sets.get(category)
    if (set !== undefined) return set
    return category === 'weeksOfMonth' && this.lastWeek ? new Set() : wholeRange(category)
  }
}

/** 24-hour form; 12am is 0, 12pm is 12. */
function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half === 'pm' ? 12 : 0)
}

/** `mon`, `mon-fri`, `fri-mon` (around the end), `2nd-5th`, `1/2` (every second from the first), `w01/w02`. */
function readPoints(word: string): { category: Category; values: number[] } | undefined {
  const [first = '', second, ...more] = word.split(/[-/]/u)
  const from = POINTS.get(first)
  if (from === undefined || more.length > 0) return undefined
  const { category } = from
  if (second === undefined) return { category, values: [from.value] }
  const to = POINTS.get(second)
  if (to?.category !== category) return undefined
  const [least, most] = RANGES[category]
  const all = range(least, most)
  if (word.includes('-'))
    return { category, values: all.filter((value) => isBetween(value, from.value, to.value)) }
  const isStep = category === 'monthDays' || category === 'weeksOfYear'
  if (!isStep || to.value === 0 || from.value > to.value) return undefined
  return { category, values: all.filter((value) => value % to.value === from.value % to.value) }
}

function isBetween(value: number, from: number, to: number): boolean {
  return from <= to ? value >= from && value <= to : value >= from || value <= to
}

const OVERRIDES: ReadonlyMap<string, (value: string) => Partial<RunOverrides> | undefined> =
  new Map([
    ['level', (value: string) => present('level', findJobLevel(value))],
    ['pool', (pool: string) => ({ pool })],
    ['fullpool', (fullPool: string) => ({ fullPool })],
    ['incrementalpool', (incrementalPool: string) => ({ incrementalPool })],
    ['incpool', (incrementalPool: string) => ({ incrementalPool })],
    ['differentialpool', (differentialPool: string) => ({ differentialPool })],
    ['diffpool', (differentialPool: string) => ({ differentialPool })],
    ['virtualfullpool', (virtualFullPool: string) => ({ virtualFullPool })],
    ['nextpool', (nextPool: string) => ({ nextPool })],
    ['storage', (storage: string) => ({ storage })],
    ['messages', (messages: string) => ({ messages })],
    [
      'priority',
      (value: string) => present('priority', /^\d{1,9}$/u.test(value) ? Number(value) : undefined),
    ],
    ['spooldata', (value: string) => present('spoolData', yesOrNo(value))],
    ['accurate', (value: string) => present('accurate', yesOrNo(value))],
    ['maxrunschedtime', (value: string) => present('maxRunSchedTimeSeconds', parseDuration(value))],
  ])

function present<Key extends keyof RunOverrides>(
  key: Key,
  value: RunOverrides[Key] | undefined,
): Partial<RunOverrides> | undefined {
  return value === undefined ? undefined : { [key]: value }
}

function yesOrNo(word: string): boolean | undefined {
  if (/^(?:yes|true)$/iu.test(word)) return true
  return /^(?:no|false)$/iu.test(word) ? false : undefined
}

function readOverride(
  overrides: Record<string, unknown>,
  name: string,
  value: string,
): string | undefined {
  const read = OVERRIDES.get(name.toLowerCase())
  if (read === undefined) return `"${name}" cannot be set in a Run line`
  const change = read(value)
  if (change === undefined) return `"${name}" cannot be "${value}"`
  Object.assign(overrides, change)
  return undefined
}

/** Words, `=` signs and quoted texts with their offsets; commas separate. */
function splitWords(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"|=|[^\s=,"]+/gsu)) {
    const quoted = match[1]?.replace(/\\(.)/gsu, '$1')
    words.push({ text: quoted ?? match[0], isEquals: match[0] === '=', offset: match.index })
  }
  return words
}

/** Reads the right side of a Run directive, quotes included. */
export function parseRunSpec(text: string): RunSpec | RunSpecFault {
  const reader = new RunSpecReader(splitWords(text))
  const fault = reader.read()
  if (fault !== undefined) return fault
  return {
    overrides: reader.overrides,
    minute: reader.minute,
    hours: reader.hours,
    weekDays: reader.set('weekDays'),
    monthDays: reader.set('monthDays'),
    months: reader.set('months'),
    weeksOfMonth: reader.set('weeksOfMonth'),
    lastWeek: reader.lastWeek,
    weeksOfYear: reader.set('weeksOfYear'),
  }
}

const OVERRIDE_NAMES: readonly (readonly [keyof RunOverrides, string])[] = [
  ['pool', 'Pool'],
  ['fullPool', 'FullPool'],
  ['incrementalPool', 'IncrementalPool'],
  ['differentialPool', 'DifferentialPool'],
  ['virtualFullPool', 'VirtualFullPool'],
  ['nextPool', 'NextPool'],
  ['storage', 'Storage'],
  ['messages', 'Messages'],
  ['priority', 'Priority'],
  ['spoolData', 'SpoolData'],
  ['accurate', 'Accurate'],
  ['maxRunSchedTimeSeconds', 'MaxRunSchedTime'],
]

/** The text of a Run directive as `show` prints it; `parseRunSpec` reads it back. */
export function formatRunSpec(spec: RunSpec): string {
  const { overrides, hours, minute } = spec
  const parts = overrides.level === undefined ? [] : [jobLevelText(overrides.level)]
  for (const [key, name] of OVERRIDE_NAMES) {
    const value = overrides[key]
    if (typeof value === 'string') parts.push(`${name}=${quoteText(value)}`)
    else if (typeof value === 'boolean') parts.push(`${name}=${value ? 'Yes' : 'No'}`)
    else if (value !== undefined) parts.push(`${name}=${value}`)
  }
  parts.push(...formatSet(spec.months, RANGES.months, (i) => capitalized(MONTHS[i - 1])))
  parts.push(
    ...formatSet(spec.weeksOfYear, RANGES.weeksOfYear, (i) => `w${String(i).padStart(2, '0')}`),
  )
  parts.push(
    ...formatSet(spec.weeksOfMonth, RANGES.weeksOfMonth, (i) => SHORT_ORDINALS[i - 1] ?? ''),
  )
  if (spec.lastWeek) parts.push('last')
  parts.push(...formatSet(spec.monthDays, RANGES.monthDays, String))
  parts.push(...formatSet(spec.weekDays, RANGES.weekDays, (i) => capitalized(WEEK_DAYS[i])))
  if (hours.size === 24) parts.push('hourly')
  const hour = hours.size === 24 ? 0 : ([...hours][0] ?? 0)
  parts.push(`at ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
  return parts.join(' ')
}

function capitalized(word = ''): string {
  return word.charAt(0).toUpperCase() + word.slice(1, 3)
}

/** Runs of neighbours as ranges; nothing for the whole range. */
function formatSet(
  set: ReadonlySet<number>,
  [least, most]: readonly [number, number],
  word: (value: number) => string,
): string[] {
  if (set.size === most - least + 1) return []
  const parts: string[] = []
  const values = [...set].sort((a, b) => a - b)
  for (let i = 0; i < values.length; i++) {
    const first = values[i]!
    while (values[i + 1] === values[i]! + 1) i++
    const last = values[i]!
    parts.push(first === last ? word(first) : `${word(first)}-${word(last)}`)
  }
  return [parts.join(',')].filter((part) => part !== '')
}

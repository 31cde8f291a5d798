// Bootstrap: which records of which Volumes a restore wants. Its type, its text form, its normal form.
import { CofferError } from './errors.ts'

/** Both ends belong to it. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

/**
 * One part of a Bootstrap: a Volume (or several that are read one after the other) and what is wanted of it. An empty
 * list does not restrict. Addresses are byte offsets into the Volume, `StartFile << 32 | StartBlock` of a JobMedia row.
 */
export interface BootstrapEntry {
  readonly volumes: readonly string[]
  readonly storage?: string
  readonly mediaType?: string
  readonly device?: string
  readonly slot?: number
  readonly clients: readonly string[]
  readonly jobs: readonly string[]
  readonly jobIds: readonly NumberRange[]
  readonly jobTypes: readonly string[]
  readonly jobLevels: readonly string[]
  readonly sessionIds: readonly NumberRange[]
  readonly sessionTimes: readonly number[]
  readonly volumeFiles: readonly NumberRange[]
  readonly volumeBlocks: readonly NumberRange[]
  readonly addresses: readonly NumberRange[]
  readonly fileIndexes: readonly NumberRange[]
  readonly streams: readonly number[]
  readonly fileRegex?: string
  /** Number of files that this part yields, when known: reading may stop after that many. */
  readonly count?: number
}

export interface Bootstrap {
  readonly entries: readonly BootstrapEntry[]
}

/** An entry with everything unrestricted except what is given. */
export function bootstrapEntry(
  given: Partial<BootstrapEntry> & { readonly volumes: readonly string[] },
): BootstrapEntry {
  return { ...EMPTY_LISTS, ...given }
}

const EMPTY_LISTS = {
  clients: [],
  jobs: [],
  jobIds: [],
  jobTypes: [],
  jobLevels: [],
  sessionIds: [],
  sessionTimes: [],
  volumeFiles: [],
  volumeBlocks: [],
  addresses: [],
  fileIndexes: [],
  streams: [],
} as const

type RangeField =
  | 'jobIds'
  | 'sessionIds'
  | 'volumeFiles'
  | 'volumeBlocks'
  | 'addresses'
  | 'fileIndexes'
type NumberField = 'sessionTimes' | 'streams'
type TextField = 'clients' | 'jobs' | 'jobTypes' | 'jobLevels'

/**
 * Keywords in the order in which they are written. Source: the Bareos manual, chapter on the Bootstrap file. Keywords
 * are found without regard to case. `ignored` ones are read and mean nothing here.
 */
const KEYWORDS = [
  { word: 'Storage', kind: 'text', field: 'storage' },
  { word: 'Volume', kind: 'volume' },
  { word: 'MediaType', kind: 'text', field: 'mediaType' },
  { word: 'Device', kind: 'text', field: 'device' },
  { word: 'Slot', kind: 'number', field: 'slot' },
  { word: 'Client', kind: 'texts', field: 'clients' },
  { word: 'Job', kind: 'texts', field: 'jobs' },
  { word: 'JobId', kind: 'ranges', field: 'jobIds' },
  { word: 'JobType', kind: 'texts', field: 'jobTypes' },
  { word: 'JobLevel', kind: 'texts', field: 'jobLevels' },
  { word: 'VolSessionId', kind: 'ranges', field: 'sessionIds' },
  { word: 'VolSessionTime', kind: 'numbers', field: 'sessionTimes' },
  { word: 'VolFile', kind: 'ranges', field: 'volumeFiles' },
  { word: 'VolBlock', kind: 'ranges', field: 'volumeBlocks' },
  { word: 'VolAddr', kind: 'ranges', field: 'addresses' },
  { word: 'FileIndex', kind: 'ranges', field: 'fileIndexes' },
  { word: 'Stream', kind: 'numbers', field: 'streams' },
  { word: 'FileRegex', kind: 'text', field: 'fileRegex' },
  { word: 'Count', kind: 'number', field: 'count' },
  { word: 'VolTime', kind: 'ignored' },
  { word: 'Include', kind: 'ignored' },
  { word: 'Exclude', kind: 'ignored' },
] as const satisfies readonly Keyword[]

type Keyword =
  | { word: string; kind: 'text'; field: 'storage' | 'mediaType' | 'device' | 'fileRegex' }
  | { word: string; kind: 'number'; field: 'slot' | 'count' }
  | { word: string; kind: 'texts'; field: TextField }
  | { word: string; kind: 'ranges'; field: RangeField }
  | { word: string; kind: 'numbers'; field: NumberField }
  | { word: string; kind: 'volume' | 'ignored' }

const KEYWORD_BY_WORD = new Map<string, Keyword>(
  KEYWORDS.map((row) => [row.word.toLowerCase(), row]),
)

/** The text form: one `Keyword=value` to a line, each `Volume=` beginning a new entry. */
export function formatBootstrap(bootstrap: Bootstrap): string {
  const lines = bootstrap.entries.flatMap((entry) =>
    KEYWORDS.flatMap((keyword) =>
      valuesOf(keyword, entry).map((value) => `${keyword.word}=${value}\n`),
    ),
  )
  return lines.join('')
}

function valuesOf(keyword: Keyword, entry: BootstrapEntry): readonly string[] {
  switch (keyword.kind) {
    case 'volume':
      return [quote(entry.volumes.join('|'))]
    case 'text':
      return only(entry[keyword.field]).map(quote)
    case 'number':
      return only(entry[keyword.field]).map(String)
    case 'texts':
      return entry[keyword.field].map(quote)
    case 'ranges':
      return entry[keyword.field].map(formatRange)
    case 'numbers':
      return entry[keyword.field].map(String)
    case 'ignored':
      return []
  }
}

function only<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value]
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`
}

function formatRange({ from, to }: NumberRange): string {
  return from === to ? String(from) : `${from}-${to}`
}

/** Reads the text form. Throws `bootstrap-invalid` that names the line. */
export function parseBootstrap(text: string): Bootstrap {
  const entries: BootstrapEntry[] = []
  let current: Draft = {}
  text.split('\n').forEach((line, index) => {
    for (const statement of splitStatements(line)) {
      const { keyword, value } = parseStatement(statement, index + 1)
      // Storage stands before the Volume it belongs to, everything else behind it.
      const begins = keyword.kind === 'volume' || keyword.word === 'Storage'
      if (begins && current.volumes !== undefined) {
        entries.push(finishDraft(current, index + 1))
        current = {}
      }
      takeStatement(current, { keyword, value, line: index + 1 })
    }
  })
  if (Object.keys(current).length > 0) entries.push(finishDraft(current, text.split('\n').length))
  return { entries }
}

type Draft = { -readonly [Field in keyof BootstrapEntry]?: BootstrapEntry[Field] }

interface Statement {
  readonly keyword: Keyword
  readonly value: string
  readonly line: number
}

const STATEMENTS = /(?:"(?:[^"\\]|\\.)*"|[^;#"])+|[;#"]/g

function* splitStatements(line: string): Generator<string> {
  for (const [part] of line.matchAll(STATEMENTS)) {
    if (part === '#') return
    if (part !== ';' && part.trim() !== '') yield part.trim()
  }
}

function parseStatement(statement: string, line: number): Omit<Statement, 'line'> {
  const equals = statement.indexOf('=')
  if (equals < 0) throw invalid(line, `"${statement}" is not of the form Keyword=value`)
  const word = statement.slice(0, equals).replaceAll(/\s/g, '')
  const keyword = KEYWORD_BY_WORD.get(word.toLowerCase())
  if (keyword === undefined) throw invalid(line, `unknown keyword "${word}"`)
  return { keyword, value: unquote(statement.slice(equals + 1).trim(), line) }
}

function unquote(text: string, line: number): string {
  if (!text.startsWith('"')) return text
  if (text.length < 2 || !text.endsWith('"')) throw invalid(line, 'a quote is not closed')
  return text
    .slice(1, -1)
    .replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
}

function takeStatement(draft: Draft, { keyword, value, line }: Statement): void {
  switch (keyword.kind) {
    case 'volume':
      draft.volumes = value.split('|')
      if (draft.volumes.includes('')) throw invalid(line, 'a Volume has no name')
      break
    case 'text':
      draft[keyword.field] = value
      break
    case 'number':
      draft[keyword.field] = parseNumber(value, line)
      break
    case 'texts':
      draft[keyword.field] = [...(draft[keyword.field] ?? []), value]
      break
    case 'ranges':
      draft[keyword.field] = [...(draft[keyword.field] ?? []), ...parseRanges(value, line)]
      break
    case 'numbers':
      draft[keyword.field] = [
        ...(draft[keyword.field] ?? []),
        ...value.split(',').map((part) => parseNumber(part, line)),
      ]
      break
    case 'ignored':
      break
  }
}

function finishDraft(draft: Draft, line: number): BootstrapEntry {
  const { volumes } = draft
  if (volumes === undefined) throw invalid(line, 'Volume is missing')
  return bootstrapEntry({ ...draft, volumes })
}

function parseRanges(value: string, line: number): NumberRange[] {
  return value.split(',').map((part) => {
    const [first = '', second] = part.split('-', 2)
    const from = parseNumber(first, line)
    const to = second === undefined ? from : parseNumber(second, line)
    if (to < from) throw invalid(line, `the range "${part.trim()}" ends before it begins`)
    return { from, to }
  })
}

function parseNumber(text: string, line: number): number {
  const digits = text.trim()
  const value = Number(digits)
  if (!/^[0-9]+$/.test(digits) || !Number.isSafeInteger(value)) {
    throw invalid(line, `"${digits}" is not a number`)
  }
  return value
}

function invalid(line: number, text: string): CofferError {
  return new CofferError('bootstrap-invalid', `bootstrap line ${line}: ${text}`)
}

/**
 * The same request in normal form: ranges sorted and joined where they touch, and neighbouring entries that differ only
 * in addresses and FileIndexes of one session made one. The order of Volumes stays, since that is the order of reading.
 */
export function normaliseBootstrap(bootstrap: Bootstrap): Bootstrap {
  const entries: BootstrapEntry[] = []
  for (const raw of bootstrap.entries) {
    const entry = normaliseEntry(raw)
    const previous = entries.at(-1)
    if (previous !== undefined && isSameSession(previous, entry)) {
      entries[entries.length - 1] = joinEntries(previous, entry)
    } else {
      entries.push(entry)
    }
  }
  return { entries }
}

function normaliseEntry(entry: BootstrapEntry): BootstrapEntry {
  return {
    ...entry,
    jobIds: normaliseRanges(entry.jobIds),
    sessionIds: normaliseRanges(entry.sessionIds),
    sessionTimes: sortNumbers(entry.sessionTimes),
    volumeFiles: normaliseRanges(entry.volumeFiles),
    volumeBlocks: normaliseRanges(entry.volumeBlocks),
    addresses: normaliseRanges(entry.addresses),
    fileIndexes: normaliseRanges(entry.fileIndexes),
    streams: sortNumbers(entry.streams),
  }
}

/** Ranges sorted, and joined where they overlap or touch. */
export function normaliseRanges(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const joined: NumberRange[] = []
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && range.from <= last.to + 1) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    } else {
      joined.push(range)
    }
  }
  return joined
}

function sortNumbers(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

// Only a single session may be joined: of two, file 3 of the one is not file 3 of the other.
function isSameSession(a: BootstrapEntry, b: BootstrapEntry): boolean {
  const isSingle =
    a.sessionTimes.length === 1 &&
    a.sessionIds.length === 1 &&
    a.sessionIds[0]?.from === a.sessionIds[0]?.to
  return isSingle && JSON.stringify(withoutRanges(a)) === JSON.stringify(withoutRanges(b))
}

function withoutRanges(entry: BootstrapEntry): readonly unknown[] {
  const { addresses, fileIndexes, count, ...rest } = entry
  const restrictions = [addresses.length > 0, fileIndexes.length > 0, count !== undefined]
  const fields = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))
  return [restrictions, fields]
}

function joinEntries(a: BootstrapEntry, b: BootstrapEntry): BootstrapEntry {
  const fileIndexes = normaliseRanges([...a.fileIndexes, ...b.fileIndexes])
  const joined = {
    ...a,
    addresses: normaliseRanges([...a.addresses, ...b.addresses]),
    fileIndexes,
  }
  if (a.count === undefined) return joined
  const count = fileIndexes.length > 0 ? countNumbers(fileIndexes) : (a.count ?? 0) + (b.count ?? 0)
  return { ...joined, count }
}

/** How many numbers the ranges hold; they must be in normal form. */
export function countNumbers(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

/** Whether a number lies in one of the ranges, which must be in normal form. An empty list holds every number. */
export function rangesHold(ranges: readonly NumberRange[], value: number): boolean {
  if (ranges.length === 0) return true
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = ranges[middle]
    if (range === undefined) return false
    if (value < range.from) high = middle - 1
    else if (value > range.to) low = middle + 1
    else return true
  }
  return false
}

/** The Volumes a Bootstrap names, each once, in the order of reading. */
export function volumesOf(bootstrap: Bootstrap): readonly string[] {
  return [...new Set(bootstrap.entries.flatMap((entry) => entry.volumes))]
}

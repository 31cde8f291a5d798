// Where a command says what it has to say: one result, rendered here as text for people or as one JSON-RPC object.
import { CofferError } from '@coffer/core'
import {
  bareLongText,
  type Column,
  longText,
  plainText,
  type Row,
  tableText,
} from './table-text.ts'

/** What `.api` chose: text, the old packet form (which prints as text), or JSON. */
export type ApiMode = 0 | 1 | 2

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }

/**
 * How text mode prints rows. `table`: with borders; `long`: a line to a field; `bare`: the same without alignment;
 * `lines`: the cells of a row behind one blank each, as they come.
 */
export type RowStyle = 'table' | 'long' | 'bare' | 'lines'

export interface RowSet {
  readonly columns: readonly Column[]
  readonly rows: Iterable<Row> | AsyncIterable<Row>
}

interface TableOptions {
  readonly style: RowStyle
  /** What text mode prints when there is no row. */
  readonly empty?: string
}

export interface Output {
  readonly api: ApiMode
  /** Text for people; nothing in JSON. */
  text(chunk: string): Promise<void>
  /** One line about what the command could not do. In JSON it makes the answer an error. */
  error(line: string): Promise<void>
  /** One line that people read and that JSON carries beside the result. */
  info(line: string): Promise<void>
  warning(line: string): Promise<void>
  /** A part of the result that text mode has already said in its own words. */
  value(key: string, value: Json): void
  /** Rows under a key, in both modes. Yields how many there were. */
  table(key: string, set: RowSet, options: TableOptions): Promise<number>
  /** Sends what JSON has gathered. Nothing may follow. */
  finish(): Promise<void>
}

type Write = (text: string) => Promise<void>

/** Characters of cells that one answer may hold before it is printed. */
const MAX_HELD_CHARACTERS = 64 * 1024 * 1024
const CHUNK_CHARACTERS = 32 * 1024

/** Output for people. */
export function makeTextOutput(write: Write, api: 0 | 1 = 0): Output {
  const sayLine = (line: string): Promise<void> => write(`${line}\n`)
  return {
    api,
    text: write,
    error: sayLine,
    info: sayLine,
    warning: sayLine,
    value: () => undefined,
    table: (_key, set, options) => writeRows(write, set, options),
    finish: () => Promise.resolve(),
  }
}

async function writeRows(write: Write, set: RowSet, options: TableOptions): Promise<number> {
  if (options.style === 'table') return writeTable(write, set, options)
  const render = rowRenderer(options.style, set.columns)
  let count = 0
  let chunk = ''
  for await (const row of set.rows) {
    count += 1
    chunk += render(row)
    if (chunk.length < CHUNK_CHARACTERS) continue
    await write(chunk)
    chunk = ''
  }
  if (count === 0) chunk = options.empty ?? ''
  if (chunk !== '') await write(chunk)
  return count
}

async function writeTable(write: Write, set: RowSet, options: TableOptions): Promise<number> {
  const rows = await holdRows(set.rows)
  const text = rows.length === 0 ? (options.empty ?? '') : tableText(set.columns, rows)
  if (text !== '') await write(text)
  return rows.length
}

function rowRenderer(
  style: Exclude<RowStyle, 'table'>,
  columns: readonly Column[],
): (row: Row) => string {
  switch (style) {
    case 'long':
      return (row) => longText(columns, row)
    case 'bare':
      return (row) => bareLongText(columns, row)
    case 'lines':
      return (row) => {
        const line = row.map((cell) => ` ${plainText(cell)}`).join('')
        return line.endsWith('\n') ? line : `${line}\n`
      }
  }
}

async function holdRows(rows: RowSet['rows']): Promise<Row[]> {
  const held: Row[] = []
  let characters = 0
  for await (const row of rows) {
    held.push(row)
    for (const cell of row) characters += plainText(cell).length + 8
    if (characters > MAX_HELD_CHARACTERS) {
      throw new CofferError(
        'console-result-too-large',
        `the answer has more than ${held.length} rows and does not fit into memory`,
      )
    }
  }
  return held
}

/** Output for programs: everything is gathered and sent as one object when the command ends. */
export function makeJsonOutput(write: Write, options: { readonly isCompact: boolean }): Output {
  const result: Record<string, Json> = {}
  const messages: Record<'error' | 'warning' | 'info', string[]> = {
    error: [],
    warning: [],
    info: [],
  }
  const note = (kind: keyof typeof messages) => (line: string) => {
    messages[kind].push(`${line}\n`)
    return Promise.resolve()
  }
  return {
    api: 2,
    text: () => Promise.resolve(),
    error: note('error'),
    info: note('info'),
    warning: note('warning'),
    value: (key, value) => {
      result[key] = value
    },
    table: async (key, { columns, rows }) => {
      const held = await holdRows(rows)
      result[key] = held.map((row) =>
        Object.fromEntries(columns.map(({ name }, index) => [name, plainText(row[index])])),
      )
      return held.length
    },
    finish: () => {
      const answer = envelope(result, messages)
      return write(options.isCompact ? JSON.stringify(answer) : JSON.stringify(answer, null, 2))
    },
  }
}

function envelope(
  result: Readonly<Record<string, Json>>,
  messages: Readonly<Record<string, readonly string[]>>,
): Json {
  const head = { jsonrpc: '2.0', id: null }
  if (messages['error']?.length === 0) return { ...head, result }
  const said = Object.fromEntries(Object.entries(messages).filter(([, lines]) => lines.length > 0))
  return { ...head, error: { code: 1, message: 'failed', data: { result, messages: said } } }
}

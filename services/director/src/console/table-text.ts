// Rows of the Catalog as the text that `list` and `llist` print.

/** How a column is printed: numbers stand at the right, with thousands set off. */
export interface Column {
  readonly name: string
  readonly kind: 'text' | 'number'
}

/** `null` is a database null and prints as nothing. Numbers may arrive as text when they exceed 2^53. */
export type Cell = string | number | boolean | null

export type Row = readonly Cell[]

/** Widest column that is drawn: a longer cell is printed whole and breaks the frame, as in Bareos. */
const MAX_WIDTH = 100

/** The MySQL form: borders, headings, one line to a row. */
export function tableText(columns: readonly Column[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column, index) => cellText(row[index], column)))
  const widths = columns.map((column, index) =>
    Math.min(
      MAX_WIDTH,
      cells.reduce((most, row) => Math.max(most, length(row[index] ?? '')), column.name.length),
    ),
  )
  const border = `+${widths.map((width) => '-'.repeat(Math.min(width + 2, MAX_WIDTH))).join('+')}+\n`
  const heading = columns.map((column, index) => pad(column.name, widths[index] ?? 0, 'text'))
  const lines = cells.map((row) =>
    line(row.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.kind ?? 'text'))),
  )
  return `${border}${line(heading)}${border}${lines.join('')}${border}`
}

/** The long form: one line to a field, a blank line behind each row. */
export function longText(columns: readonly Column[], row: Row): string {
  const width = Math.max(0, ...columns.map((column) => column.name.length))
  const lines = columns.map(
    (column, index) => ` ${column.name.padStart(width)}: ${cellText(row[index], column)}\n`,
  )
  return `${lines.join('')}\n`
}

/** One line to a field, bare: how `llist pools` prints. */
export function bareLongText(columns: readonly Column[], row: Row): string {
  return columns.map((column, index) => `${column.name}: ${plainText(row[index])}\n`).join('')
}

/** A cell without thousands commas, as JSON carries it. */
export function plainText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'boolean') return cell ? '1' : '0'
  return String(cell)
}

function cellText(cell: Cell | undefined, column: Column): string {
  const text = plainText(cell)
  if (column.kind === 'text' || !/^-?\d+$/.test(text)) return text
  return text.replace(/\B(?=(\d{3})+$)/g, ',')
}

function pad(text: string, width: number, kind: Column['kind']): string {
  const blanks = ' '.repeat(Math.max(0, width - length(text)))
  return kind === 'number' ? `${blanks}${text}` : `${text}${blanks}`
}

/** Characters, not UTF-16 units. */
function length(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

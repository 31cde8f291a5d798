// The table on a terminal of 80 columns.
import { type Line, rowLines } from './lines.ts'
import type { RowResult } from './results.ts'

/** Widths of the columns; with blanks between them 78. */
const COLUMNS: readonly (readonly [keyof Line, number])[] = [
  ['name', 22],
  ['seconds', 9],
  ['cpu', 8],
  ['memory', 14],
  ['ratio', 7],
  ['goal', 8],
]

const HEAD: Line = {
  name: '',
  seconds: 'seconds',
  cpu: 'CPU s',
  memory: 'peak MB',
  ratio: 'ratio',
  goal: 'goal',
}

export function screenHead(): string {
  return lineText(HEAD)
}

/** A row: what it is, then a line for each contender. */
export function screenRow(row: RowResult): string {
  const { lines, verdict } = rowLines(row)
  const head = `${row.name}: ${row.title}${row.size === '' ? '' : `, ${row.size}`}`
  return [
    verdict === undefined ? head : `${head}: ${verdict}`,
    ...lines.map((line) => lineText(line)),
    ...row.notes.map((note) => `  ${note}`),
    '',
  ].join('\n')
}

function lineText(line: Line): string {
  const cells = COLUMNS.map(([column, width]) =>
    column === 'name' ? `  ${line.name}`.padEnd(width) : line[column].padStart(width),
  )
  return cells.join(' ').trimEnd()
}

// The table in docs/performance.md, between two markers that stay.
import { type Line, rowLines } from './lines.ts'
import type { BenchResult, RowResult } from './results.ts'

const BEGIN = '<!-- bench: written by npm run bench -- --update-docs -->'
const END = '<!-- bench: end -->'

/** Everything that the benchmark writes into the page. */
export function pageTable(result: BenchResult): string {
  const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `Measured ${result.date.slice(0, 10)}, medians of ${String(result.rounds)} runs in turn, on`,
    `${result.machine.join(', ')}; ${versions.join(', ')}.`,
    '',
    '| work | who | seconds | CPU seconds | peak MB | ratio | goal | |',
    '|---|---|---|---|---|---|---|---|',
    ...result.rows.flatMap(rowText),
    '',
    ...result.rows.flatMap((row) => row.notes.map((note) => `- ${row.name}: ${note}`)),
  ].join('\n')
}

function rowText(row: RowResult): string[] {
  const { lines, verdict } = rowLines(row)
  const title = `**${row.name}**: ${row.title}${row.size === '' ? '' : `, ${row.size}`}`
  return lines.map((line, at) =>
    cells(at === 0 ? title : '', line, at === 0 ? (verdict ?? '') : ''),
  )
}

function cells(title: string, line: Line, verdict: string): string {
  const { name, seconds, cpu, memory, ratio, goal } = line
  return `| ${[title, name, seconds, cpu, memory, ratio, goal, verdict].join(' | ')} |`
}

/** The page with another table. Throws when it has no place for one. */
export function withTable(page: string, table: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`the page lacks "${BEGIN}" and "${END}"`)
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`
}

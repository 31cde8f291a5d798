// The commands `query`, `sqlquery` and `.sql`: SQL against the Catalog, ready made or typed.
import { CofferError, messageOf } from '@coffer/core'
import { readFile } from 'node:fs/promises'
import type { SqlResult } from '../../catalog/sql-query.ts'
import { findValue } from '../command-line.ts'
import { announceCatalog, choose, type Command, type CommandContext } from '../context.ts'
import { fillQuery, parseQueryFile } from '../query-file.ts'
import type { RowSet, RowStyle } from '../output.ts'
import type { Column } from '../table-text.ts'

const MAX_ROWS = 100_000
const TIMEOUT_MS = 10 * 60_000

export const queryCommand: Command = async (context) => {
  const { config } = context
  const path = config.director.queryFile
  if (path === undefined) {
    throw new CofferError('console-usage', 'the Director resource names no Query File')
  }
  const queries = parseQueryFile(await readQueries(path))
  if (queries.length === 0) throw new CofferError('console-usage', `"${path}" holds no query`)
  await announceCatalog(context, 'query')
  const index = await choose(context, {
    heading: 'Available queries:',
    question: 'Choose a query',
    items: queries.map(({ title }) => title),
  })
  const query = queries[index]
  if (query === undefined) return
  const answers: string[] = []
  for (const question of query.questions) answers.push(await context.ask(`${question} `))
  for (const statement of query.statements) {
    await runSql(context, fillQuery(statement, answers), 'table')
  }
}

async function readQueries(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CofferError('console-command-file', `cannot read "${path}": ${messageOf(cause)}`, {
      cause,
    })
  }
}

export const sqlqueryCommand: Command = async (context) => {
  const { line, out } = context
  await announceCatalog(context, 'query')
  if (line.rest !== '') return runSql(context, line.rest, 'table')
  await out.text('SQL queries: a semicolon ends each, a blank line leaves this mode.\n')
  for (;;) {
    const statement = await askStatement(context)
    if (statement === '') break
    await runSql(context, statement, 'table')
  }
}

/** A statement over several lines up to its semicolon; "" when a blank line came first. */
async function askStatement(context: CommandContext): Promise<string> {
  let statement = ''
  for (;;) {
    const question = statement === '' ? 'Enter SQL query: ' : 'Add to SQL query: '
    const typed = await context.ask(question)
    if (typed === '') return statement
    statement = statement === '' ? typed : `${statement}\n${typed}`
    if (typed.endsWith(';')) return statement
  }
}

/** For programs: tabs between values and no heading. */
export const dotSqlCommand: Command = async (context) => {
  const sql = findValue(context.line, 'query')
  if (sql === undefined) throw new CofferError('console-usage', '.sql takes query=')
  const result = await querySql(context, sql)
  if (context.out.api === 2) {
    await context.out.table('query', rowSetOf(result), { style: 'table' })
    return
  }
  const lines = result.rows.map((row) => `${row.map((cell) => cell ?? '').join('\t')}\n`)
  await context.out.text(lines.join(''))
}

/** Runs one statement and prints what it yields; what PostgreSQL has against it is said. */
export async function runSql(context: CommandContext, sql: string, style: RowStyle): Promise<void> {
  try {
    const result = await querySql(context, sql)
    const empty = result.columns.length === 0 ? '' : 'No results to list.\n'
    await context.out.table('query', rowSetOf(result), { style, empty })
    if (result.isTruncated) await context.out.warning(`Only the first ${MAX_ROWS} rows are shown.`)
  } catch (error) {
    if (!(error instanceof CofferError) || error.code !== 'sql-refused') throw error
    await context.out.error(`Query failed: ${error.message}`)
  }
}

function querySql({ director }: CommandContext, sql: string): Promise<SqlResult> {
  return director.catalog.sql.query(sql, {
    maximumRows: MAX_ROWS,
    readOnly: false,
    timeoutMs: TIMEOUT_MS,
  })
}

function rowSetOf({ columns, rows }: SqlResult): RowSet {
  return {
    columns: columns.map((name, index): Column => {
      const values = rows.map((row) => row[index]).filter((value) => value !== undefined)
      const isNumber = values.length > 0 && values.every((value) => /^-?\d+$/.test(value))
      return { name, kind: isNumber ? 'number' : 'text' }
    }),
    rows: rows.map((row) => row.map((cell) => cell ?? null)),
  }
}

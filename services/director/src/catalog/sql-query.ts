// SQL that an operator typed, and its result as text.
import { CofferError, messageOf } from '@coffer/core'
import type pg from 'pg'
import type { Database, Session } from './database.ts'
import { toCatalogError } from './database-error.ts'

export interface SqlResult {
  readonly columns: readonly string[]
  /** Values as PostgreSQL writes them; bytes that are not UTF-8 show as U+FFFD. */
  readonly rows: readonly (readonly (string | undefined)[])[]
  /** More rows than `maximumRows` were there. */
  readonly isTruncated: boolean
}

export interface SqlCatalog {
  /** Runs one statement. Throws `sql-refused` with PostgreSQL's own words. */
  query(
    sql: string,
    options: {
      readonly maximumRows: number
      readonly readOnly: boolean
      readonly timeoutMs: number
    },
  ): Promise<SqlResult>
}

export function sqlCatalog(database: Database): SqlCatalog {
  return {
    query: async (text, options) => {
      const session = await database.session()
      try {
        return await runInTransaction(session, text, options)
      } finally {
        // What was typed may have changed the session's settings; nobody else gets it.
        session.release(true)
      }
    },
  }
}

type QueryOptions = Parameters<SqlCatalog['query']>[1]

// What a cursor can run, so that no more rows are fetched than are wanted.
const READS = /^[\s(]*(?:select|values|table|with)\b/iu

async function runInTransaction(
  session: Session,
  text: string,
  options: QueryOptions,
): Promise<SqlResult> {
  await session.query(options.readOnly ? 'BEGIN READ ONLY' : 'BEGIN')
  await session.query(`SET LOCAL statement_timeout = ${Math.max(1, Math.floor(options.timeoutMs))}`)
  const statement = text.trim().replace(/;\s*$/u, '')
  const result = READS.test(statement)
    ? await readThroughCursor(session, statement, options)
    : await runStatement(session, statement)
  await session.query('COMMIT')
  return cut(result, options.maximumRows)
}

async function readThroughCursor(
  session: Session,
  statement: string,
  options: QueryOptions,
): Promise<pg.QueryArrayResult<TextRow>> {
  await session.query('SAVEPOINT before_cursor')
  try {
    await runStatement(session, `DECLARE typed CURSOR FOR ${statement}`)
  } catch (error) {
    if (options.readOnly) throw error
    // A WITH that writes is no query for a cursor; anything else fails again with the same words.
    await session.query('ROLLBACK TO SAVEPOINT before_cursor')
    return runStatement(session, statement)
  }
  return runStatement(session, `FETCH ${options.maximumRows + 1} FROM typed`)
}

type TextRow = (string | null)[]

/** One statement in the extended protocol, which refuses a second one behind a semicolon. */
async function runStatement(session: Session, text: string): Promise<pg.QueryArrayResult<TextRow>> {
  const config = {
    text,
    rowMode: 'array' as const,
    queryMode: 'extended' as const,
    types: { getTypeParser: () => String },
  }
  try {
    return await session.client.query<TextRow>(config as unknown as pg.QueryArrayConfig)
  } catch (error) {
    const failure = toCatalogError(error)
    if (failure.code === 'catalog-lost') throw failure
    throw new CofferError('sql-refused', `PostgreSQL: ${messageOf(error)}`, { cause: error })
  }
}

function cut(result: pg.QueryArrayResult<TextRow>, maximumRows: number): SqlResult {
  return {
    columns: result.fields.map((field) => field.name),
    rows: result.rows.slice(0, maximumRows).map((row) => row.map((value) => value ?? undefined)),
    isTruncated: result.rows.length > maximumRows,
  }
}

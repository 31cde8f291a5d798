// A dump of the Catalog as it is at one moment, written while Jobs run; and the way back into an empty one.
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { CofferError, messageOf } from '@coffer/core'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Database, Session } from './database.ts'
import { toCatalogError } from './database-error.ts'
import {
  DumpParser,
  type DumpPart,
  type DumpTable,
  endLine,
  headerLine,
  TABLE_END,
  tableLine,
} from './dump-format.ts'
import { MIGRATIONS } from './migrations/all.ts'

export interface DumpTotals {
  readonly tables: number
  readonly rows: number
}

const OWNER_ONLY = 0o600
const READ_BYTES = 256 * 1024

/**
 * Writes all tables as of one moment to a new file beside `path` that then takes its place. Throws `dump-file`,
 * `catalog-foreign`, `catalog-lost`; what was at `path` is then still there.
 */
export async function writeDump(database: Database, path: string): Promise<DumpTotals> {
  const temporary = `${path}.new-${process.pid}`
  const file = await onFile(path, open(temporary, 'w', OWNER_ONLY))
  try {
    let totals: DumpTotals
    try {
      totals = await inTransaction(
        database,
        'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
        (session) => dumpTables(session, (text) => onFile(path, file.appendFile(text))),
      )
      await onFile(path, file.sync())
    } finally {
      await file.close()
    }
    await onFile(path, rename(temporary, path))
    await syncDirectory(dirname(path))
    return totals
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function dumpTables(
  session: Session,
  write: (text: string | Buffer) => Promise<void>,
): Promise<DumpTotals> {
  const tables = await listTables(session)
  await write(headerLine(await schemaOf(session)))
  let rows = 0
  for (const table of tables) {
    await write(tableLine(table))
    const stream = session.client.query(
      copyTo(`COPY ${table.name} (${table.columns.join(', ')}) TO STDOUT`),
    )
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) await write(chunk)
    } catch (error) {
      throw toCatalogError(error)
    }
    rows += stream.rowCount
    await write(TABLE_END)
  }
  await write(endLine(tables.length))
  return { tables: tables.length, rows }
}

/**
 * Loads a dump in one transaction. Throws `catalog-not-empty` when the Catalog knows a Job or a Volume, `dump-invalid`,
 * `dump-file`; nothing is changed then.
 */
export async function loadDump(database: Database, path: string): Promise<DumpTotals> {
  const totals = await inTransaction(database, 'BEGIN', async (session) => {
    await refuseFilled(session)
    const tables = await listTables(session)
    await session.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`)
    const loaded = await new Loading(session, tables).load(path)
    await setCounters(session)
    return loaded
  })
  const session = await database.session()
  await session.query('ANALYZE').finally(() => {
    session.release()
  })
  return totals
}

async function refuseFilled(session: Session): Promise<void> {
  const [row] = await session.query<{ filled: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM job) OR EXISTS (SELECT 1 FROM media) AS filled',
  )
  if (row?.filled !== true) return
  throw new CofferError('catalog-not-empty', 'the Catalog holds Jobs or Volumes already')
}

class Loading {
  readonly #session: Session
  readonly #tables: ReadonlyMap<string, DumpTable>
  #copy: (Writable & { readonly rowCount: number }) | undefined
  /** Rejects when the server refuses the rows. */
  #copied: Promise<void> = Promise.resolve()
  #loaded = 0
  #rows = 0

  constructor(session: Session, tables: readonly DumpTable[]) {
    this.#session = session
    this.#tables = new Map(tables.map((table) => [table.name, table]))
  }

  async load(path: string): Promise<DumpTotals> {
    const parser = new DumpParser()
    const chunks = createReadStream(path, { highWaterMark: READ_BYTES })[Symbol.asyncIterator]()
    for (;;) {
      const next = await onFile(path, chunks.next() as Promise<IteratorResult<Buffer>>)
      if (next.done === true) break
      for (const part of parser.add(next.value)) await this.#take(part)
    }
    parser.finish()
    return { tables: this.#loaded, rows: this.#rows }
  }

  async #take(part: DumpPart): Promise<void> {
    if (part.kind === 'header') await this.#checkSchema(part.schema)
    else if (part.kind === 'table') this.#begin(part.table)
    else if (part.kind === 'rows') await this.#send(part.bytes)
    else await this.#end()
  }

  async #checkSchema(schema: number): Promise<void> {
    const own = await schemaOf(this.#session)
    if (schema === own) return
    const text = `the dump has schema ${schema}, and this Catalog has ${own}`
    throw new CofferError('dump-invalid', text)
  }

  /** Only names that the schema has get into a statement. */
  #begin({ name, columns }: DumpTable): void {
    const known = new Set(this.#tables.get(name)?.columns)
    if (columns.some((column) => !known.has(column))) {
      throw new CofferError(
        'dump-invalid',
        `the dump has a table "${name}" that the Catalog has not`,
      )
    }
    const sink = this.#session.client.query(
      copyFrom(`COPY ${name} (${columns.join(', ')}) FROM STDIN`),
    )
    this.#copy = sink
    this.#copied = new Promise((resolve, reject) => {
      sink.once('finish', resolve)
      sink.once('error', (error: Error) => {
        reject(toCatalogError(error))
      })
    })
    this.#copied.catch(() => undefined)
  }

  async #send(bytes: Buffer): Promise<void> {
    const sink = this.#copy
    if (sink === undefined || sink.write(bytes)) return
    const drained = new Promise<void>((resolve) => sink.once('drain', resolve))
    await Promise.race([drained, this.#copied])
  }

  async #end(): Promise<void> {
    this.#copy?.end()
    await this.#copied
    this.#loaded++
    this.#rows += this.#copy?.rowCount ?? 0
    this.#copy = undefined
  }
}

/** Every table but the one that holds the schema's number, which the header has. */
async function listTables(session: Session): Promise<DumpTable[]> {
  return session.query<DumpTable>(
    `SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'version'
       AND a.attnum > 0 AND NOT a.attisdropped
     GROUP BY c.relname ORDER BY c.relname`,
  )
}

async function schemaOf(session: Session): Promise<number> {
  const [row] = await session.query<{ versionid: number }>('SELECT versionid FROM version')
  const schema = row?.versionid ?? 0
  if (schema === MIGRATIONS.at(-1)?.number) return schema
  throw new CofferError(
    'catalog-newer',
    `the Catalog has schema ${schema}, which is not this program's`,
  )
}

/** New rows get numbers above those that were loaded. */
async function setCounters(session: Session): Promise<void> {
  const counters = await session.query<{ name: string; column: string }>(
    `SELECT c.relname::text AS name, a.attname::text AS column
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attidentity <> ''`,
  )
  for (const { name, column } of counters) {
    await session.query(
      `SELECT setval(pg_get_serial_sequence('${name}', '${column}'), coalesce(max(${column}), 0) + 1, false) FROM ${name}`,
    )
  }
}

async function inTransaction<Result>(
  database: Database,
  begin: string,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await database.session()
  let isBroken = true
  try {
    await session.query(begin)
    const result = await work(session)
    await session.query('COMMIT')
    isBroken = false
    return result
  } finally {
    // A COPY that was cut short leaves a session that is of no use any more; closing it undoes everything.
    session.release(isBroken)
  }
}

/** What goes wrong with the file itself. */
async function onFile<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw new CofferError('dump-file', `"${path}": ${messageOf(error)}`, { cause: error })
  }
}

async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle | undefined
  try {
    directory = await open(path, 'r')
    await directory.sync()
  } finally {
    await directory?.close()
  }
}

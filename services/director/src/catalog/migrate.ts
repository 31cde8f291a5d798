// Brings the schema up to date: forward only, one Director at a time, never past what this program knows.
import { CofferError } from '@coffer/core'
import { type Kysely, sql } from 'kysely'
import { MIGRATIONS } from './migrations/all.ts'
import type { Migration } from './migrations/migration.ts'
import type { CatalogTables } from './tables.ts'

/** What was found and done. */
export interface MigrationOutcome {
  /** 0 for an empty database. */
  readonly from: number
  readonly to: number
}

// Any two numbers that no other program is likely to lock.
const LOCK = { classId: 0x636f6666, objectId: 2 }

/**
 * Checks that the database keeps names as bytes, then runs what is missing, all in one transaction. Throws
 * `catalog-encoding`, `catalog-foreign`, `catalog-newer`.
 */
export async function migrate(
  db: Kysely<CatalogTables>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<MigrationOutcome> {
  await refuseEncoding(db)
  return db.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK.classId}, ${LOCK.objectId})`.execute(transaction)
    const from = await findVersion(transaction)
    const newest = migrations.at(-1)?.number ?? 0
    if (from > newest) {
      throw new CofferError(
        'catalog-newer',
        `the Catalog has schema ${from}, and this program knows schemas up to ${newest}`,
      )
    }
    if (from === 0) await makeVersionTable(transaction)
    for (const migration of migrations.filter(({ number }) => number > from)) {
      for (const statement of migration.statements) await statement.execute(transaction)
    }
    if (from < newest) await transaction.updateTable('version').set({ versionid: newest }).execute()
    return { from, to: newest }
  })
}

async function refuseEncoding(db: Kysely<CatalogTables>): Promise<void> {
  const { rows } = await sql<{ encoding: string; name: string }>`
    SELECT pg_encoding_to_char(encoding) AS encoding, datname AS name FROM pg_database
    WHERE datname = current_database()`.execute(db)
  const found = rows[0]
  if (found === undefined || found.encoding === 'SQL_ASCII') return
  throw new CofferError(
    'catalog-encoding',
    `the database "${found.name}" has encoding ${found.encoding}, but file names are bytes and need SQL_ASCII: createdb --encoding=SQL_ASCII --locale=C --template=template0 "${found.name}"`,
  )
}

/** Schema number of the database, 0 when it is empty. */
async function findVersion(db: Kysely<CatalogTables>): Promise<number> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`.execute(db)
  const names = rows.map((row) => row.name)
  if (names.length === 0) return 0
  const isOurs =
    names.includes('version') && names.includes('pathvisibility') && (await hasParents(db))
  if (!isOurs) {
    throw new CofferError(
      'catalog-foreign',
      `the database holds tables of another program (${names.slice(0, 3).sort().join(', ')} …)`,
    )
  }
  const row = await db.selectFrom('version').select('versionid').executeTakeFirstOrThrow()
  return row.versionid
}

/** Bareos's path table has no parentid. */
async function hasParents(db: Kysely<CatalogTables>): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM pg_attribute WHERE attrelid = 'path'::regclass AND attname = 'parentid'`.execute(
    db,
  )
  return rows.length > 0
}

async function makeVersionTable(db: Kysely<CatalogTables>): Promise<void> {
  await sql`CREATE TABLE version (versionid integer NOT NULL)`.execute(db)
  await db.insertInto('version').values({ versionid: 0 }).execute()
}

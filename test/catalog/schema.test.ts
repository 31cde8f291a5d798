// The schema of the Catalog as PostgreSQL describes it, held against a golden dump and against docs/catalog.md.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpSchema } from './schema-dump.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const GOLDEN = repository('test/golden/catalog-schema.txt')
const DOCUMENT = repository('docs/catalog.md')

let postgres: TestPostgres
let dump: string
beforeAll(async () => {
  postgres = await startTestPostgres()
  const database = await postgres.freshDatabase()
  dump = await dumpSchema((sql) => postgres.query(database, sql))
})
afterAll(() => postgres.stop())

test('the schema is the golden one', async () => {
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(GOLDEN, dump)
  expect(dump).toBe(await readFile(GOLDEN, 'utf8'))
})

test('the document tells every table and every column', async () => {
  const document = await readFile(DOCUMENT, 'utf8')
  const missing: string[] = []
  let section = ''
  for (const line of dump.split('\n')) {
    const table = /^table (\w+)$/u.exec(line)?.[1]
    const column =
      /^ {2}([a-z]\w*) (?:integer|bigint|smallint|text|bytea|character|timestamp)/u.exec(line)?.[1]
    if (table !== undefined) section = sectionOf(document, table)
    if (table !== undefined && section === '') missing.push(table)
    if (column !== undefined && !new RegExp(`\\b${column}\\b`, 'u').test(section))
      missing.push(column)
  }
  expect(missing).toEqual([])
})

/** The text from a table's heading to the next heading, empty when it has none. */
function sectionOf(document: string, table: string): string {
  const [, after = ''] = document.split(`### ${table}\n`)
  return after.split(/^##/mu)[0] ?? ''
}

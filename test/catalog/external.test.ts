// A Catalog on a server that was named: what databases it takes, and how it says no.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../services/director/src/catalog/migrate.ts'
import { MIGRATIONS } from '../../services/director/src/catalog/migrations/all.ts'
import { moment } from '../../services/director/src/catalog/moment.ts'
import { chunkOf, filesOf } from './records.ts'
import { connectTo, startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres.stop())

test('an empty database gets the schema, and keeps what is in it', async () => {
  const database = await postgres.emptyDatabase()
  const first = await postgres.open(database)
  expect(first.place).toBe('external')
  await first.storages.sync([{ name: 'File', autochanger: false, mediaType: 'File' }])
  await first.close()
  const second = await postgres.open(database)
  expect(await second.storages.list()).toHaveLength(1)
  await second.close()
  expect(await postgres.query(database, 'SELECT versionid FROM version')).toEqual([
    { versionid: MIGRATIONS.length },
  ])
})

test('a connection URL names everything', async () => {
  const { name = '' } = await postgres.emptyDatabase()
  const host = encodeURIComponent(postgres.server.socketDirectory)
  const catalog = await postgres.open({ url: `postgresql://coffer@${host}/${name}` })
  expect(await catalog.jobs.count({})).toBe(0)
  await catalog.close()
})

describe('is refused', () => {
  test('an encoding that has invalid names, with the command to make a better one', async () => {
    const database = await postgres.emptyDatabase('UTF8')
    await expect(postgres.open(database)).rejects.toMatchObject({
      code: 'catalog-encoding',
      message: expect.stringContaining(
        `createdb --encoding=SQL_ASCII --locale=C --template=template0 "${database.name ?? ''}"`,
      ),
    })
  })

  test('a schema of a newer version', async () => {
    const database = await postgres.freshDatabase()
    await postgres.query(database, 'UPDATE version SET versionid = 1000')
    await expect(postgres.open(database)).rejects.toMatchObject({
      code: 'catalog-newer',
      message: expect.stringContaining('schema 1000'),
    })
  })

  test("another program's tables, Bareos's own among them", async () => {
    const database = await postgres.emptyDatabase()
    await postgres.query(
      database,
      'CREATE TABLE version (versionid integer); CREATE TABLE path (pathid int); CREATE TABLE pathvisibility (pathid int)',
    )
    await expect(postgres.open(database)).rejects.toMatchObject({ code: 'catalog-foreign' })
    expect(await postgres.query(database, "SELECT 1 FROM pg_class WHERE relname = 'file'")).toEqual(
      [],
    )
  })

  test('a second Director', async () => {
    const database = await postgres.freshDatabase()
    const first = await postgres.open(database)
    await expect(postgres.open(database)).rejects.toMatchObject({ code: 'catalog-in-use' })
    await first.close()
    await (await postgres.open(database)).close()
  })

  test.each([
    ['a database that is not there', { name: 'nowhere' }],
    ['a role that is not let in', { user: 'stranger' }],
    ['a server that is not there', { socket: '/nonexistent' }],
    ['an address without a server', { socket: '', address: '127.0.0.1', port: 1 }],
  ])('%s', async (_what, change) => {
    const database = { ...(await postgres.freshDatabase()), ...change }
    await expect(postgres.open(database)).rejects.toMatchObject({ code: 'catalog-unreachable' })
  })
})

test('closing does not wait for what nobody ends', async () => {
  const catalog = await postgres.open(await postgres.freshDatabase())
  const jobId = await catalog.jobs.create({
    job: 'j.1',
    name: 'j',
    type: 'B',
    level: 'F',
    scheduledMs: 0,
  })
  const session = await catalog.attributes.session(jobId)
  await session.commit({ number: 1, jobMedia: [], volumes: [], files: 0, bytes: 0 })
  await session.add(chunkOf(filesOf(...Array.from({ length: 20_000 }, (_, at) => `/d/${at}`))))
  const sleeping = catalog.sql.query('SELECT pg_sleep(100)', {
    maximumRows: 1,
    readOnly: true,
    timeoutMs: 100_000,
  })
  sleeping.catch(() => undefined)
  await catalog.close()
  await expect(sleeping).rejects.toMatchObject({ code: 'catalog-lost' })
  await expect(catalog.jobs.count({})).rejects.toMatchObject({ code: 'catalog-lost' })
  await session.discard()
})

test('two migrations at once end with one schema', async () => {
  const database = await postgres.emptyDatabase()
  const connections = [1, 2, 3].map(() => connectTo(database))
  const outcomes = await Promise.all(connections.map(({ db }) => migrate(db)))
  expect(outcomes.map(({ from }) => from).sort()).toEqual([0, MIGRATIONS.length, MIGRATIONS.length])
  await Promise.all(connections.map((connection) => connection.close()))
})

test('a Catalog of the first schema is brought up to date', async () => {
  const connection = connectTo(await postgres.emptyDatabase())
  expect(await migrate(connection.db, MIGRATIONS.slice(0, 1))).toEqual({ from: 0, to: 1 })
  expect(await migrate(connection.db)).toEqual({ from: 1, to: MIGRATIONS.length })
  await connection.close()
})

test('a migration that fails leaves the schema as it was', async () => {
  const database = await postgres.emptyDatabase()
  const connection = connectTo(database)
  const [first] = MIGRATIONS
  if (first === undefined) throw new Error('no migrations')
  // A value alone is no statement.
  const broken = { ...first, statements: [...first.statements, moment(0)] }
  await expect(migrate(connection.db, [broken])).rejects.toMatchObject({ code: 'catalog-query' })
  const tables =
    "SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
  expect(await postgres.query(database, tables)).toEqual([])
  expect(await migrate(connection.db)).toEqual({ from: 0, to: MIGRATIONS.length })
  const next = { number: MIGRATIONS.length + 1, name: 'nothing', statements: [] }
  expect(await migrate(connection.db, [...MIGRATIONS, next])).toEqual({
    from: MIGRATIONS.length,
    to: next.number,
  })
  await connection.close()
})

test('migrations are numbered from 1 without gaps', () => {
  expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, at) => at + 1))
})

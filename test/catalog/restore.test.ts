// Which Jobs a restore needs, where their data are, and SQL that somebody typed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import { addBackup, T0 } from './backups.ts'
import { filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let catalog: Catalog
/** JobIds by a name for this test. */
const ids = new Map<string, number>()
const nameOf = (jobId: number) => [...ids].find(([, id]) => id === jobId)?.[0]

beforeAll(async () => {
  postgres = await startTestPostgres()
  catalog = await postgres.openFresh()
  const add = async (key: string, backup: Parameters<typeof addBackup>[1]) => {
    ids.set(key, await addBackup(catalog, { files: filesOf('/a'), ...backup }))
  }
  await add('old full', { minute: 0, volume: 'Old-1' })
  await add('old incremental', { level: 'I', minute: 1 })
  await add('full', { minute: 10, volume: 'Full-1' })
  await add('incremental 1', { level: 'I', minute: 20, volume: 'Incr-1' })
  await add('differential', { level: 'D', minute: 30 })
  await add('failed differential', { level: 'D', minute: 35, status: 'f' })
  await add('incremental 2', { level: 'I', minute: 40, status: 'W' })
  await add('incremental 3', { level: 'I', minute: 50 })
  await add('failed full', { minute: 60, status: 'E' })
  await add('other host', { minute: 70, client: 'other-fd' })
  await add('other set', { minute: 70, fileset: 'Other' })
  await add('other job', { minute: 45, level: 'I', name: 'weekly' })
})
afterAll(() => postgres.stop())

describe('the chain', () => {
  const query = { client: 'host-fd', fileset: 'Everything' }
  const chain = async (change: Partial<Parameters<Catalog['restore']['chain']>[0]> = {}) =>
    (await catalog.restore.chain({ ...query, ...change })).map((row) => nameOf(row.jobId))

  test('is the last Full, the last Differential and what came after', async () => {
    expect(await chain()).toEqual([
      'full',
      'differential',
      'incremental 2',
      'other job',
      'incremental 3',
    ])
  })

  test('may be that of one Job resource', async () => {
    expect(await chain({ jobName: 'nightly' })).toEqual([
      'full',
      'differential',
      'incremental 2',
      'incremental 3',
    ])
  })

  test('is as of a time', async () => {
    const before = (minute: number) => chain({ beforeMs: T0 + minute * 60_000 })
    expect(await before(25)).toEqual(['full', 'incremental 1'])
    expect(await before(20)).toEqual(['full', 'incremental 1'])
    expect(await before(9)).toEqual(['old full', 'old incremental'])
    expect(await before(-1)).toEqual([])
  })

  test('may be limited to a Pool, and to archives', async () => {
    expect(await chain({ pool: 'None' })).toEqual([])
    expect(await chain({ pool: 'Full' })).toHaveLength(5)
    expect(await chain({ archive: true })).toEqual([])
    await catalog.jobs.update(ids.get('old full') ?? 0, { type: 'A' })
    expect(await chain({ archive: true })).toEqual(['old full'])
    await catalog.jobs.update(ids.get('old full') ?? 0, { type: 'B' })
  })

  test('leads to a given Job', async () => {
    const of = async (key: string) =>
      (await catalog.restore.chainOfJob(ids.get(key) ?? 0)).map((row) => nameOf(row.jobId))
    expect(await of('incremental 3')).toEqual([
      'full',
      'differential',
      'incremental 2',
      'incremental 3',
    ])
    expect(await of('incremental 1')).toEqual(['full', 'incremental 1'])
    expect(await of('differential')).toEqual(['full', 'differential'])
    expect(await of('full')).toEqual(['full'])
    expect(await of('nonsense')).toEqual([])
  })

  test('is put into order when it was typed', async () => {
    const typed = ['incremental 3', 'full', 'differential', 'full'].map((key) => ids.get(key) ?? 0)
    const rows = await catalog.restore.orderChain([...typed, 424_242])
    expect(rows.map((row) => nameOf(row.jobId))).toEqual(['full', 'differential', 'incremental 3'])
    expect(await catalog.restore.orderChain([])).toEqual([])
  })

  test('knows its Volumes', async () => {
    const chained = ['full', 'incremental 1'].map((key) => ids.get(key) ?? 0)
    expect(await catalog.restore.chainVolumes(chained.toReversed())).toMatchObject([
      { jobId: chained[0], level: 'F', files: 1, volume: 'Full-1', startMs: T0 + 600_000 },
      { jobId: chained[1], level: 'I', volume: 'Incr-1' },
    ])
    const ranges = await catalog.restore.jobMedia(chained)
    expect(ranges).toMatchObject([
      { volume: 'Full-1', firstIndex: 1, lastIndex: 1, job: { jobId: chained[0] } },
      { volume: 'Incr-1', mediaType: 'File', job: { jobId: chained[1], client: 'host-fd' } },
    ])
  })
})

describe('typed SQL', () => {
  const options = { maximumRows: 3, readOnly: true, timeoutMs: 10_000 }
  const run = (sql: string, change: Partial<typeof options> = {}) =>
    catalog.sql.query(sql, { ...options, ...change })

  test('gives columns and values as text', async () => {
    expect(await run("SELECT 1 AS one, NULL AS none, 'x' AS text;")).toEqual({
      columns: ['one', 'none', 'text'],
      rows: [['1', undefined, 'x']],
      isTruncated: false,
    })
    expect((await run('SELECT jobid FROM job WHERE false')).columns).toEqual(['jobid'])
  })

  test('stops at the number of rows that is wanted', async () => {
    const result = await run('SELECT generate_series(1, 1000000000)')
    expect(result.rows).toEqual([['1'], ['2'], ['3']])
    expect(result.isTruncated).toBe(true)
    expect((await run('SELECT generate_series(1, 3)')).isTruncated).toBe(false)
  })

  test.each([
    ['nonsense', 'syntax error'],
    ['SELECT 1; DROP TABLE job', 'multiple commands'],
    ['DELETE FROM log', 'read-only transaction'],
    ['WITH x AS (DELETE FROM log RETURNING 1) SELECT * FROM x', 'DECLARE CURSOR'],
    ['SELECT pg_sleep(60)', 'statement timeout'],
  ])('%s is refused', async (sql, words) => {
    const timeoutMs = sql.includes('sleep') ? 50 : 10_000
    await expect(run(sql, { timeoutMs })).rejects.toMatchObject({
      code: 'sql-refused',
      message: expect.stringContaining(words),
    })
    expect(await catalog.jobs.count({})).toBe(12)
  })

  test('writes when it may', async () => {
    await catalog.log.append([{ jobId: 0, timeMs: T0, text: 'x' }])
    const write = { readOnly: false }
    expect((await run('DELETE FROM log WHERE jobid = 0 RETURNING logtext', write)).rows).toEqual([
      ['x'],
    ])
    const sql = "WITH x AS (INSERT INTO counters VALUES ('c') RETURNING counter) SELECT * FROM x"
    expect((await run(sql, write)).rows).toEqual([['c']])
    expect((await run('SELECT counter FROM counters')).rows).toEqual([['c']])
  })

  test('leaves nothing behind in a session', async () => {
    for (let turn = 0; turn < 30; turn++) {
      await run("SET SESSION client_encoding = 'LATIN1'", { readOnly: false })
    }
    expect((await run('SHOW client_encoding')).rows).toEqual([['SQL_ASCII']])
    expect((await run('COMMIT')).rows).toEqual([])
  })

  test('shows moments in the zone of the Director', async () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    expect((await run('SHOW TimeZone')).rows).toEqual([[zone]])
  })
})

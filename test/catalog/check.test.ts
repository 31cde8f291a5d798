// Trouble of each kind in a real Catalog: found, said, mended, and nothing else touched.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CHECK_KINDS, findTrouble, mendTrouble } from '../../services/director/src/catalog/check.ts'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { Database } from '../../services/director/src/catalog/database.ts'
import type { ExternalDatabase } from '../../services/director/src/catalog/open.ts'
import { addBackup } from './backups.ts'
import { filesOf } from './records.ts'
import { connectTo, startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let place: ExternalDatabase
let catalog: Catalog
let database: Database
beforeAll(async () => {
  postgres = await startTestPostgres()
}, 60_000)
afterAll(() => postgres.stop())
beforeEach(async () => {
  place = await postgres.freshDatabase()
  catalog = await postgres.open(place)
  database = connectTo(place)
  const files = filesOf('/srv/sample/a', '/srv/sample/sub/b', '/etc/c')
  await addBackup(catalog, { files })
  await addBackup(catalog, { level: 'I', minute: 5, files: filesOf('/srv/sample/a') })
  return () => database.close()
})

async function kindsFound(): Promise<string[]> {
  const found = await Promise.all(CHECK_KINDS.map((kind) => findTrouble(database, kind)))
  return found.flatMap((finding) => (finding === undefined ? [] : [finding.kind]))
}

test('a Catalog as the Director writes it is in order', async () => {
  expect(await kindsFound()).toEqual([])
})

/** What breaks it, which kinds are found then, and what is left where rows were lost. */
const BREAKS: readonly [sql: string, kinds: string[], example: string | RegExp][] = [
  ['DELETE FROM client', ['job-without-client'], 'JobId 1'],
  ['DELETE FROM fileset', ['job-without-fileset'], 'JobId 1'],
  ['DELETE FROM pool', ['volume-without-pool'], 'Full-0001'],
  [
    'DELETE FROM job WHERE jobid = 2',
    ['file-without-job', 'visibility-without-job', 'jobmedia-without-job'],
    /^FileId \d+$/,
  ],
  [
    `DELETE FROM path WHERE path = '/srv/sample/sub/'`,
    ['file-without-path', 'visibility-without-path'],
    /^FileId \d+$/,
  ],
  ['DELETE FROM pathvisibility WHERE jobid = 1', ['visibility-missing'], 'JobId 1 /etc/'],
  ['DELETE FROM media', ['jobmedia-without-volume', 'pool-count'], /^JobMediaId \d+$/],
  [
    `INSERT INTO log (jobid, time, logtext) VALUES (77, now(), 'x')`,
    ['log-without-job'],
    /^LogId \d+$/,
  ],
  [
    `INSERT INTO restoreobject (objectname, restoreobject, pluginname, objectlength, objectfulllength,
       objectindex, objecttype, fileindex, jobid) VALUES ('', '', '', 0, 0, 0, 0, 1, 77)`,
    ['restoreobject-without-job'],
    /^RestoreObjectId \d+$/,
  ],
  [
    `INSERT INTO path (path, parentid, name) SELECT '/old/', pathid, 'old' FROM path WHERE path = '/'`,
    ['path-unused'],
    '/old/',
  ],
  [
    `INSERT INTO fileset (fileset, md5, createtime) VALUES ('Old', 'm', now())`,
    ['fileset-unused'],
    'Old',
  ],
  ['UPDATE pool SET numvols = 9', ['pool-count'], 'Full'],
]

test('every kind is among those that are broken here', () => {
  expect(new Set(BREAKS.flatMap(([, kinds]) => kinds))).toEqual(new Set(CHECK_KINDS))
})

test.each(BREAKS)('%s', async (sql, kinds, example) => {
  await postgres.query(place, sql)
  const found = await kindsFound()
  expect(found).toEqual(expect.arrayContaining([kinds[0]]))
  const finding = await findTrouble(database, kinds[0] ?? '')
  const examples = finding?.examples ?? []
  expect(examples.some((each) => new RegExp(example).test(each))).toBe(true)
  expect(finding?.count).toBeGreaterThanOrEqual(examples.length)
  const mended: string[] = []
  for (const kind of CHECK_KINDS) {
    if ((await findTrouble(database, kind)) === undefined) continue
    await mendTrouble(database, kind)
    mended.push(kind)
  }
  expect(mended).toEqual(expect.arrayContaining(kinds))
  expect(await kindsFound()).toEqual([])
})

test('what is mended can be restored from', async () => {
  const before = await postgres.query(place, 'SELECT * FROM pathvisibility ORDER BY 1, 2, 3')
  await postgres.query(place, 'DELETE FROM pathvisibility')
  await postgres.query(place, 'DELETE FROM client')
  for (const kind of ['job-without-client', 'visibility-missing']) await mendTrouble(database, kind)
  expect(await postgres.query(place, 'SELECT * FROM pathvisibility ORDER BY 1, 2, 3')).toEqual(
    before,
  )
  expect(await catalog.jobs.find(1)).toMatchObject({ client: 'lost-client-1' })
})

test('statistics remember Jobs that are gone', async () => {
  expect(await catalog.statistics.update(0)).toBe(0)
  expect(await catalog.statistics.update(Date.now() + 1e12)).toBe(2)
  expect(await catalog.statistics.update(Date.now() + 1e12)).toBe(0)
  await catalog.purge.deleteJobs([1, 2])
  expect(await postgres.query(place, 'SELECT jobid FROM jobhisto ORDER BY 1')).toHaveLength(2)
  expect(await catalog.statistics.prune(Date.now() + 1e12)).toBe(2)
})

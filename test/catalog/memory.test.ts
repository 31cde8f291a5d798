// Memory does not grow with the number of files: a child with a small heap takes very many in and reads them back.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

const FILES = 300_000
const DIRECTORIES = 30_000
// A heap that cannot hold a tenth of the rows, and room for Node itself and its buffers.
const HEAP_MB = 48
const MAX_RSS_MB = 260

const dist = (path: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../${path}`, import.meta.url)))

const PROGRAM = `
  import { openCatalog } from ${dist('services/director/dist/catalog/open.js')}
  import { encodeAttributes, RecordBatchBuilder, systemClock } from ${dist('packages/core/dist/index.js')}
  const external = JSON.parse(process.argv[1])
  const log = { info: () => undefined, warn: () => undefined }
  const catalog = await openCatalog({
    name: 'MyCatalog', directorName: 'child-dir', workingDirectory: '/', clock: systemClock, log, external })
  const jobId = await catalog.jobs.create({ job: 'j.1', name: 'j', type: 'B', level: 'F', scheduledMs: 0 })
  const session = await catalog.attributes.session(jobId)
  const stat = { dev: 1, ino: 2n, mode: 33188, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 3, blksize: 4096, blocks: 8,
    atime: 1795226642, mtime: 1795226642, ctime: 1795226642, linkFileIndex: 0, flags: 0, dataStream: 2 }
  const digest = Buffer.alloc(16, 1)
  const batch = new RecordBatchBuilder(512 * 1024)
  const commit = (number) => session.commit({ number, files: ${FILES}, bytes: 0, jobMedia: [], volumes: [] })
  let number = 0
  for (let index = 1; index <= ${FILES}; index++) {
    const name = '/srv/with/some/depth/directory-' + (index % ${DIRECTORIES}) + '/file-' + index
    const data = encodeAttributes({ fileIndex: index, type: 3, path: Buffer.from(name), stat })
    if (!batch.fits(data.length + 64)) {
      await session.add(batch.take())
      if (index % 7 === 0) await commit(++number)
    }
    batch.append(index, 1, data)
    batch.append(index, 3, digest)
  }
  await session.add(batch.take())
  await commit(++number)
  await session.end()
  let walked = 0
  for await (const rows of catalog.files.walk([jobId], await catalog.files.rootPathId())) walked += rows.length
  let listed = 0
  for await (const rows of catalog.lists.files(jobId)) listed += rows.length
  await catalog.close()
  const rssMb = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ walked, listed, rssMb }))
`

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres.stop())

test('of the Director that takes attributes in and walks a whole Job', {
  timeout: 180_000,
}, async () => {
  const database = JSON.stringify(await postgres.freshDatabase())
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${HEAP_MB}`,
    '--input-type=module',
    '--eval',
    PROGRAM,
    database,
  ])
  const told = JSON.parse(stdout) as { walked: number; listed: number; rssMb: number }
  expect(told).toMatchObject({ walked: FILES, listed: FILES })
  expect(told.rssMb).toBeLessThan(MAX_RSS_MB)
})

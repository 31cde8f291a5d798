// Attributes into the Catalog: merged, committed whole or not at all, the same bytes out as in.
import { decodePath, encodeRecords, FILE_TYPE, STREAM } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { JobFile } from '../../services/director/src/catalog/files.ts'
import { commitOf, poolNamed, T0 } from './backups.ts'
import { gather } from './gather.ts'
import { attributesOf, chunkOf, digestOf, filesOf } from './records.ts'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

let postgres: TestPostgres
let catalog: Catalog
beforeAll(async () => {
  postgres = await startTestPostgres()
  catalog = await postgres.openFresh()
  const [pool] = await catalog.pools.sync([poolNamed('Full')])
  for (const name of ['V1', 'V2']) {
    await catalog.media.create({ name, poolId: pool?.poolId ?? 0, mediaType: 'File' })
  }
})
afterAll(() => postgres.stop())

let unique = 0
function newJob(): Promise<number> {
  const job = `job.${++unique}`
  return catalog.jobs.create({ job, name: 'job', type: 'B', level: 'F', scheduledMs: T0 })
}

function filesIn(jobId: number): Promise<JobFile[]> {
  return gather(catalog.files.ofJob(jobId))
}

const md5 = Buffer.from('d41d8cd98f00b204e9800998ecf8427e', 'hex')

test('a committed chunk is there with everything that storage told', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(
    chunkOf([{ index: 1, path: '/etc/hosts', size: 218, digest: md5, deltaSeq: 2 }]),
  )
  await session.add(chunkOf([{ index: 2, path: '/etc/' }]))
  expect(await filesIn(jobId)).toEqual([])
  await session.commit({ ...commitOf({ files: 2, volume: 'V1' }), bytes: 4711 })
  await session.end()
  expect(session.committed).toEqual({ files: 2, fileIndex: 2 })

  expect(await filesIn(jobId)).toEqual([
    {
      jobId,
      fileIndex: 1,
      path: '/etc/hosts',
      lstat: 'P0A G6BT IGk B A A A Da BAA I BrAPwS BrAPwS BrAPwS A A C',
      digest: '1B2M2Y8AsgTpgAmY7PhCfg',
      isDeleted: false,
    },
    expect.objectContaining({ fileIndex: 2, path: '/etc/', digest: '' }),
  ])
  expect(await catalog.jobs.find(jobId)).toMatchObject({ files: 2, bytes: 4711 })
  expect(await catalog.jobMedia.list(jobId)).toMatchObject([
    { volume: 'V1', firstIndex: 1, lastIndex: 2, startBlock: 203, endBlock: 3_502_268 },
  ])
  expect(await catalog.media.find('V1')).toMatchObject({
    bytes: 3_502_269,
    blocks: 56,
    firstWrittenMs: T0,
    lastWrittenMs: T0 + 3000,
  })
})

test('a digest joins its attributes across chunks', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(encodeRecords([attributesOf({ index: 1, path: '/a' })]))
  await session.add(encodeRecords([digestOf(1, md5), attributesOf({ index: 2, path: '/b' })]))
  await session.add(encodeRecords([digestOf(2, Buffer.alloc(32, 0xff))]))
  await session.commit(commitOf({ files: 2, volume: 'V1' }))
  await session.end()
  const digests = (await filesIn(jobId)).map((file) => file.digest)
  expect(digests).toEqual([md5.toString('base64').slice(0, 22), '/'.repeat(42) + '8'])
})

describe('names', () => {
  const names: [string, Buffer][] = [
    ['not UTF-8', Buffer.from('/srv/latin1-\xe4\xf6\xff.txt', 'latin1')],
    ['UTF-8', Buffer.from('/srv/ümläut-日本.txt')],
    ['a newline, a tab, a backslash, quotes', Buffer.from('/srv/a\nb\tc\\x41\\\'"$1.txt')],
    ['255 bytes', Buffer.from(`/srv/${'n'.repeat(255)}`)],
    ['a path beyond PATH_MAX', Buffer.from(`${`/${'d'.repeat(200)}`.repeat(40)}/x`)],
    ['a directory that is not UTF-8', Buffer.from('/srv/\xfe\xff/', 'latin1')],
    ['doubled slashes', Buffer.from('//a///b')],
    ['no slash at all', Buffer.from('plugin')],
    ['the root', Buffer.from('/')],
    ['a drive', Buffer.from('C:/Users/x')],
    ['cut UTF-8 and a lone continuation', Buffer.from([0x2f, 0xe2, 0x82, 0x2f, 0x80, 0x41])],
  ]
  test.each(names)('%s come back byte for byte', async (_what, path) => {
    const jobId = await newJob()
    const session = await catalog.attributes.session(jobId)
    await session.add(chunkOf([{ index: 1, path }]))
    await session.commit(commitOf({ files: 1, volume: 'V1' }))
    await session.end()
    const [file] = await filesIn(jobId)
    expect(file?.path).toBe(decodePath(path))
    const found = await catalog.files.findInChain([jobId], decodePath(path))
    expect(found).toMatchObject({ jobId, fileIndex: 1, path: decodePath(path) })
  })
})

test('what no commit covered is gone after discard, and a later session goes on', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(chunkOf(filesOf('/a', '/b')))
  await session.commit(commitOf({ files: 2, volume: 'V1' }))
  const many = Array.from({ length: 60_000 }, (_, at) => ({ index: at + 3, path: `/x/${at}` }))
  await session.add(chunkOf(many))
  await session.discard()
  await session.discard()
  expect((await filesIn(jobId)).map((file) => file.path)).toEqual(['/a', '/b'])
  expect(session.committed).toEqual({ files: 2, fileIndex: 2 })
  await expect(session.add(chunkOf(filesOf('/c')))).rejects.toThrow('over')
})

test('files that come again after a crash are not doubled', async () => {
  const jobId = await newJob()
  const first = await catalog.attributes.session(jobId)
  await first.add(chunkOf(filesOf('/a', '/b')))
  await first.commit(commitOf({ files: 2, volume: 'V1' }))
  await first.end()
  const second = await catalog.attributes.session(jobId)
  await second.add(chunkOf(filesOf('/a', '/b', '/c')))
  await second.commit(commitOf({ files: 3, volume: 'V1' }))
  await second.end()
  expect((await filesIn(jobId)).map((file) => file.path)).toEqual(['/a', '/b', '/c'])
})

test('a commit that is repeated changes nothing', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(chunkOf(filesOf('/a')))
  const commit = commitOf({ files: 1, volume: 'V1' })
  await session.commit(commit)
  await session.commit({ ...commit, files: 99 })
  await session.end()
  expect(await catalog.jobMedia.list(jobId)).toHaveLength(1)
  expect(await catalog.jobs.find(jobId)).toMatchObject({ files: 1 })
})

test('ranges that go on without a gap become one JobMedia row, others their own', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  const ranges = [
    { number: 1, files: 1, volume: 'V1', from: 203, to: 999 },
    { number: 2, files: 2, volume: 'V1', from: 1000, to: 1999 },
    { number: 3, files: 3, volume: 'V1', from: 3000, to: 3999 },
    { number: 4, files: 4, volume: 'V2', from: 203, to: 999 },
  ]
  for (const range of ranges) await session.commit(commitOf(range))
  await session.end()
  const rows = await catalog.jobMedia.list(jobId)
  expect(rows.map((row) => [row.volume, row.startBlock, row.endBlock, row.lastIndex])).toEqual([
    ['V1', 203, 1999, 2],
    ['V1', 3000, 3999, 3],
    ['V2', 203, 999, 4],
  ])
  expect(rows[0]?.bytes).toBe(1797)
  expect(await catalog.jobMedia.volumes(jobId)).toEqual(['V1', 'V2'])
})

test('a commit that names an unknown Volume leaves nothing behind', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(chunkOf(filesOf('/a')))
  await expect(session.commit(commitOf({ files: 1, volume: 'nowhere' }))).rejects.toMatchObject({
    code: 'volume-unknown',
  })
  await session.discard()
  expect(await filesIn(jobId)).toEqual([])
  expect(await catalog.jobs.find(jobId)).toMatchObject({ files: 0 })
})

test('a Job that was deleted meanwhile is refused', async () => {
  await expect(catalog.attributes.session(999_999)).rejects.toMatchObject({ code: 'job-unknown' })
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(chunkOf(filesOf('/a')))
  await catalog.purge.deleteJobs([jobId])
  await expect(session.commit(commitOf({ files: 1, volume: 'V1' }))).rejects.toMatchObject({
    code: 'job-unknown',
  })
  await session.discard()
})

test('damaged records are refused and the session can be given up', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  const damaged = [{ fileIndex: 1, stream: STREAM.unixAttributes, data: Buffer.from('rubbish') }]
  await expect(session.add(encodeRecords(damaged))).rejects.toMatchObject({
    code: 'attributes-damaged',
  })
  await expect(session.add(Buffer.from('short'))).rejects.toMatchObject({
    code: 'record-malformed',
  })
  const endless = { index: 1, path: `/${'d/'.repeat(40_000)}x` }
  await session.add(chunkOf([endless]))
  await expect(session.commit(commitOf({ files: 1, volume: 'V1' }))).rejects.toMatchObject({
    code: 'attributes-damaged',
  })
  await session.discard()
})

test('a deletion becomes a row with FileIndex 0', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  await session.add(chunkOf([{ index: 1, path: '/a', type: FILE_TYPE.deleted }]))
  await session.commit(commitOf({ files: 0, volume: 'V1' }))
  await session.end()
  expect(await filesIn(jobId)).toMatchObject([{ path: '/a', fileIndex: 0, isDeleted: true }])
})

test('a restore object is kept with its name and bytes', async () => {
  const jobId = await newJob()
  const session = await catalog.attributes.session(jobId)
  const text = '1 25 3 5 5 0 @plugin@\0object\xff\0h\0llo'
  const data = Buffer.from(text, 'latin1')
  await session.add(encodeRecords([{ fileIndex: 1, stream: STREAM.restoreObject, data }]))
  await session.commit(commitOf({ files: 0, volume: 'V1' }))
  await session.end()
  const rows = await catalog.sql.query(
    `SELECT objecttype, objectindex, restoreobject, objectname FROM restoreobject WHERE jobid = ${jobId}`,
    { maximumRows: 9, readOnly: true, timeoutMs: 5000 },
  )
  expect(rows.rows).toEqual([['25', '3', '\\x68006c6c6f', '\\x6f626a656374ff']])
})

test('Jobs that see the same new directories at once do not block each other', async () => {
  const jobs = await Promise.all(Array.from({ length: 8 }, newJob))
  await Promise.all(
    jobs.map(async (jobId, nth) => {
      const session = await catalog.attributes.session(jobId)
      for (let round = 0; round < 3; round++) {
        const paths = Array.from({ length: 200 }, (_, at) => `/shared/${round}/${at % 50}/${at}/f`)
        const ordered = nth % 2 === 0 ? paths : paths.reverse()
        await session.add(
          chunkOf(ordered.map((path, at) => ({ index: round * 200 + at + 1, path }))),
        )
        await session.commit(commitOf({ number: round + 1, files: 200, volume: 'V2' }))
      }
      await session.end()
    }),
  )
  for (const jobId of jobs) expect(await filesIn(jobId)).toHaveLength(600)
})

// The embedded PostgreSQL and the lock of one Director, with real processes killed for real.
import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { runCommand } from '@coffer/daemon'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import { findBarrier } from '../../services/director/src/catalog/embedded/server-user.ts'
import { openCatalog } from '../../services/director/src/catalog/open.ts'
import { makeScratch, type Scratch } from '../kit/src/scratch.ts'
import { type ChildDirector, startChildDirector } from './child-director.ts'
import { gather } from './gather.ts'
import { chunkOf, filesOf } from './records.ts'
import { silentLog } from './test-postgres.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534
const canRunAsNobody =
  isRoot &&
  (await findBarrier(await realpath(process.execPath), { uid: NOBODY, gid: NOBODY })) === undefined

/** initdb of some release of a distribution, where there is one. */
const systemInitdb = (await readdir('/usr/lib/postgresql').catch(() => []))
  .filter((name) => Number(name) >= 13)
  .map((name) => `/usr/lib/postgresql/${name}/bin/initdb`)[0]

let scratch: Scratch
let opened: Catalog[]
let children: ChildDirector[]
beforeEach(async () => {
  scratch = await makeScratch('server')
  opened = []
  children = []
})
afterEach(async () => {
  for (const child of children) await child.kill()
  for (const catalog of opened) await catalog.close()
  // A server whose Director was killed is stopped by whoever adopts it.
  if (await isServerThere()) await (await open()).close()
  await scratch.remove()
})

async function open(workingDirectory = scratch.path): Promise<Catalog> {
  const catalog = await openCatalog({
    name: 'MyCatalog',
    directorName: 'test-dir',
    workingDirectory,
    clock: systemClock,
    log: silentLog,
  })
  opened.push(catalog)
  return catalog
}

async function child(uid?: number): Promise<ChildDirector> {
  const started = await startChildDirector(scratch.path, uid)
  children.push(started)
  return started
}

const pidFile = () => join(scratch.path, 'catalog', 'data', 'postmaster.pid')

/** An empty directory of the server's user where its data would be. */
async function makeData(): Promise<string> {
  const data = join(scratch.path, 'catalog', 'data')
  await mkdir(join(scratch.path, 'catalog'))
  await mkdir(data, { mode: 0o700 })
  if (isRoot) await chown(data, NOBODY, NOBODY)
  return data
}

async function isServerThere(): Promise<boolean> {
  return stat(pidFile()).then(
    () => true,
    () => false,
  )
}

async function serverPid(): Promise<number> {
  return Number((await readFile(pidFile(), 'utf8')).split('\n')[0])
}

async function killServer(): Promise<{ isBack(): Promise<boolean> }> {
  const killed = await serverPid()
  process.kill(killed, 'SIGKILL')
  // A session of the dead server may still answer for a moment.
  return { isBack: async () => (await serverPid().catch(() => killed)) !== killed }
}

test('a first start makes everything, a second finds it again', async () => {
  const first = await open()
  expect(first.place).toBe('embedded')
  expect(first.description).toMatch(/^PostgreSQL \d+(\.\d+)+ \(embedded\)$/u)
  await first.clients.sync([
    { name: 'a-fd', autoPrune: false, fileRetentionSeconds: 1, jobRetentionSeconds: 2 },
  ])
  await first.close()
  expect(await isServerThere()).toBe(false)
  const second = await open()
  expect(await second.clients.list()).toMatchObject([{ name: 'a-fd' }])
})

test('only its owner may enter its files', async () => {
  await open()
  const modes = await Promise.all(
    ['data', 'socket', 'log'].map((name) => stat(join(scratch.path, 'catalog', name))),
  )
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '700'])
  const { uid } = await stat(pidFile())
  expect(uid).toBe(isRoot ? NOBODY : process.getuid?.())
})

test('a second Director is refused, and the server goes on for the first', async () => {
  const first = await open()
  const second = await child()
  expect(second.outcome).toMatch(/^failed catalog-in-use another Director holds the Catalog: /u)
  expect(second.outcome).toContain(`pid=${process.pid}`)
  expect(second.outcome).toContain('director=test-dir')
  expect(await first.jobs.count({})).toBe(0)
})

test('a server that a killed Director left is adopted, its Jobs are closed', async () => {
  const killed = await child()
  expect(killed.outcome).toMatch(/^open /u)
  const pid = await serverPid()
  await killed.kill()
  const catalog = await open()
  expect(await serverPid()).toBe(pid)
  const failed = await catalog.jobs.failUnended(() => 'the Director ended', 1_795_226_710_000)
  expect(failed).toMatchObject([{ name: 'orphan', status: 'R', endMs: undefined }])
  const jobId = failed[0]?.jobId ?? 0
  expect(await catalog.jobs.find(jobId)).toMatchObject({
    status: 'f',
    endMs: 1_795_226_710_000,
    errors: 1,
  })
  expect(await catalog.log.list(jobId)).toMatchObject([{ text: 'the Director ended' }])
  expect(await catalog.jobs.failUnended(() => 'again', 0)).toEqual([])
})

test('a server that is killed comes back, and the lock with it', async () => {
  const catalog = await open()
  const jobId = await catalog.jobs.create({
    job: 'j.1',
    name: 'j',
    type: 'B',
    level: 'F',
    scheduledMs: 0,
  })
  const session = await catalog.attributes.session(jobId)
  const server = await killServer()
  const lost = await catalog.sql
    .query('SELECT pg_sleep(60)', { maximumRows: 1, readOnly: true, timeoutMs: 60_000 })
    .then(
      () => undefined,
      (error: unknown) => error,
    )
  // The statement met either the death of the server or the server that was started again.
  if (lost !== undefined) expect(lost).toMatchObject({ code: expect.stringMatching(/^catalog-/u) })
  await expect.poll(server.isBack, { timeout: 20_000 }).toBe(true)
  await expect.poll(() => catalog.jobs.count({}).catch(() => 'away'), { timeout: 20_000 }).toBe(1)
  await session.discard()
  expect((await child()).outcome).toMatch(/^failed catalog-in-use /u)
})

test('directories that a crash may have undone are made again', async () => {
  const catalog = await open()
  const newJob = (job: string) =>
    catalog.jobs.create({ job, name: 'j', type: 'B', level: 'F', scheduledMs: 0 })
  const commit = { number: 1, files: 1, bytes: 0, jobMedia: [], volumes: [] }
  const before = await catalog.attributes.session(await newJob('before'))
  await before.add(chunkOf(filesOf('/lost/with/the/crash/a', '/lost/with/the/crash/b')))
  const server = await killServer()
  await expect.poll(server.isBack, { timeout: 20_000 }).toBe(true)
  await expect.poll(() => catalog.jobs.count({}).catch(() => 'away'), { timeout: 20_000 }).toBe(1)
  await expect(before.commit(commit)).rejects.toMatchObject({ code: 'catalog-lost' })
  await before.discard()
  const jobId = await newJob('after')
  const after = await catalog.attributes.session(jobId)
  await after.add(chunkOf(filesOf('/lost/with/the/crash/a')))
  await after.commit(commit)
  await after.end()
  expect(await gather(catalog.files.ofJob(jobId))).toMatchObject([
    { path: '/lost/with/the/crash/a' },
  ])
})

test('a data directory that is no data directory is left alone', async () => {
  const data = await makeData()
  await expect(open()).rejects.toMatchObject({ code: 'catalog-start' })
  expect(await readdir(data)).toEqual([])
})

test('what an interrupted first start left is cleared away', async () => {
  const left = join(scratch.path, 'catalog', 'data.new-1')
  await mkdir(left, { recursive: true })
  await open()
  expect(await readdir(join(scratch.path, 'catalog'))).not.toContain('data.new-1')
})

test('stale process numbers of another program do not keep it from starting', async () => {
  await (await open()).close()
  // PostgreSQL believes in a process only when it is one of its own user's.
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  const other = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'], cwd: '/', ...user })
  try {
    const lines = `${other.pid ?? 0}\n${scratch.path}\n`
    await writeFile(pidFile(), lines)
    await writeFile(join(scratch.path, 'catalog', 'socket', '.s.PGSQL.5432.lock'), lines)
    const catalog = await open()
    expect(await catalog.jobs.count({})).toBe(0)
  } finally {
    other.kill()
  }
})

test('a long working directory gets its socket elsewhere', async () => {
  const deep = join(scratch.path, 'd'.repeat(110))
  await mkdir(deep)
  const catalog = await open(deep)
  expect(await catalog.jobs.count({})).toBe(0)
  const postmaster = join(deep, 'catalog', 'data', 'postmaster.pid')
  const socket = (await readFile(postmaster, 'utf8')).split('\n')[4] ?? ''
  expect(socket).toMatch(/^\/(?:run|tmp)\/coffer-[0-9a-f]{16}$/u)
  await catalog.close()
  await expect(stat(socket)).rejects.toThrow('ENOENT')
  opened.length = 0
})

test.runIf(systemInitdb !== undefined)(
  'data of another release get the programs of that release from the distribution',
  async () => {
    const data = await makeData()
    const end = await runCommand({
      argv: [
        systemInitdb ?? '',
        '-D',
        data,
        '-U',
        'coffer',
        '-E',
        'SQL_ASCII',
        '--locale=C',
        '-A',
        'peer',
      ],
      cwd: '/',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    })
    expect(end.exitCode).toBe(0)
    const release = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
    const catalog = await open()
    expect(catalog.description).toMatch(new RegExp(`^PostgreSQL ${release}[.]`, 'u'))
    expect(await catalog.jobs.count({})).toBe(0)
  },
)

test('data of a release that is not here are refused, and told which', async () => {
  await writeFile(join(await makeData(), 'PG_VERSION'), '9999\n')
  await expect(open()).rejects.toMatchObject({
    code: 'catalog-no-server',
    message: expect.stringContaining('PostgreSQL 9999'),
  })
})

describe.runIf(isRoot)('as root', () => {
  test('a working directory below a closed one is refused by name', async () => {
    const closed = join(scratch.path, 'closed')
    await mkdir(join(closed, 'work'), { recursive: true })
    await chmod(closed, 0o700)
    await expect(open(join(closed, 'work'))).rejects.toMatchObject({
      code: 'catalog-directory',
      message: expect.stringContaining(`"${closed}"`),
    })
  })

  test('a closed working directory is opened for passing', async () => {
    await chmod(scratch.path, 0o750)
    await open()
    expect(((await stat(scratch.path)).mode & 0o777).toString(8)).toBe('751')
  })

  test('data that belong to root are refused', async () => {
    await mkdir(join(scratch.path, 'catalog', 'data'), { recursive: true })
    await expect(open()).rejects.toMatchObject({ code: 'catalog-directory' })
  })

  test.runIf(canRunAsNobody)(
    "an ordinary user's server is its own, and root can take it over",
    async () => {
      await chown(scratch.path, NOBODY, NOBODY)
      const ordinary = await child(NOBODY)
      expect(ordinary.outcome).toMatch(/^open /u)
      await ordinary.kill()
      const catalog = await open()
      expect(await catalog.jobs.list({})).toMatchObject([{ name: 'orphan' }])
    },
  )

  test.runIf(canRunAsNobody)("an ordinary user is refused another's", async () => {
    await open()
    const daemon = await child(1)
    expect(daemon.outcome).toMatch(/^failed catalog-directory .*uid/u)
  })
})

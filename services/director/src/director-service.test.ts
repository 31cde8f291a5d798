import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { createDaemonLog } from '@coffer/daemon'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DirectorConfig, loadDirectorConfig } from './config/load.ts'
import { type DirectorService, startDirector } from './director-service.ts'
import { type FakeDaemons, startFakeDaemons } from './job/fake-daemons.contract.ts'
import { makeJobRequest } from './job/request.ts'

let directory = ''
let daemons: FakeDaemons
let service: DirectorService | undefined
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'director-'))
  // As root the database runs as another user, who has to get there.
  await chmod(directory, 0o711)
  daemons = await startFakeDaemons()
})
afterEach(async () => {
  await service?.close()
  service = undefined
}, 60_000)
afterAll(async () => {
  await daemons.close()
  await rm(directory, { recursive: true, force: true })
})

const load = () => loadDirectorConfig(join(directory, 'director.conf'), {})

async function writeConfig(extra = ''): Promise<DirectorConfig> {
  await writeFile(
    join(directory, 'director.conf'),
    `
Director { Name = test-dir; Messages = Daemon; Password = "c"; Address = 127.0.0.1; Port = 1
  Working Directory = "${directory}/work"; FD Connect Timeout = 1; SD Connect Timeout = 1 }
Messages { Name = Daemon; console = all; append = "${directory}/log" = all }
Messages { Name = Standard; console = all; catalog = all; mail = root = all, !info; mail on success = root = all
  Mail Command = "tee ${directory}/mail-%i-%e-%r"; mail on error = nobody = all }
Client { Name = fd; Address = 127.0.0.1; Port = ${daemons.filedPort}; Password = "secret" }
Storage { Name = File; Address = 127.0.0.1; Port = ${daemons.storagePort}; Password = "secret"; Device = FileDev; Media Type = File }
Pool { Name = Full; Pool Type = Backup; Label Format = "Full-" }
FileSet { Name = set; Include { Options { signature = MD5 } File = /srv } }
Job { Name = back; Type = Backup; Level = Full; Client = fd; Storage = File; Pool = Full; Messages = Standard; FileSet = set }
${extra}`,
  )
  const { config, faults } = await load()
  if (config === undefined) throw new Error(JSON.stringify(faults))
  return config
}

/** Port 0 is no legal configuration: any free one is put in afterwards. */
async function start(): Promise<DirectorService> {
  const config = await writeConfig()
  const anyPort = { ...config, director: { ...config.director, port: 0 } }
  service = await startDirector(anyPort, {
    ...createDaemonLog({
      name: 'test',
      debugLevel: 0,
      workingDirectory: directory,
      write: () => undefined,
    }),
    clock: systemClock,
    env: process.env,
    load,
  })
  return service
}

test('runs a Job, keeps it over a restart, and closes what was left open', async () => {
  const first = await start()
  const { director } = first
  const request = makeJobRequest(director.config(), 'back', {
    trigger: 'User',
    nowMs: systemClock.nowMs(),
  })
  const jobId = await director.jobs.submit(request)
  expect(await director.jobs.waitFor(jobId)).toBe('T')
  expect(director.messages.take('x')).toContain('Termination:            Backup OK')
  const orphan = await director.catalog.jobs.create({
    job: 'back.2026-11-21_00.00.00_01',
    name: 'back',
    type: 'B',
    level: 'F',
    scheduledMs: 1,
  })
  await director.catalog.jobs.update(orphan, { startMs: 1 })
  const later = await director.jobs.submit({ ...request, whenMs: systemClock.nowMs() + 3_600_000 })
  await first.close()
  const mail = await readFile(join(directory, `mail-${jobId}-OK-root`), 'utf8')
  expect(mail).toMatch(/JobId 1: Version: .*Termination: +Backup OK\n/s)
  expect((await readdir(directory)).filter((name) => name.endsWith('nobody'))).toEqual([])

  const second = await start()
  const { jobs } = second.director.catalog
  expect(await jobs.find(jobId)).toMatchObject({ status: 'T', files: 3 })
  expect(await jobs.find(orphan)).toMatchObject({ status: 'f' })
  const messages = second.director.messages.take('x')
  expect(messages).toContain(
    `Error: JobId ${orphan}, Job back.2026-11-21_00.00.00_01 failed: the Director ended while the Job was running\n`,
  )
  const again = new RegExp(
    `JobId ${later}, .* failed: the Director ended before the Job started; queued again as JobId (\\d+)\n`,
  ).exec(messages)?.[1]
  expect(second.director.jobs.find(Number(again))).toMatchObject({ status: 't', level: 'F' })
}, 120_000)

test('reload takes a good configuration and keeps the old one over a bad one', async () => {
  const { director } = await start()
  await writeConfig('Pool { Name = More; Pool Type = Backup }')
  expect(await director.reload()).toMatchObject({ ok: true })
  expect(director.config().pools.has('More')).toBe(true)
  expect(await director.catalog.pools.find('More')).toBeDefined()

  await writeFile(join(directory, 'director.conf'), 'Director { Name = x; Nosuch = 1 }')
  const result = await director.reload()
  expect(result.ok).toBe(false)
  expect(director.config().pools.has('More')).toBe(true)
  expect(director.messages.take('x')).toMatch(/Error: \S+director\.conf:1:\d+: .*Nosuch/)
}, 120_000)

test('asks other daemons for their status, for labels and for estimates', async () => {
  const { director } = await start()
  const { signal } = new AbortController()
  const client = await director.peers.clientStatus('fd', signal)
  expect(client.answer.daemon?.name).toBe('fake-fd')
  expect(client.cipher).toMatch(/^TLS_\w+ TLSv1\.3$/)
  expect((await director.peers.storageStatus('File', signal)).answer.daemon?.name).toBe('fake-sd')
  const label = await director.peers.label('File', { volume: 'V', pool: 'Full' }, signal)
  expect(label).toMatchObject({ ok: true, volBytes: 200 })
  const request = makeJobRequest(director.config(), 'back', { trigger: 'User', nowMs: 1 })
  const events = []
  for await (const event of director.peers.estimate(request, { listing: false, signal })) {
    events.push(event)
  }
  expect(events).toEqual([{ event: 'total', total: { files: 22, bytes: 3_495_796 } }])
  await expect(director.peers.clientStatus('nosuch', signal)).rejects.toMatchObject({
    code: 'job-resource-missing',
  })
}, 120_000)

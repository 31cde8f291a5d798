// A JobEngine with a real Catalog and fake daemons, anew for every test of a file.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { createLog, runCommand } from '@coffer/daemon'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Catalog } from '../catalog/catalog.ts'
import { openCatalog } from '../catalog/open.ts'
import { type DirectorConfig, loadDirectorConfig } from '../config/load.ts'
import { MessageRouter } from '../messages/router.ts'
import { PeerBook } from '../peers/peer-book.ts'
import { syncResources } from '../sync.ts'
import { JobEngine } from './engine.ts'
import { DIRECTOR_NAME, type FakeDaemons, startFakeDaemons } from './fake-daemons.contract.ts'
import type { ConsoleRun } from './ports.ts'
import { type JobOverrides, makeJobRequest } from './request.ts'
import { VolumeDesk } from './volume-desk.ts'

const product = {
  version: '0.1.0',
  shortDate: '21Nov26',
  longDate: '21 November 2026',
  os: 'Test OS',
  binary: 'Apache-2.0',
}

let directory = ''
/** Of the test that runs; names of its resources end in `number`. */
export let catalog: Catalog
export let daemons: FakeDaemons
export let bench: Bench
export let number = 0

/** To be called once at the top of a test file. */
export function useJobBench(): void {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'engine-'))
    catalog = await openCatalog({
      name: 'Cat',
      directorName: DIRECTOR_NAME,
      workingDirectory: directory,
      clock: systemClock,
      log: { info: () => undefined, warn: () => undefined },
    })
  }, 60_000)
  afterAll(async () => {
    await catalog.close()
    await rm(directory, { recursive: true, force: true })
  }, 60_000)

  beforeEach(async () => {
    number++
    daemons = await startFakeDaemons()
    await makeBench()
  })
  afterEach(async () => {
    await bench.engine.close()
    bench.book.close()
    await daemons.close()
  })
}

export interface Bench {
  readonly config: DirectorConfig
  readonly engine: JobEngine
  readonly book: PeerBook
  readonly troubles: string[]
  /** Console commands of Jobs; one with the word "fails" does. */
  readonly consoleRuns: Pick<ConsoleRun, 'text' | 'allowed'>[]
  /** Runs a Job to its end. */
  run(
    name?: string,
    overrides?: JobOverrides,
  ): Promise<{ jobId: number; status: string | undefined; log: string }>
  submit(name?: string, overrides?: JobOverrides): Promise<number>
  log(jobId: number): Promise<string>
}

/** Names carry the number of the test, so that no test sees another one's Jobs and Volumes. */
function configText(change: {
  readonly job?: string
  readonly pool?: string
  readonly filedPort?: number
}): string {
  const { storagePort } = daemons
  const filedPort = change.filedPort ?? daemons.filedPort
  return `
Director { Name = ${DIRECTOR_NAME}; Messages = Standard; Password = "c"; Maximum Concurrent Jobs = 10
  Working Directory = "${directory}"; FD Connect Timeout = 1; SD Connect Timeout = 1 }
Messages { Name = Standard; console = all; catalog = all }
Catalog { Name = Cat }
Client { Name = fd${number}; Address = 127.0.0.1; Port = ${filedPort}; Password = "secret"; Catalog = Cat; Maximum Concurrent Jobs = 5 }
Storage { Name = File${number}; Address = 127.0.0.1; Port = ${storagePort}; Password = "secret"; Device = FileDev; Media Type = File; Maximum Concurrent Jobs = 5 }
Pool { Name = Full${number}; Pool Type = Backup; ${change.pool ?? `Label Format = "Full${number}-"`} }
Pool { Name = Inc${number}; Pool Type = Backup; Label Format = "Inc${number}-" }
FileSet { Name = set${number}; Include { Options { signature = MD5 } File = /srv } }
JobDefs { Name = defs; Type = Backup; Level = Full; Client = fd${number}; Storage = File${number}; Pool = Full${number}; Incremental Backup Pool = Inc${number}; Messages = Standard; FileSet = set${number}; ${change.job ?? ''} }
Job { Name = back${number}; Job Defs = defs }
Job { Name = other${number}; Job Defs = defs }
Job { Name = urgent${number}; Job Defs = defs; Priority = 1 }
Job { Name = restore${number}; Job Defs = defs; Type = Restore; Where = /tmp/r }
Job { Name = admin${number}; Job Defs = defs; Type = Admin }
Job { Name = verify${number}; Job Defs = defs; Type = Verify; Level = Catalog }
Job { Name = archive${number}; Job Defs = defs; Type = Archive }
`
}

/** Replaces the bench by one with further directives. */
export async function makeBench(change: Parameters<typeof configText>[0] = {}): Promise<void> {
  const file = join(directory, `test-${number}.conf`)
  await writeFile(file, configText(change))
  const { config, faults } = await loadDirectorConfig(file, {})
  if (config === undefined) throw new Error(JSON.stringify(faults))
  await syncResources(config, catalog)
  const troubles: string[] = []
  const consoleRuns: Bench['consoleRuns'] = []
  const router = new MessageRouter({
    catalogLog: catalog.log,
    mail: { add: () => undefined },
    syslog: () => Promise.resolve(),
    stdout: () => undefined,
    stderr: () => undefined,
    onLoss: (destination) => troubles.push(destination),
  })
  const book = new PeerBook(systemClock)
  const engine = new JobEngine(
    {
      clock: systemClock,
      log: createLog({ name: 'test', level: 'silent' }),
      catalog,
      links: book,
      desk: new VolumeDesk(catalog, systemClock),
      product,
      runCommand,
      runConsole: async (run) => {
        const { text, allowed } = run
        consoleRuns.push({ text, allowed })
        run.onLine(`did ${text}`)
        return text.includes('fails') ? 'as asked' : undefined
      },
      processId: 4711,
      mintKey: () => 'ab'.repeat(32),
      deliver: (ofJob, messages, message) => {
        const resource = ofJob.messages.get(messages)
        return resource === undefined ? Promise.resolve() : router.deliver(message, resource)
      },
      endMessages: () => undefined,
      flushMessages: () => router.flush(),
      onTrouble: (_error, what) => troubles.push(what),
    },
    () => config,
  )
  const submit = (name = `back${number}`, overrides: JobOverrides = {}): Promise<number> =>
    engine.submit(
      makeJobRequest(config, name, { overrides, trigger: 'User', nowMs: systemClock.nowMs() }),
    )
  const log = async (jobId: number): Promise<string> =>
    (await catalog.log.list(jobId)).map(({ text }) => text).join('')
  bench = {
    config,
    engine,
    book,
    troubles,
    consoleRuns,
    submit,
    log,
    run: async (name, overrides) => {
      const jobId = await submit(name, overrides)
      const status = await engine.waitFor(jobId)
      return { jobId, status, log: await log(jobId) }
    },
  }
}

/** Resolves when the Job has this status. */
export async function until(jobId: number, status: string): Promise<void> {
  await expect.poll(() => bench.engine.find(jobId)?.status, { timeout: 5000 }).toBe(status)
}

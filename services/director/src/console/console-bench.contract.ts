// A console session for tests: a real Catalog, a Director of which the daemons are made up, a script that types.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, CofferError, type JobStatusLetter } from '@coffer/core'
import { createDaemonLog } from '@coffer/daemon'
import type {
  EstimateEvent,
  FiledStatus,
  LabelResponse,
  SlotList,
  StorageStatus,
} from '@coffer/wire'
import { startTestPostgres, type TestPostgres } from '../../../../test/catalog/test-postgres.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { type DirectorConfig, loadDirectorConfig } from '../config/load.ts'
import type { Director, Peers, ReloadResult, RunningJob, ScheduledRun } from '../director.ts'
import type { JobRequest } from '../job/request.ts'
import { ConsoleQueue } from '../messages/console-queue.ts'
import { openHouse } from '../rpc/console-service.ts'
import { syncResources } from '../sync.ts'
import { ALL_RIGHTS, type Rights } from './acl.ts'
import { DEFAULT_CONSOLE } from './context.ts'
import { ConsoleSession } from './session.ts'

// Tables show local times, and the Catalog's test data are of a moment in UTC.
process.env['TZ'] = 'UTC'

/** The moment at which every test happens. */
export const NOW = new Date(2026, 10, 21, 2, 9, 17).getTime()

const CONFIG = `
Director { Name = bench-dir; Messages = Standard; Password = "c"; Query File = "@DIR@/query.sql"
  Working Directory = "@DIR@"; Maximum Concurrent Jobs = 10; Auditing = yes }
Messages { Name = Standard; console = all; catalog = all }
Catalog { Name = MyCatalog }
Client { Name = host-fd; Address = localhost; Port = 29102; Password = "secret"; Catalog = MyCatalog }
Client { Name = spare-fd; Address = localhost; Port = 29112; Password = "secret" }
Storage { Name = File; Address = localhost; Port = 29103; Password = "secret"; Device = FileDev; Media Type = File }
Pool { Name = Full; Pool Type = Backup; Label Format = "Full-" }
Pool { Name = Incremental; Pool Type = Backup; Label Format = "Inc-"; Maximum Volume Jobs = 1 }
FileSet { Name = Everything; Include { Options { Signature = MD5 } File = /srv/sample } }
FileSet { Name = Other; Include { Options { Signature = MD5 } File = /etc } }
Schedule { Name = WeeklyCycle; Run = Level=Full 1st sat at 21:00; Run = Level=Incremental mon-fri at 21:00 }
JobDefs { Name = Defaults; Type = Backup; Level = Full; Client = host-fd; FileSet = Everything
  Storage = File; Pool = Full; Messages = Standard }
Job { Name = nightly; Job Defs = Defaults; Level = Incremental; Incremental Backup Pool = Incremental; Schedule = WeeklyCycle }
Job { Name = md5; Job Defs = Defaults }
Job { Name = RestoreFiles; Job Defs = Defaults; Type = Restore; Where = /tmp/restores }
Job { Name = upkeep; Job Defs = Defaults; Type = Admin }
Profile { Name = operator; Command ACL = list, run, status; Job ACL = md5; Client ACL = *all*
  Pool ACL = *all*; Storage ACL = *all*; FileSet ACL = *all*; Catalog ACL = *all* }
Console { Name = ops; Password = "ops"; Profile = operator }
`

/** What the daemons of the bench do; a test changes it before it types. */
export interface BenchWorld {
  readonly submitted: JobRequest[]
  readonly running: RunningJob[]
  readonly disabled: Set<string>
  readonly messages: ConsoleQueue
  readonly canceled: number[]
  readonly audited: string[]
  readonly bandwidth: { kind: string; name: string; job: string; limit: number }[]
  readonly labels: { storage: string; volume: string; pool: string }[]
  /** How often waiting Jobs were told to look for a Volume again. */
  volumeChanges: number
  readonly truncated: string[]
  readonly moves: { readonly from: number; readonly to: number }[]
  slots: SlotList
  scheduled: ScheduledRun[]
  reload: ReloadResult
  clientStatus: FiledStatus | Error
  storageStatus: StorageStatus | Error
  label: LabelResponse
  estimate: EstimateEvent[]
  /** How Jobs end when they are waited for. */
  endStatus: JobStatusLetter
}

export interface ConsoleBench {
  readonly catalog: Catalog
  readonly config: DirectorConfig
  readonly director: Director
  readonly directory: string
  readonly world: BenchWorld
  /** Types lines into a fresh session; yields what a console without a terminal would have printed. */
  converse(lines: readonly string[], as?: { name: string; rights: Rights }): Promise<string>
  stop(): Promise<void>
}

export async function startConsoleBench(): Promise<ConsoleBench> {
  const postgres = await startTestPostgres()
  const directory = await mkdtemp(join(tmpdir(), 'console-bench-'))
  const file = join(directory, 'director.conf')
  await writeFile(file, CONFIG.replaceAll('@DIR@', directory))
  const { config, faults } = await loadDirectorConfig(file, {})
  if (config === undefined) throw new Error(JSON.stringify(faults))
  const clock = makeClock()
  const catalog = await postgres.openFresh(clock)
  await syncResources(config, catalog)
  const world = makeWorld()
  const director = makeDirector({ catalog, config, directory, world, clock })
  return {
    catalog,
    config,
    director,
    directory,
    world,
    converse: (lines, as) => converse(director, lines, as),
    stop: () => stop(postgres, directory),
  }
}

async function stop(postgres: TestPostgres, directory: string): Promise<void> {
  await postgres.stop()
  await rm(directory, { recursive: true, force: true })
}

function makeClock(): Clock {
  return {
    nowMs: () => NOW,
    after: (_delayMs, action) => {
      const timer = setTimeout(action, 0)
      return () => {
        clearTimeout(timer)
      }
    },
  }
}

async function converse(
  director: Director,
  lines: readonly string[],
  as = { name: DEFAULT_CONSOLE, rights: ALL_RIGHTS },
): Promise<string> {
  const waiting = [...lines]
  let said = ''
  const session = new ConsoleSession({
    director,
    house: openHouse(),
    console: as.name,
    address: '127.0.0.1:40312',
    rights: as.rights,
    signal: new AbortController().signal,
    io: {
      write: async (text) => {
        said += text
      },
      prompt: async ({ kind, text }) => {
        const line = waiting.shift()
        if (kind !== 'main') said += text
        if (line === undefined) throw new CofferError('console-gone', 'no more lines')
        said += `${line}\n`
        return line
      },
    },
  })
  await session.run()
  return said.replace(/^1000 OK: .*\n.*\n\n.*\n/, '')
}

function makeWorld(): BenchWorld {
  return {
    submitted: [],
    running: [],
    disabled: new Set(),
    messages: new ConsoleQueue(),
    canceled: [],
    audited: [],
    bandwidth: [],
    labels: [],
    volumeChanges: 0,
    truncated: [],
    moves: [],
    slots: { ok: false, text: 'no changer', slots: [], drives: 0 },
    scheduled: [],
    reload: { ok: true, warnings: [] },
    clientStatus: new Error('not set'),
    storageStatus: new Error('not set'),
    label: {
      ok: true,
      error: '',
      code: '',
      volBytes: 202,
      device: 'FileDev',
      archiveDevice: '/var/lib/coffer/storage',
    },
    estimate: [],
    endStatus: 'T',
  }
}

interface DirectorParts {
  readonly catalog: Catalog
  readonly config: DirectorConfig
  readonly directory: string
  readonly world: BenchWorld
  readonly clock: Clock
}

function makeDirector({ catalog, config, directory, world, clock }: DirectorParts): Director {
  return {
    version: '0.1.0',
    product: {
      version: '0.1.0',
      shortDate: '21Nov26',
      longDate: '21 November 2026',
      os: 'Debian GNU/Linux 12 (bookworm)',
      binary: 'self-compiled',
    },
    startedMs: new Date(2026, 10, 21, 2, 5).getTime(),
    clock,
    workingDirectory: directory,
    ...createDaemonLog({
      name: 'bench-dir',
      debugLevel: 0,
      workingDirectory: directory,
      write: () => undefined,
    }),
    catalog,
    config: () => config,
    audit: (text) => {
      world.audited.push(text)
    },
    reload: () => Promise.resolve(world.reload),
    messages: world.messages,
    peers: makePeers(world),
    schedule: { between: () => world.scheduled },
    jobs: {
      submit: (request) => {
        world.submitted.push(request)
        return Promise.resolve(30 + world.submitted.length)
      },
      running: () => world.running,
      find: (jobId) => world.running.find((job) => job.jobId === jobId),
      findByJob: (name) => world.running.find(({ job }) => job === name),
      cancel: (jobId) => {
        world.canceled.push(jobId)
        return true
      },
      waitFor: () => Promise.resolve(world.endStatus),
      waitForAll: () => Promise.resolve(),
      ranCount: () => 26,
      withVolumes: (action) => action(),
      volumesChanged: () => {
        world.volumeChanges += 1
      },
      isEnabled: (kind, name) => !world.disabled.has(`${kind} ${name}`),
      setEnabled: (kind, name, enabled) => {
        if (enabled) world.disabled.delete(`${kind} ${name}`)
        else world.disabled.add(`${kind} ${name}`)
      },
    },
  }
}

const CIPHER = 'TLS_AES_256_GCM_SHA384 TLSv1.3'

function makePeers(world: BenchWorld): Peers {
  const respond = <Answer>(answer: Answer | Error): Promise<{ answer: Answer; cipher: string }> =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ answer, cipher: CIPHER })
  const mounted = {
    ok: true,
    text: '3906 File device "FileDev" (/var/lib/coffer/storage) is always mounted.',
    device: 'FileDev',
    archiveDevice: '/var/lib/coffer/storage',
  }
  return {
    clientStatus: () => respond(world.clientStatus),
    storageStatus: () => respond(world.storageStatus),
    label: (storage, { volume, pool }) => {
      world.labels.push({ storage, volume, pool })
      return Promise.resolve(world.label)
    },
    mount: () => Promise.resolve(mounted),
    unmount: () => Promise.resolve(mounted),
    release: () => Promise.resolve(mounted),
    truncate: (_storage, { name }) => {
      world.truncated.push(name)
      return Promise.resolve({ ok: true, text: '3000 OK truncate.', volBytes: 202 })
    },
    listSlots: () => Promise.resolve(world.slots),
    moveSlot: (_storage, slots) => {
      world.moves.push(slots)
      return Promise.resolve({ ...mounted, text: '3308 Successfully transferred volume.' })
    },
    setDebug: (_kind, name, { level, trace }) => {
      if (name === 'spare-fd') return Promise.reject(new CofferError('peer-unreachable', 'down'))
      return Promise.resolve({ level, trace: trace > 0, traceFile: `/var/${name}.trace` })
    },
    setBandwidth: (kind, name, { job, limit }) => {
      world.bandwidth.push({ kind, name, job, limit })
      return Promise.resolve(job === '' ? 0 : 1)
    },
    resolve: (_kind, name, host) => Promise.resolve([`${name} ${host}`]),
    estimate: async function* () {
      yield* world.estimate
    },
  }
}

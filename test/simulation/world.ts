// A Director's scheduler, queue, search for Volumes and pruning, as they are, over a Catalog and daemons in memory and a
// clock that runs as fast as they allow.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobStatusLetter } from '@coffer/core'
import type { Log } from '@coffer/daemon'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import { type DirectorConfig, loadDirectorConfig } from '../../services/director/src/config/load.ts'
import type { ActiveJob } from '../../services/director/src/job/active-job.ts'
import { closeOrphans } from '../../services/director/src/job/close-orphans.ts'
import { JobEngine } from '../../services/director/src/job/engine.ts'
import type { JobRequest } from '../../services/director/src/job/request.ts'
import { phaseOf } from '../../services/director/src/job/state.ts'
import { VolumeDesk } from '../../services/director/src/job/volume-desk.ts'
import { pruneVolume } from '../../services/director/src/pool/pruning.ts'
import { nextRun } from '../../services/director/src/schedule/next-run.ts'
import { Scheduler } from '../../services/director/src/schedule/scheduler.ts'
import { syncResources } from '../../services/director/src/sync.ts'
import { Ledger } from './ledger.ts'
import { MemoryCatalog } from './memory-catalog.ts'
import { MemoryStorage } from './memory-daemons.ts'
import type { Plan, PoolPlan } from './plan.ts'
import { MortalClock, SimClock } from './sim-clock.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const GB = 1_000_000_000

export interface Outcome {
  readonly violations: readonly string[]
  readonly jobs: number
  readonly restorePoints: number
  /** Jobs by their status. */
  readonly ends: Readonly<Record<string, number>>
  readonly volumes: number
  readonly recycled: number
  readonly missed: number
}

export async function simulate(plan: Plan): Promise<Outcome> {
  const world = new World(plan, await readConfig(plan))
  return world.run()
}

class World {
  readonly #plan: Plan
  readonly #config: DirectorConfig
  readonly #clock: SimClock
  readonly #catalog = new MemoryCatalog()
  readonly #storage = new MemoryStorage()
  readonly #ledger: Ledger
  readonly #submitted = new Set<string>()
  readonly #ends: Record<string, number> = {}
  #lookedMs: number | undefined
  #due = 0
  #missed = 0

  constructor(plan: Plan, config: DirectorConfig) {
    this.#plan = plan
    this.#config = config
    this.#clock = new SimClock(plan.startMs)
    this.#ledger = new Ledger(this.#catalog, this.#storage)
  }

  async run(): Promise<Outcome> {
    const { startMs, days, restarts } = this.#plan
    const endMs = startMs + days * DAY
    await syncResources(this.#config, { ...this.#catalog.view, ...NO_SYNC })
    let director = await this.#boot()
    for (const { fromMs, toMs, isCrash } of restarts) {
      if (toMs >= endMs) break
      await this.#live(fromMs)
      await this.#end(director, isCrash)
      await this.#clock.runTo(toMs)
      director = await this.#boot()
    }
    await this.#live(endMs)
    await this.#end(director, false)
    this.#checkSchedule(endMs)
    await this.#pruneAll()
    return this.#outcome()
  }

  async #live(untilMs: number): Promise<void> {
    while (this.#clock.nowMs() < untilMs && this.#ledger.violations.length === 0) {
      await this.#clock.runTo(Math.min(untilMs, this.#clock.nowMs() + DAY))
      this.#ledger.check(this.#clock.nowMs())
    }
  }

  async #boot(): Promise<LivingDirector> {
    for (const volume of this.#storage.disk.values()) volume.writers = 0
    const clock = new MortalClock(this.#clock)
    const life = { isOver: false }
    const catalog = mortal(this.#catalog.view, life)
    const desk = new VolumeDesk(catalog, clock)
    const engine: JobEngine = new JobEngine(
      {
        clock,
        log: SILENT,
        catalog,
        desk,
        links: this.#storage.links({
          clock,
          loadOf: (level) => {
            this.#checkLimits(engine)
            const { gb, minutes } = this.#plan.loads[level as 'F' | 'D' | 'I']
            return { bytes: gb * GB, durationMs: minutes * MINUTE }
          },
          isDown: (client) =>
            this.#plan.outages.some((each) => each.client === client && this.#isIn(each)),
          isDiskFull: () => this.#plan.fullDisks.some((each) => this.#isIn(each)),
          onOverwrite: (volume, jobIds) => {
            this.#ledger.overwritten(volume, jobIds, this.#clock.nowMs())
          },
        }),
        product: { version: 'sim', shortDate: '', longDate: '', os: '', binary: '' },
        runCommand: () => Promise.reject(new Error('no commands here')),
        runConsole: () => Promise.reject(new Error('no console here')),
        processId: 1,
        mintKey: () => 'ab'.repeat(32),
        deliver: () => Promise.resolve(),
        endMessages: (job, status) => {
          this.#jobEnded(job, status)
        },
        flushMessages: () => Promise.resolve(),
        onTrouble: (error, what) => {
          this.#ledger.violate(`${what}: ${String(error)}`, clock.nowMs())
        },
      },
      () => this.#config,
    )
    const scheduler = this.#scheduler(engine, clock, life)
    await closeOrphans({
      config: this.#config,
      catalog,
      clock,
      submit: (request) => engine.submit(request),
      say: () => Promise.resolve(),
    })
    await scheduler.catchUp()
    scheduler.start()
    return { engine, scheduler, clock, life }
  }

  #scheduler(engine: JobEngine, clock: MortalClock, life: Life): Scheduler {
    return new Scheduler({
      clock,
      config: () => this.#config,
      jobs: engine,
      maximumSleepMs: DAY,
      submit: (request) => {
        this.#scheduled(request)
        return engine.submit(request)
      },
      onFailure: (jobName, error) => {
        this.#ledger.violate(`"${jobName}" could not be queued: ${String(error)}`, clock.nowMs())
      },
      memory: {
        load: () => Promise.resolve(this.#lookedMs),
        save: async (lookedMs) => {
          if (!life.isOver) this.#lookedMs = lookedMs
        },
      },
      wasQueued: () => Promise.resolve(false),
      say: async (_type, text) => {
        const times = Number(/the last of (\d+) times/.exec(text)?.[1] ?? 1)
        this.#missed += text.endsWith('It is run now') ? times - 1 : times
      },
    })
  }

  /** No run may be started twice. */
  #scheduled({ jobName, level, whenMs }: JobRequest): void {
    const key = `"${jobName}" (${level}) due at ${new Date(whenMs).toISOString()}`
    if (this.#submitted.has(key)) this.#ledger.violate(`${key} is run twice`, this.#clock.nowMs())
    this.#submitted.add(key)
    this.#due++
  }

  /** Every run that was due was queued, or named as missed. */
  #checkSchedule(endMs: number): void {
    let expected = 0
    for (const { schedule } of this.#config.jobs.values()) {
      const resource = this.#config.schedules.get(schedule ?? '')
      for (const spec of resource?.run ?? []) {
        let dueMs = nextRun(spec, this.#plan.startMs, resource?.timeZone)
        for (; dueMs !== undefined && dueMs <= endMs; expected++) {
          dueMs = nextRun(spec, dueMs, resource?.timeZone)
        }
      }
    }
    if (this.#ledger.violations.length > 0 || expected === this.#due + this.#missed) return
    this.#ledger.violate(
      `${expected} runs were due, ${this.#due} were queued and ${this.#missed} named as missed`,
      endMs,
    )
  }

  #checkLimits(engine: JobEngine): void {
    const active = engine.running().filter(({ status }) => phaseOf(status) === 'active')
    const { director, storage } = this.#plan.concurrency
    const names = new Set(active.map(({ request }) => request.jobName))
    const clients = new Set(active.map(({ request }) => request.client))
    if (
      active.length > Math.min(director, storage) ||
      names.size < active.length ||
      clients.size < active.length
    ) {
      const jobs = active.map(({ job }) => job).join(', ')
      this.#ledger.violate(`more Jobs run than may: ${jobs}`, this.#clock.nowMs())
    }
  }

  #jobEnded(job: ActiveJob, status: JobStatusLetter): void {
    this.#ends[status] = (this.#ends[status] ?? 0) + 1
    if (job.type !== 'B' || (status !== 'T' && status !== 'W')) return
    const row = this.#catalog.jobs.get(job.jobId)
    const level = job.level as keyof Plan['pools']
    const nowMs = this.#clock.nowMs()
    this.#ledger.add(
      {
        jobId: job.jobId,
        jobName: job.request.jobName,
        level,
        startMs: job.startMs ?? 0,
        sinceMs: job.facts.sinceMs,
        promisedUntilMs: (row?.endMs ?? nowMs) + this.#plan.pools[level].retentionDays * DAY,
      },
      nowMs,
    )
  }

  async #end(director: LivingDirector, isCrash: boolean): Promise<void> {
    const { engine, scheduler, clock, life } = director
    if (!isCrash) {
      const closed = scheduler.close().then(() => engine.close())
      await this.#clock.runTo(this.#clock.nowMs() + 10 * MINUTE)
      await closed
    }
    clock.kill()
    life.isOver = true
  }

  /** What pruning takes when it is asked for everything. */
  async #pruneAll(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    const catalog = this.#catalog.view
    for (const volume of await catalog.media.list({})) await pruneVolume(catalog, volume, nowMs)
    this.#ledger.check(nowMs)
    if (this.#ledger.violations.length === 0) this.#ledger.checkNothingElse(nowMs)
  }

  #isIn({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean {
    const nowMs = this.#clock.nowMs()
    return nowMs >= fromMs && nowMs < toMs
  }

  #outcome(): Outcome {
    const volumes = [...this.#catalog.media.values()]
    return {
      violations: this.#ledger.violations,
      jobs: Object.values(this.#ends).reduce((a, b) => a + b, 0),
      restorePoints: this.#ledger.made,
      ends: this.#ends,
      volumes: volumes.length,
      recycled: volumes.reduce((sum, { recycleCount }) => sum + recycleCount, 0),
      missed: this.#missed,
    }
  }
}

interface LivingDirector {
  readonly engine: JobEngine
  readonly scheduler: Scheduler
  readonly clock: MortalClock
  readonly life: Life
}

interface Life {
  isOver: boolean
}

/** The Catalog of one Director: when that was killed, no statement of it ever returns or does anything. */
function mortal(catalog: Catalog, life: Life): Catalog {
  const wrap = (group: object): object =>
    new Proxy(group, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key)
        if (typeof member !== 'function') return member
        const call = member as (...args: unknown[]) => unknown
        return (...args: unknown[]): unknown =>
          life.isOver ? new Promise(() => undefined) : call.apply(target, args)
      },
    })
  return new Proxy(catalog, {
    get: (target, key) => {
      const group: unknown = Reflect.get(target, key)
      return typeof group === 'object' && group !== null ? wrap(group) : group
    },
  })
}

const NO_SYNC = {
  clients: { sync: () => Promise.resolve([]) },
  storages: { sync: () => Promise.resolve([]) },
} as unknown as Pick<Catalog, 'clients' | 'storages'>

const nothing = (): void => undefined
const SILENT: Log = {
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
  trace: nothing,
  child: () => SILENT,
}

/** The configuration is read from a file, as a Director reads it. */
async function readConfig(plan: Plan): Promise<DirectorConfig> {
  const directory = await mkdtemp(join(tmpdir(), 'simulation-'))
  try {
    const file = join(directory, 'director.conf')
    await writeFile(file, configText(plan, directory))
    const { config, faults } = await loadDirectorConfig(file, {})
    if (config === undefined) throw new Error(JSON.stringify(faults))
    return config
  } finally {
    await rm(directory, { recursive: true })
  }
}

function configText(plan: Plan, directory: string): string {
  const { clients, concurrency, pools, runs, zone, job } = plan
  const pool = (name: string, { retentionDays, directives }: PoolPlan) =>
    `Pool { Name = ${name}; Pool Type = Backup; Label Format = "${name}-"; Volume Retention = ${retentionDays} days; ${directives} }`
  const ofClient = (name: string) => `
Client { Name = ${name}; Address = sim; Password = "x" }
Job { Name = backup-${name}; Job Defs = defs; Client = ${name} }`
  return `
Director { Name = sim-dir; Messages = all; Password = "x"; Working Directory = "${directory}"; Maximum Concurrent Jobs = ${concurrency.director} }
Messages { Name = all; console = all }
Catalog { Name = Sim }
Storage { Name = disk; Address = sim; Password = "x"; Device = sim; Media Type = File; Maximum Concurrent Jobs = ${concurrency.storage} }
FileSet { Name = everything; Include { File = / } }
${pool('F', pools.F)}
${pool('D', pools.D)}
${pool('I', pools.I)}
Schedule { Name = cycle; Time Zone = "${zone}"
${runs.map((run) => `  Run = ${run}`).join('\n')}
}
JobDefs { Name = defs; Type = Backup; Level = Incremental; FileSet = everything; Storage = disk; Messages = all; Schedule = cycle
  Pool = I; Full Backup Pool = F; Differential Backup Pool = D; Incremental Backup Pool = I; ${job} }
${clients.map(ofClient).join('\n')}
`
}

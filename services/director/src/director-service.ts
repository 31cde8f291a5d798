// Puts a Director together and runs it: the only file that constructs. Read job/run.ts for what it does.
import { randomBytes } from 'node:crypto'
import { type Clock, listenAddresses, type LoadResult, messageOf, PRODUCT } from '@coffer/core'
import { type DebugControl, type Log, readOsName, runCommand } from '@coffer/daemon'
import { makeSelfSigned, readServerTls, serve, type WireServer } from '@coffer/wire'
import type { Catalog } from './catalog/catalog.ts'
import { openCatalog } from './catalog/open.ts'
import { catalogPlace } from './catalog-options.ts'
import { consoleSecret } from './console-secret.ts'
import { runScriptCommand } from './console/script-console.ts'
import type { DirectorConfig } from './config/load.ts'
import type { Director, ReloadResult } from './director.ts'
import { DirectorMessages } from './director-messages.ts'
import { closeOrphans } from './job/close-orphans.ts'
import { type EnginePorts, JobEngine } from './job/engine.ts'
import { estimateLevel } from './job/estimate-level.ts'
import type { CommandRunner } from './job/ports.ts'
import type { ProductInfo } from './job/report.ts'
import { VolumeDesk } from './job/volume-desk.ts'
import { PeerBook } from './peers/peer-book.ts'
import { PeerQueries } from './peers/peer-queries.ts'
import { consoleHandlers, openHouse } from './rpc/console-service.ts'
import { Scheduler } from './schedule/scheduler.ts'
import { fileMemory } from './schedule/scheduler-memory.ts'
import { syncResources } from './sync.ts'
import { makeWorkingDirectory } from './working-directory.ts'

/** What the outside gives to a Director. */
export interface DirectorContext {
  readonly log: Log
  readonly clock: Clock
  readonly debug: DebugControl
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads the configuration again, for `reload`. */
  readonly load: () => Promise<LoadResult<DirectorConfig>>
  /** Where the program's own executables are: first in the PATH of scripts. */
  readonly programDirectory?: string
}

export interface DirectorService {
  readonly director: Director
  /** Where the console service listens, with real ports. */
  readonly addresses: WireServer['addresses']
  reload(): Promise<void>
  /** Takes no new work, cancels what runs, ends the embedded database. */
  close(): Promise<void>
}

/** How long console sessions may take to end at a shutdown. */
const CONSOLE_GRACE_MS = 2_000

/**
 * Opens the Catalog, closes the Jobs that an earlier Director left open, listens for consoles and starts Schedules.
 * Throws what keeps it from starting; everything that was opened is closed then.
 */
export async function startDirector(
  config: DirectorConfig,
  context: DirectorContext,
): Promise<DirectorService> {
  const { workingDirectory } = config.director
  await makeWorkingDirectory(workingDirectory)
  const catalog = await openCatalog({
    ...catalogPlace(config),
    directorName: config.director.name,
    workingDirectory,
    clock: context.clock,
    log: context.log,
  })
  try {
    await syncResources(config, catalog)
    const parts = new DirectorParts(config, context, catalog, await productInfo())
    return await parts.start()
  } catch (error) {
    await catalog.close()
    throw error
  }
}

async function productInfo(): Promise<ProductInfo> {
  const { version, shortDate, longDate, binary } = PRODUCT
  return { version, shortDate, longDate, binary, os: await readOsName() }
}

class DirectorParts implements Director {
  readonly #context: DirectorContext
  readonly #messages: DirectorMessages
  readonly #book: PeerBook
  readonly #scheduler: Scheduler
  readonly #house = openHouse()
  readonly #engine: JobEngine
  #config: DirectorConfig
  #reloading: Promise<unknown> = Promise.resolve()
  readonly product: ProductInfo
  readonly catalog: Catalog
  readonly peers: PeerQueries
  readonly startedMs: number

  constructor(
    config: DirectorConfig,
    context: DirectorContext,
    catalog: Catalog,
    product: ProductInfo,
  ) {
    this.#config = config
    this.#context = context
    this.catalog = catalog
    this.product = product
    this.startedMs = context.clock.nowMs()
    this.#book = new PeerBook(context.clock)
    const run = commandRunner(context)
    this.#messages = new DirectorMessages({
      clock: context.clock,
      log: context.log,
      catalogLog: catalog.log,
      run,
      config: () => this.#config,
      activeJob: (jobId) => this.#engine.active(jobId),
    })
    this.#engine = new JobEngine(this.#ports(run), () => this.#config)
    this.peers = new PeerQueries({
      links: this.#book,
      config: () => this.#config,
      runCommand: run,
      settleEstimate: (request) =>
        estimateLevel(request, { config: this.#config, catalog, clock: context.clock }),
    })
    this.#scheduler = new Scheduler({
      clock: context.clock,
      config: () => this.#config,
      jobs: this.#engine,
      submit: (request) => this.#engine.submit(request),
      onFailure: (jobName, error) => {
        void this.#messages.say(
          'error',
          `Job "${jobName}" was due and could not be started: ${messageOf(error)}`,
        )
      },
      memory: fileMemory(config.director.workingDirectory, config.director.name),
      wasQueued: async (name, dueMs) => {
        const rows = await catalog.jobs.list({ name, sinceMs: dueMs })
        return rows.some(({ scheduledMs }) => scheduledMs === dueMs)
      },
      say: (type, text) => this.#messages.say(type, text),
    })
  }

  get version(): string {
    return this.product.version
  }

  get clock(): Clock {
    return this.#context.clock
  }

  get debug(): DebugControl {
    return this.#context.debug
  }

  get workingDirectory(): string {
    return this.#config.director.workingDirectory
  }

  get jobs(): JobEngine {
    return this.#engine
  }

  get messages(): DirectorMessages['consoles'] {
    return this.#messages.consoles
  }

  get schedule(): Scheduler {
    return this.#scheduler
  }

  config(): DirectorConfig {
    return this.#config
  }

  audit(text: string): void {
    if (this.#config.director.auditing) void this.#messages.say('audit', text)
  }

  async start(): Promise<DirectorService> {
    await closeOrphans({
      config: this.#config,
      catalog: this.catalog,
      clock: this.clock,
      submit: (request) => this.#engine.submit(request),
      say: (type, text) => this.#messages.say(type, text),
    })
    const server = await this.#listen()
    await this.#scheduler.catchUp()
    this.#scheduler.start()
    return {
      director: this,
      addresses: server.addresses,
      reload: async () => {
        await this.reload()
      },
      close: () => this.#close(server),
    }
  }

  /** One at a time: the second of two takes what the first one has put in force. */
  async reload(): Promise<ReloadResult> {
    const turn = this.#reloading.then(() => this.#reloadNow())
    this.#reloading = turn.catch(() => undefined)
    return turn
  }

  async #reloadNow(): Promise<ReloadResult> {
    const { config, faults, warnings } = await this.#context.load()
    for (const { file, line, column, message } of faults) {
      await this.#messages.say('error', `${file}:${line}:${column}: ${message}`)
    }
    if (config === undefined) return { ok: false, faults }
    await syncResources(config, this.catalog)
    this.#config = config
    this.#engine.reloaded()
    this.#scheduler.start()
    return { ok: true, warnings }
  }

  async #listen(): Promise<WireServer> {
    const { director } = this.#config
    const tls = await readServerTls(director, () =>
      makeSelfSigned(director.workingDirectory, director.name, this.clock),
    )
    return serve({
      addresses: listenAddresses(director),
      tls,
      secretFor: (identity) => consoleSecret(this.#config, identity),
      services: { console: consoleHandlers(this) },
      onRefused: ({ address, identity, reason }) => {
        const who = identity === undefined ? '' : ` as "${identity}"`
        void this.#messages.say('security', `Login from ${address}${who} was refused: ${reason}`)
      },
      onBug: (error) => {
        this.#context.log.error({ error }, 'a console call failed')
      },
    })
  }

  async #close(server: WireServer): Promise<void> {
    await this.#scheduler.close()
    await this.#engine.close()
    await server.close(CONSOLE_GRACE_MS)
    this.#book.close()
    await this.#messages.close()
    await this.catalog.close()
  }

  #ports(run: CommandRunner): EnginePorts {
    const { clock, log } = this.#context
    return {
      clock,
      log,
      catalog: this.catalog,
      links: this.#book,
      desk: new VolumeDesk(this.catalog, clock),
      product: this.product,
      runCommand: run,
      runConsole: (command) => runScriptCommand(this, this.#house, command),
      processId: process.pid,
      mintKey: () => randomBytes(32).toString('hex'),
      deliver: (of, messages, message) => this.#messages.deliver(of, messages, message),
      endMessages: (job, status) => {
        this.#messages.endJob(job, status)
      },
      flushMessages: () => this.#messages.flush(),
      onTrouble: (error, what) => {
        log.error({ error, what }, 'trouble with a Job')
      },
    }
  }
}

/** Scripts find the program's own executables first. */
function commandRunner({ env, programDirectory }: DirectorContext): CommandRunner {
  const path = [programDirectory, env['PATH']].filter((part) => part !== undefined).join(':')
  return (options) => runCommand({ env: { ...env, PATH: path }, ...options })
}

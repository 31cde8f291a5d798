// A real Bacula on this host: its three daemons as child processes, driven through its console.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type BaculaDatabase,
  type BaculaHost,
  type BaculaJob,
  type BaculaTls,
  consoleText,
  directorText,
  filedText,
  storageText,
} from './bacula-config.ts'
import {
  baculaEnvironment,
  type BaculaFlavour,
  type BaculaProgram,
  baculaProgram,
  makeBaculaCatalog,
} from './bacula-programs.ts'
import { queuedJobIds, terminations } from './outcome.ts'
import { run } from './run.ts'
import { findPortBase, makeScratch } from './scratch.ts'

export interface BaculaBackup {
  readonly jobIds: readonly number[]
  /** Where the Volumes lie, in the order in which they were written. */
  readonly volumePaths: readonly string[]
  /** Everything that the console printed. */
  readonly said: string
}

export interface Bacula {
  /**
   * Runs these Jobs beside each other and waits for their end: Jobs that share a Pool are mixed in one Volume.
   * Throws unless all end well.
   */
  backUp(jobs: readonly BaculaJob[]): Promise<BaculaBackup>
  /** Restores all that a Job saved below `where`, and returns what the console printed. */
  restore(jobId: number, where: string): Promise<string>
  /** Types the lines into bconsole. */
  console(lines: readonly string[]): Promise<string>
  /** Below it: `volumes`. */
  readonly path: string
  /** Adds Jobs to those that the Director knows. */
  define(jobs: readonly BaculaJob[]): Promise<void>
  /** What runs bconsole, and its environment. */
  readonly consoleCommand: { readonly argv: readonly string[]; readonly env: NodeJS.ProcessEnv }
  pidOf(daemon: 'director' | 'storage' | 'filed'): number
  close(): Promise<void>
}

/** A Bacula of more than what most tests need. */
export interface BaculaSetup {
  readonly tls?: BaculaTls
  /** Not SQLite but this PostgreSQL, which has Bacula's tables; needs the peer "bacula-director-pgsql". */
  readonly database?: BaculaDatabase
}

const DAEMONS = [
  { name: 'storage', program: 'bacula-sd', port: 'storagePort' },
  { name: 'filed', program: 'bacula-fd', port: 'filedPort' },
  { name: 'director', program: 'bacula-dir', port: 'directorPort' },
] as const satisfies readonly {
  name: string
  program: BaculaProgram
  port: keyof BaculaHost
}[]

const READY_TIMEOUT_MS = 20_000
const POLL_MS = 20
const STOP_TIMEOUT_MS = 10_000

/** Starts a Bacula that backs up `tree`; needs the packages of `BACULA_PEERS`. */
export async function startBacula(tree: string, setup: BaculaSetup = {}): Promise<Bacula> {
  const scratch = await makeScratch('bacula')
  const base = await findPortBase()
  const host = {
    path: scratch.path,
    tree,
    directorPort: base,
    filedPort: base + 1,
    storagePort: base + 2,
    ...setup,
  }
  const bacula = new Processes(host, () => scratch.remove())
  try {
    await bacula.start()
  } catch (error) {
    await bacula.close()
    throw error
  }
  return bacula
}

class Processes implements Bacula {
  readonly #host: BaculaHost
  readonly #remove: () => Promise<void>
  readonly #flavour: BaculaFlavour
  readonly #running = new Map<string, ChildProcess>()
  readonly #jobs = new Map<string, BaculaJob>()
  #env: NodeJS.ProcessEnv = {}

  constructor(host: BaculaHost, remove: () => Promise<void>) {
    this.#host = host
    this.#remove = remove
    this.#flavour = host.database === undefined ? 'sqlite3' : 'postgresql'
  }

  get path(): string {
    return this.#host.path
  }

  get consoleCommand(): Bacula['consoleCommand'] {
    const program = baculaProgram('bconsole', this.#flavour)
    return { argv: [program, '-c', join(this.path, 'console.conf')], env: this.#env }
  }

  pidOf(daemon: 'director' | 'storage' | 'filed'): number {
    const pid = this.#running.get(daemon)?.pid
    if (pid === undefined) throw new Error(`Bacula's ${daemon} does not run`)
    return pid
  }

  async start(): Promise<void> {
    const { path } = this.#host
    for (const name of ['director', 'storage', 'filed', 'volumes']) await mkdir(join(path, name))
    this.#env = await baculaEnvironment(path, this.#flavour)
    if (this.#flavour === 'sqlite3') await makeBaculaCatalog(join(path, 'director'))
    await this.#write('storage.conf', storageText(this.#host))
    await this.#write('filed.conf', filedText(this.#host))
    await this.#write('console.conf', consoleText(this.#host))
    await this.#write('director.conf', directorText(this.#host, []))
    for (const daemon of DAEMONS) await this.#startDaemon(daemon)
  }

  async define(jobs: readonly BaculaJob[]): Promise<void> {
    for (const job of jobs) this.#jobs.set(job.name, job)
    await this.#write('director.conf', directorText(this.#host, [...this.#jobs.values()]))
    await this.console(['reload'])
  }

  async backUp(jobs: readonly BaculaJob[]): Promise<BaculaBackup> {
    await this.define(jobs)
    const said = await this.console([
      ...jobs.map((job) => `run job="${job.name}" yes`),
      'wait',
      'messages',
    ])
    const ends = terminations(said)
    if (ends.length !== jobs.length || ends.some((end) => end !== 'Backup OK')) {
      throw new Error(`Bacula's backup failed\n${said}`)
    }
    const volumes = new Set(
      [...said.matchAll(/^ {2}Volume name\(s\): *(.*)$/gm)].flatMap((found) =>
        (found[1] ?? '').split('|'),
      ),
    )
    return {
      jobIds: queuedJobIds(said),
      volumePaths: [...volumes].map((name) => join(this.#host.path, 'volumes', name)),
      said,
    }
  }

  async restore(jobId: number, where: string): Promise<string> {
    const said = await this.console([
      `restore jobid=${String(jobId)} where="${where}" all done yes`,
      'wait',
      'messages',
    ])
    if (terminations(said)[0] !== 'Restore OK') throw new Error(`Bacula's restore failed\n${said}`)
    return said
  }

  async console(lines: readonly string[]): Promise<string> {
    const { argv, env } = this.consoleCommand
    const result = await run(argv, { input: `${[...lines, 'quit'].join('\n')}\n`, env })
    return result.stdout + result.stderr
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(stop))
    await this.#remove()
  }

  #write(name: string, text: string): Promise<void> {
    return writeFile(join(this.#host.path, name), text)
  }

  async #startDaemon({ name, program, port }: (typeof DAEMONS)[number]): Promise<void> {
    const config = join(this.path, `${name}.conf`)
    const child = spawn(baculaProgram(program, this.#flavour), ['-f', '-c', config], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.set(name, child)
    const said: string[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    child.on('error', (error) => said.push(error.message))
    const deadline = Date.now() + READY_TIMEOUT_MS
    while (!(await listens(this.#host[port]))) {
      if (child.pid === undefined || child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${program} does not listen\n${said.join('')}`)
      }
      await pause(POLL_MS)
    }
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

// A real Bacula on this host: its three daemons as child processes, driven through its console.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type BaculaHost,
  type BaculaJob,
  consoleText,
  directorText,
  filedText,
  storageText,
} from './bacula-config.ts'
import {
  baculaEnvironment,
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
  close(): Promise<void>
}

const DAEMONS = [
  { program: 'bacula-sd', config: 'storage.conf', port: 'storagePort' },
  { program: 'bacula-fd', config: 'filed.conf', port: 'filedPort' },
  { program: 'bacula-dir', config: 'director.conf', port: 'directorPort' },
] as const satisfies readonly {
  program: BaculaProgram
  config: string
  port: keyof BaculaHost
}[]

const READY_TIMEOUT_MS = 20_000
const POLL_MS = 20
const STOP_TIMEOUT_MS = 10_000

/** Starts a Bacula that backs up `tree`; needs the packages of `BACULA_PEERS`. */
export async function startBacula(tree: string): Promise<Bacula> {
  const scratch = await makeScratch('bacula')
  const base = await findPortBase()
  const host = {
    path: scratch.path,
    tree,
    directorPort: base,
    filedPort: base + 1,
    storagePort: base + 2,
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
  readonly #running: ChildProcess[] = []
  readonly #jobs = new Map<string, BaculaJob>()
  #env: NodeJS.ProcessEnv = {}

  constructor(host: BaculaHost, remove: () => Promise<void>) {
    this.#host = host
    this.#remove = remove
  }

  async start(): Promise<void> {
    const { path } = this.#host
    for (const name of ['director', 'storage', 'filed', 'volumes']) await mkdir(join(path, name))
    this.#env = await baculaEnvironment(path)
    await makeBaculaCatalog(join(path, 'director'))
    await this.#write('storage.conf', storageText(this.#host))
    await this.#write('filed.conf', filedText(this.#host))
    await this.#write('console.conf', consoleText(this.#host))
    await this.#write('director.conf', directorText(this.#host, []))
    for (const { program, config, port } of DAEMONS) {
      await this.#startDaemon(program, join(path, config), this.#host[port])
    }
  }

  async backUp(jobs: readonly BaculaJob[]): Promise<BaculaBackup> {
    for (const job of jobs) this.#jobs.set(job.name, job)
    await this.#write('director.conf', directorText(this.#host, [...this.#jobs.values()]))
    const said = await this.console([
      'reload',
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
    const argv = [baculaProgram('bconsole'), '-c', join(this.#host.path, 'console.conf')]
    const result = await run(argv, { input: `${[...lines, 'quit'].join('\n')}\n`, env: this.#env })
    return result.stdout + result.stderr
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map(stop))
    await this.#remove()
  }

  #write(name: string, text: string): Promise<void> {
    return writeFile(join(this.#host.path, name), text)
  }

  async #startDaemon(program: BaculaProgram, config: string, port: number): Promise<void> {
    const child = spawn(baculaProgram(program), ['-f', '-c', config], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.push(child)
    const said: string[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    child.on('error', (error) => said.push(error.message))
    const deadline = Date.now() + READY_TIMEOUT_MS
    while (!(await listens(port))) {
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

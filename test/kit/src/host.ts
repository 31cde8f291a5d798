// A host for tests: `coffer init` in a scratch directory, its daemons as real processes, its console as a real program.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunResult, run } from './run.ts'
import { findPortBase, makeScratch } from './scratch.ts'

/** Path of the executable. */
export const COFFER = fileURLToPath(new URL('../../../cli/bin/coffer', import.meta.url))
const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000

export const DAEMONS = ['storage', 'filed', 'director'] as const
export type DaemonName = (typeof DAEMONS)[number]

export interface TestHost {
  /** The directory of the configuration. */
  readonly path: string
  readonly portBase: number
  /** Text of the log that a daemon wrote so far. */
  logOf(daemon: DaemonName): string
  /** `through` is put before the command line, for programs that change how it runs and then become it. */
  start(daemon: DaemonName, through?: readonly string[]): Promise<void>
  /** Ends a daemon with the signal and waits until it is gone. */
  stop(daemon: DaemonName, signal?: NodeJS.Signals): Promise<void>
  pidOf(daemon: DaemonName): number
  /** Types the lines into `coffer console` without a terminal. */
  console(lines: readonly string[], timeoutMs?: number): Promise<string>
  /** Changes a configuration file below the directory. */
  edit(file: string, change: (text: string) => string): Promise<void>
  close(): Promise<void>
}

/** Runs the executable `coffer`. */
export function coffer(argv: readonly string[], input?: string): Promise<RunResult> {
  return run([process.execPath, COFFER, ...argv], input === undefined ? {} : { input })
}

/** Writes a configuration, lets `prepare` change it, and starts the three daemons. */
export async function startHost(
  name: string,
  prepare: (host: Pick<TestHost, 'path' | 'edit' | 'portBase'>) => Promise<void> = () =>
    Promise.resolve(),
): Promise<TestHost> {
  const scratch = await makeScratch(name)
  const portBase = await findPortBase()
  const path = join(scratch.path, 'host')
  const made = await coffer(['init', path, '--port-base', String(portBase)])
  if (made.exitCode !== 0) throw new Error(`coffer init failed: ${made.stderr}`)
  const host = new Processes(path, portBase, () => scratch.remove())
  await prepare(host)
  try {
    for (const daemon of DAEMONS) await host.start(daemon)
  } catch (error) {
    await host.close()
    throw error
  }
  return host
}

class Processes implements TestHost {
  readonly path: string
  readonly portBase: number
  readonly #remove: () => Promise<void>
  readonly #running = new Map<DaemonName, ChildProcess>()
  readonly #logs = new Map<DaemonName, string[]>()

  constructor(path: string, portBase: number, remove: () => Promise<void>) {
    this.path = path
    this.portBase = portBase
    this.#remove = remove
  }

  logOf(daemon: DaemonName): string {
    return (this.#logs.get(daemon) ?? []).join('')
  }

  pidOf(daemon: DaemonName): number {
    const pid = this.#running.get(daemon)?.pid
    if (pid === undefined) throw new Error(`${daemon} does not run`)
    return pid
  }

  async start(daemon: DaemonName, through: readonly string[] = []): Promise<void> {
    const argv = [...through, process.execPath, COFFER, daemon, '-f', '-c', this.path]
    const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    const log = this.#logs.get(daemon) ?? []
    this.#logs.set(daemon, log)
    child.stdout?.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    this.#running.set(daemon, child)
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${daemon} was not ready in time\n${this.logOf(daemon)}`))
      }, READY_TIMEOUT_MS)
      child.once('message', () => {
        clearTimeout(timer)
        resolve()
      })
      child.once('exit', (code) => {
        clearTimeout(timer)
        this.#running.delete(daemon)
        reject(new Error(`${daemon} ended with ${String(code)}\n${this.logOf(daemon)}`))
      })
    })
  }

  async stop(daemon: DaemonName, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#running.get(daemon)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
      child.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    child.kill(signal)
    await gone
    this.#running.delete(daemon)
  }

  async console(lines: readonly string[], timeoutMs = 120_000): Promise<string> {
    const result = await run([process.execPath, COFFER, 'console', '-c', this.path], {
      input: `${lines.join('\n')}\n`,
      timeoutMs,
    })
    return result.stdout + result.stderr
  }

  async edit(file: string, change: (text: string) => string): Promise<void> {
    const path = join(this.path, file)
    const before = await readFile(path, 'utf8').catch(() => '')
    await writeFile(path, change(before))
  }

  async close(): Promise<void> {
    for (const daemon of [...DAEMONS].reverse()) await this.stop(daemon)
    await this.#remove()
  }
}

// The life of a daemon process: starts its service, waits for a signal, drains, and says with which code to exit.
import { type CofferError, toCofferError } from '@coffer/core'
import { tellParentReady } from './background.ts'
import { EXIT_CODES, type ExitCode } from './arguments.ts'
import type { Log } from './log.ts'
import { takePidFile } from './pid-file.ts'

export interface DaemonService {
  /** Takes no new work, ends what runs, frees what it holds. */
  close(): Promise<void>
  /** SIGHUP: reads the configuration again. */
  reload?(): Promise<void>
}

export interface DaemonStart {
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal
  /** The service cannot go on: logged, drained, exit code of the error. */
  fail(error: unknown): void
}

export interface RunDaemonOptions {
  /** "bareos-fd": name of the daemon and of its pid file. */
  readonly name: string
  readonly workingDirectory: string
  readonly log: Log
  readonly start: (context: DaemonStart) => Promise<DaemonService>
  /** How long `close` may take before the process gives it up; default 60 s. A second signal gives up at once. */
  readonly drainMs?: number | undefined
}

const DEFAULT_DRAIN_MS = 60_000
const END_SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Runs a daemon to its end. Resolves with the exit code: 0 after SIGTERM or SIGINT and a clean drain, otherwise 1 or
 * the code of the error that ended it. The caller exits the process with it.
 */
export async function runDaemon(options: RunDaemonOptions): Promise<ExitCode> {
  const life = new Life(options.log)
  try {
    const pidFile = await takePidFile(options.workingDirectory, options.name)
    try {
      return await runService(options, life)
    } finally {
      await pidFile.release()
    }
  } catch (error) {
    return life.explain(error, 'cannot start')
  } finally {
    life.release()
  }
}

async function runService(options: RunDaemonOptions, life: Life): Promise<ExitCode> {
  const { log } = options
  const starting = options.start({ signal: life.signal, fail: (error) => life.end(error) })
  const service = await Promise.race([starting, life.hurried])
  if (service === undefined) return EXIT_CODES.failed
  log.info({ pid: process.pid }, 'started')
  tellParentReady()
  life.onReload(() => reload(service, log))
  const reason = await life.ended
  const code = reason.error === undefined ? EXIT_CODES.ok : life.explain(reason.error, 'failed')
  log.info({ reason: reason.text }, 'shutting down')
  const drained = await drain(service, life, options.drainMs ?? DEFAULT_DRAIN_MS)
  log.info({ drained }, 'ended')
  return drained ? code : EXIT_CODES.failed
}

async function reload(service: DaemonService, log: Log): Promise<void> {
  if (service.reload === undefined) {
    log.info({}, 'SIGHUP ignored: nothing to read again')
    return
  }
  try {
    await service.reload()
  } catch (error) {
    // The old configuration stays in force.
    log.error({ error: toCofferError(error) }, 'reload failed')
  }
}

async function drain(service: DaemonService, life: Life, drainMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false)
    }, drainMs)
    void life.hurried.then(() => {
      resolve(false)
    })
  })
  try {
    return await Promise.race([service.close().then(() => true as const), late])
  } catch (error) {
    life.explain(error, 'shutdown failed')
    return false
  } finally {
    clearTimeout(timer)
  }
}

interface EndReason {
  readonly text: string
  readonly error?: unknown
}

// The typings list the events of a process one by one.
const emitter: NodeJS.EventEmitter = process
type Listener = (first: unknown) => void

/** Signals and uncaught errors of the process, as promises. */
class Life {
  readonly #log: Log
  readonly #controller = new AbortController()
  readonly #listeners: [string, Listener][] = []
  readonly ended: Promise<EndReason>
  /** Settles on the second request to end. */
  readonly hurried: Promise<undefined>
  #end: (reason: EndReason) => void = () => undefined
  #hurry: (value: undefined) => void = () => undefined
  #reload: (() => Promise<void>) | undefined

  constructor(log: Log) {
    this.#log = log
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.hurried = new Promise((resolve) => {
      this.#hurry = resolve
    })
    for (const name of END_SIGNALS) this.#on(name, () => this.#finish({ text: name }))
    this.#on('SIGHUP', () => void this.#reload?.())
    // A reader of our output may go away; that is no reason to end.
    this.#on('SIGPIPE', () => undefined)
    for (const name of ['uncaughtException', 'unhandledRejection']) {
      this.#on(name, (error: unknown) => this.#finish({ text: name, error }))
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  end(error: unknown): void {
    this.#finish({ text: 'failure', error })
  }

  onReload(action: () => Promise<void>): void {
    this.#reload = action
  }

  /** Logs an error; its exit code. */
  explain(error: unknown, message: string): ExitCode {
    const known: CofferError = toCofferError(error)
    this.#log.error({ error: known, code: known.code, hint: known.hint }, message)
    return known.entry.exitCode === EXIT_CODES.ok ? EXIT_CODES.failed : known.entry.exitCode
  }

  release(): void {
    for (const [name, listener] of this.#listeners) emitter.removeListener(name, listener)
  }

  #on(name: string, listener: Listener): void {
    this.#listeners.push([name, listener])
    emitter.on(name, listener)
  }

  #finish(reason: EndReason): void {
    if (this.signal.aborted) {
      if (reason.error !== undefined) this.explain(reason.error, 'failed while shutting down')
      else this.#hurry(undefined)
      return
    }
    this.#controller.abort()
    this.#end(reason)
  }
}

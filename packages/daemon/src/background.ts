// Daemons that outlive the command that starts them: started detached, watched until they say that they are ready.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { CofferError, messageOf } from '@coffer/core'

export interface BackgroundOptions {
  /** What to call it in errors: "director". */
  readonly name: string
  readonly argv: readonly [string, ...string[]]
  /** Takes standard output and standard error, appended; undefined: ours. */
  readonly logPath: string | undefined
}

export interface BackgroundDaemon {
  readonly pid: number
  /** Resolves with the exit code, or the signal's name. Only while this process lives. */
  readonly ended: Promise<string>
}

/** What a daemon sends to the process that started it, once it serves. */
const READY = 'ready'

/** Tells the process that started this one, if it listens, that the service is up. */
export function tellParentReady(): void {
  if (process.send === undefined) return
  process.send(READY, () => {
    if (process.connected) process.disconnect()
  })
}

/**
 * Starts a daemon in a session of its own and resolves when it is ready. It goes on when this process ends.
 * @throws CofferError up-failed when it ends first, or cannot be started
 */
export async function startInBackground(options: BackgroundOptions): Promise<BackgroundDaemon> {
  const child = launch(options)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? String(code))
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => {
      resolve()
    })
    child.once('error', (error) => {
      reject(failure(options, messageOf(error)))
    })
    void ended.then((how) => {
      reject(failure(options, `it ended with ${how} before it was ready`))
    })
  })
  child.unref()
  return { pid: child.pid ?? 0, ended }
}

/** A database below may run as another user: others may pass and not look around. */
const FOLDER_MODE = 0o751

function launch({ argv, logPath }: BackgroundOptions): ChildProcess {
  const [program, ...args] = argv
  const log = logPath === undefined ? undefined : openLog(logPath)
  try {
    const output = log ?? 'inherit'
    return spawn(program, args, { detached: true, stdio: ['ignore', output, output, 'ipc'] })
  } finally {
    if (log !== undefined) closeSync(log)
  }
}

/** The folder of the log is the daemon's working directory, which a first start has to make. */
function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
  return openSync(path, 'a', 0o640)
}

function failure({ name, logPath }: BackgroundOptions, reason: string): CofferError {
  const where = logPath === undefined ? '' : `; its log is "${logPath}"`
  return new CofferError('up-failed', `${name}: ${reason}${where}`)
}

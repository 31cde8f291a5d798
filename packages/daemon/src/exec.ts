// Child processes: commands that end by themselves and processes that live beside us. Never through a shell, always
// killed with everything they started.
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { execa } from 'execa'
import { LineSplitter } from './line-splitter.ts'
import { OutputTail } from './output-tail.ts'

export interface ProcessOptions {
  /** Program and arguments; no shell interprets them. */
  readonly argv: readonly [string, ...string[]]
  /** The whole environment of the child; ours when absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly cwd?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Time between the request to end and the kill; default 5 s. */
  readonly killGraceMs?: number | undefined
}

export interface CommandOptions extends ProcessOptions {
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Default: nothing, standard input is empty. */
  readonly stdin?: string | Uint8Array | undefined
  /** Each line as it comes, without its end; a line beyond 64 KiB comes in pieces. Bytes that are no UTF-8 show as U+FFFD. */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined
  /** How much of each output stream the result keeps, from its end; default 64 KiB. */
  readonly keepBytes?: number | undefined
}

export interface ProcessEnd {
  /** 127 for a program that could not be started; undefined when a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** Why the program could not be started. */
  readonly startError?: string
}

/** A program that could not be started has exit code 127 and the reason in `stderrTail`. */
export interface CommandResult extends Omit<ProcessEnd, 'startError'> {
  readonly stdoutTail: Buffer
  readonly stderrTail: Buffer
  /** More came than `keepBytes`: the tail lacks the beginning. */
  readonly truncated: boolean
  readonly timedOut: boolean
  readonly aborted: boolean
}

export interface RunningProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Never rejects. */
  readonly ended: Promise<ProcessEnd>
  /** Ends it and all it started: SIGTERM, after the grace SIGKILL; resolves when it is gone. */
  stop(): Promise<ProcessEnd>
  /** Sends one signal to it and all it started. */
  signal(name: NodeJS.Signals): void
}

const DEFAULT_KEEP_BYTES = 64 * 1024
const MAX_LINE_BYTES = 64 * 1024
const DEFAULT_KILL_GRACE_MS = 5_000
const NOT_STARTED = 127
// A child may leave a grandchild behind that holds its pipes open.
const OUTPUT_GRACE_MS = 500

// Children live in process groups of their own, so that a whole tree can be killed; this ends them when we go.
const groups = new Set<number>()
process.on('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL')
})

/** Runs a command to its end. Never rejects: exit code, signal, timeout and abort are the caller's to judge. */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  const child = startProcess(options)
  const keepBytes = options.keepBytes ?? DEFAULT_KEEP_BYTES
  const tails = { stdout: new OutputTail(keepBytes), stderr: new OutputTail(keepBytes) }
  const outputs = Promise.all([
    collect(child.stdout, tails.stdout, lineSink(options, 'stdout')),
    collect(child.stderr, tails.stderr, lineSink(options, 'stderr')),
  ])
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin)

  const reasons = { timedOut: false, aborted: false }
  const unwatch = stopWhenDue(child, options, reasons)
  const end = await child.ended
  unwatch()
  await settleOutputs(child, outputs)
  if (end.startError !== undefined) tails.stderr.push(Buffer.from(end.startError))
  return {
    exitCode: end.exitCode,
    signal: end.signal,
    ...reasons,
    stdoutTail: tails.stdout.bytes(),
    stderrTail: tails.stderr.bytes(),
    truncated: tails.stdout.truncated || tails.stderr.truncated,
  }
}

/** Starts a process that lives until it ends or is stopped. It does not outlive us, unless we are killed -9. */
export function startProcess(options: ProcessOptions): RunningProcess {
  const [program, ...args] = options.argv
  const child = execa(program, args, {
    reject: false,
    buffer: false,
    detached: true,
    encoding: 'buffer',
    extendEnv: options.env === undefined,
    ...pickDefined(options, ['env', 'cwd', 'uid', 'gid']),
  })
  const { pid } = child
  if (pid !== undefined) groups.add(pid)
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined })
    })
    void child.then((result) => {
      if (pid === undefined) resolve(notStarted(program, result.code))
    })
  })
  const ended = exited.finally(() => {
    if (pid !== undefined) groups.delete(pid)
  })
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    stop: () => stopTree(pid, ended, options.killGraceMs ?? DEFAULT_KILL_GRACE_MS),
    signal: (name) => {
      if (pid !== undefined && groups.has(pid)) signalGroup(pid, name)
    },
  }
}

function notStarted(program: string, code: string | undefined): ProcessEnd {
  const reason = code === 'ENOENT' ? 'no such file or directory' : (code ?? 'unknown error')
  return {
    exitCode: NOT_STARTED,
    signal: undefined,
    startError: `cannot start "${program}": ${reason}`,
  }
}

function pickDefined<Key extends keyof ProcessOptions>(
  options: ProcessOptions,
  keys: readonly Key[],
): { [K in Key]?: Exclude<ProcessOptions[K], undefined> } {
  const entries = keys.map((key) => [key, options[key]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as {
    [K in Key]?: Exclude<ProcessOptions[K], undefined>
  }
}

type LineSink = (line: string) => void

function lineSink(options: CommandOptions, stream: 'stdout' | 'stderr'): LineSink | undefined {
  const { onLine } = options
  return onLine === undefined ? undefined : (line) => onLine(line, stream)
}

async function collect(
  output: Readable,
  tail: OutputTail,
  onLine: LineSink | undefined,
): Promise<void> {
  const lines = onLine === undefined ? undefined : new LineSplitter(MAX_LINE_BYTES, onLine)
  output.on('data', (chunk: Buffer) => {
    tail.push(chunk)
    lines?.push(chunk)
  })
  await finished(output, { writable: false }).catch(() => undefined)
  lines?.end()
}

async function settleOutputs(child: RunningProcess, outputs: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => {
    child.stdout.destroy()
    child.stderr.destroy()
  }, OUTPUT_GRACE_MS)
  await outputs
  clearTimeout(timer)
}

function stopWhenDue(
  child: RunningProcess,
  options: CommandOptions,
  reasons: { timedOut: boolean; aborted: boolean },
): () => void {
  const stop = (reason: 'timedOut' | 'aborted') => {
    reasons[reason] = true
    void child.stop()
  }
  const onAbort = () => {
    stop('aborted')
  }
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          stop('timedOut')
        }, options.timeoutMs)
  if (options.signal?.aborted === true) onAbort()
  else options.signal?.addEventListener('abort', onAbort, { once: true })
  return () => {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

async function stopTree(
  pid: number | undefined,
  ended: Promise<ProcessEnd>,
  graceMs: number,
): Promise<ProcessEnd> {
  if (pid === undefined) return ended
  signalGroup(pid, 'SIGTERM')
  const timer = setTimeout(() => {
    signalGroup(pid, 'SIGKILL')
  }, graceMs)
  const end = await ended
  clearTimeout(timer)
  // What the child started may have ignored the first signal.
  signalGroup(pid, 'SIGKILL')
  return end
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch {
    // The whole group is gone already.
  }
}

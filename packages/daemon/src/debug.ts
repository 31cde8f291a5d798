// How much a daemon logs while it runs, and whether it writes that into a trace file as well.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createLog, type Log, type LogFields } from './log.ts'

export interface DebugState {
  /** 0: what happens. 1 to 99: what is decided. From 100: every file and block. */
  readonly level: number
  readonly isTracing: boolean
  readonly traceFile: string
}

export interface DebugChange {
  readonly level?: number | undefined
  readonly isTracing?: boolean | undefined
}

export interface DebugControl {
  state(): DebugState
  /** What is not given stays as it is. Throws when the trace file cannot be written. */
  set(change: DebugChange): DebugState
}

export interface DaemonLogOptions {
  readonly name: string
  readonly debugLevel: number
  /** `<name>.trace` is written here. */
  readonly workingDirectory: string
  /** Takes each line; standard output by default. */
  readonly write?: (line: string) => void
}

const TRACE_MODE = 0o640

/** The log of a daemon, and the way to make it louder while it runs. */
export function createDaemonLog(options: DaemonLogOptions): {
  readonly log: Log
  readonly debug: DebugControl
} {
  const traceFile = join(options.workingDirectory, `${options.name}.trace`)
  const write = options.write ?? ((line: string) => void writeSync(1, line))
  let level = options.debugLevel
  let trace: number | undefined
  const destination = {
    write: (line: string) => {
      write(line)
      if (trace !== undefined) writeSync(trace, line)
    },
  }
  const inner = createLog({ name: options.name, level: 'trace', destination })
  const state = (): DebugState => ({ level, isTracing: trace !== undefined, traceFile })
  const set = (change: DebugChange): DebugState => {
    if (change.isTracing === true) trace ??= openSync(traceFile, 'a', TRACE_MODE)
    if (change.isTracing === false && trace !== undefined) {
      closeSync(trace)
      trace = undefined
    }
    level = change.level ?? level
    return state()
  }
  return { log: gated(inner, () => level), debug: { state, set } }
}

/** Lines below the level are not even put together. */
function gated(log: Log, level: () => number): Log {
  return {
    error: (fields: LogFields, message: string) => {
      log.error(fields, message)
    },
    warn: (fields, message) => {
      log.warn(fields, message)
    },
    info: (fields, message) => {
      log.info(fields, message)
    },
    debug: (fields, message) => {
      if (level() > 0) log.debug(fields, message)
    },
    trace: (fields, message) => {
      if (level() >= 100) log.trace(fields, message)
    },
    child: (fields) => gated(log.child(fields), level),
  }
}

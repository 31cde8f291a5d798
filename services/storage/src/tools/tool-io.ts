// What a Volume tool gets from the process that runs it.
import { type Clock, encodePath, logTimeText, systemClock } from '@coffer/core'

export interface TextSink {
  write(text: string | Uint8Array): unknown
}

export interface ToolIo {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
}

/** Exit codes, as the daemons have them. */
export const TOOL_EXIT = { ok: 0, failed: 1, commandLine: 41 } as const

/** Prints lines as one tool does: plain ones, and ones in the form of the Job log. */
export class ToolPrinter {
  readonly tool: string
  readonly #io: ToolIo
  readonly #clock: Clock
  /** Troubles so far. */
  errors = 0

  constructor(tool: string, io: ToolIo) {
    this.tool = tool
    this.#io = io
    this.#clock = io.clock ?? systemClock
  }

  /** Names in it may be as core `decodePath` makes them: they leave as the bytes that they were. */
  line(text: string): void {
    this.#io.stdout.write(encodePath(`${text}\n`))
  }

  /** "21-Nov 02:10 bls JobId 0: …". */
  log(text: string): void {
    this.line(`${logTimeText(this.#clock.nowMs())} ${this.tool} JobId 0: ${text}`)
  }

  error(text: string): void {
    this.errors++
    this.#io.stderr.write(`${this.tool}: ${text}\n`)
  }
}

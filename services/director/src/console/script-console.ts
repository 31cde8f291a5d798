// Console commands that a Job runs by itself: of RunScript, and of the Run directive. Nobody can answer their questions.
import { CofferError, messageOf } from '@coffer/core'
import type { Director } from '../director.ts'
import type { ConsoleRun } from '../job/ports.ts'
import { ALL_RIGHTS } from './acl.ts'
import { parseCommandLine } from './command-line.ts'
import type { CommandRow } from './command-row.ts'
import { findCommand } from './command-table.ts'
import { COMMAND_HANDLERS } from './commands.ts'
import type { Command, ConsoleHouse, SessionState } from './context.ts'
import { makeTextOutput, type Output } from './output.ts'

/** Name under which scripts would take messages: nobody has it, and no message waits for it. */
const SCRIPT_CONSOLE = '*Script*'

/** Runs one line to its end with all rights. Resolves with why it failed; undefined when it did not. */
export async function runScriptCommand(
  director: Director,
  house: ConsoleHouse,
  { text, allowed, onLine, signal }: ConsoleRun,
): Promise<string | undefined> {
  const failures: string[] = []
  const lines = new OutputLines(onLine)
  const out = scriptOutput(lines, failures)
  try {
    const line = parseCommandLine(text)
    const { row, handler } = commandFor(line.verb, allowed)
    await handler({
      director,
      config: director.config(),
      line,
      out,
      rights: ALL_RIGHTS,
      state: scriptState(director.clock.nowMs()),
      house,
      signal,
      ask: (question) => Promise.reject(needsAnswer(question)),
    })
    if (row.changesVolumes === true) director.jobs.volumesChanged()
  } catch (error) {
    failures.push(messageOf(error))
  }
  lines.end()
  return failures.length === 0 ? undefined : failures.join('; ')
}

function commandFor(
  verb: string,
  allowed: ConsoleRun['allowed'],
): { readonly row: CommandRow; readonly handler: Command } {
  const row = findCommand(verb)
  const isAllowed = allowed === 'run' ? row?.name === 'run' : row?.inRunScript === true
  const handler = row === undefined ? undefined : COMMAND_HANDLERS.get(row.name)
  if (row !== undefined && isAllowed && handler !== undefined) return { row, handler }
  throw new CofferError('console-usage', `the command "${verb}" cannot be used in a RunScript`)
}

/** What a command says as an error counts as its failure. */
function scriptOutput(lines: OutputLines, failures: string[]): Output {
  const output = makeTextOutput((chunk) => {
    lines.push(chunk)
    return Promise.resolve()
  })
  return {
    ...output,
    error: (line) => {
      failures.push(line)
      return output.error(line)
    },
  }
}

function scriptState(nowMs: number): SessionState {
  return {
    console: SCRIPT_CONSOLE,
    connectedMs: nowMs,
    api: 0,
    isCompact: false,
    isAutodisplay: false,
    isBatch: true,
    isAutomount: true,
    isNotified: true,
    isEnding: false,
    announcedCatalogs: new Set(),
  }
}

function needsAnswer(question: string): CofferError {
  return new CofferError(
    'console-needs-answer',
    `the command asks "${question.trim()}", and nobody can answer here`,
  )
}

/** Chunks as lines; the last one may lack its end. */
class OutputLines {
  readonly #onLine: (line: string) => void
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  push(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(line)
  }

  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest)
  }
}

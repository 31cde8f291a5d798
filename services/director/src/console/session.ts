// One console session: reads lines, runs commands one after the other, says what they say.
import { CofferError, messageOf, toCofferError } from '@coffer/core'
import type { Director } from '../director.ts'
import type { Rights } from './acl.ts'
import { auditText, isAudited } from './audit.ts'
import { parseCommandLine } from './command-line.ts'
import type { CommandRow } from './command-row.ts'
import { findCommand } from './command-table.ts'
import { COMMAND_HANDLERS } from './commands.ts'
import { completeLine } from './completion.ts'
import { switchApi } from './commands/dot.ts'
import {
  type CommandContext,
  type Completer,
  type ConsoleHouse,
  type ConsoleIo,
  type ConsolePrompt,
  DEFAULT_CONSOLE,
  type SessionState,
} from './context.ts'
import { makeJsonOutput, makeTextOutput, type Output } from './output.ts'

export interface SessionOptions {
  readonly director: Director
  readonly house: ConsoleHouse
  readonly io: ConsoleIo
  readonly console: string
  /** Where the far end is, for the audit trail. */
  readonly address: string
  readonly rights: Rights
  /** Aborted when the far end is gone. */
  readonly signal: AbortSignal
}

/** A session lives from `run` until that ends. Commands run one at a time; an interrupt ends the one that runs. */
export class ConsoleSession {
  readonly #options: SessionOptions
  readonly #state: SessionState
  readonly #key = Symbol('session')
  #command: AbortController | undefined
  /** The command that asks, for completion of its answers. */
  #asking: { readonly candidates: Completer | undefined } | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.#state = {
      console: options.console,
      connectedMs: options.director.clock.nowMs(),
      api: 0,
      isCompact: false,
      isAutodisplay: false,
      isBatch: false,
      isAutomount: true,
      isNotified: false,
      isEnding: false,
      announcedCatalogs: new Set(),
    }
  }

  /** Greets, then serves until `quit` or until nobody types any more. Resolves with an exit code. */
  async run(): Promise<number> {
    const { house } = this.#options
    house.sessions.set(this.#key, this.#state)
    try {
      await this.#greet()
      while (!this.#state.isEnding) {
        const line = await this.#prompt({ kind: 'main', text: '*' }, this.#options.signal)
        await this.execute(line)
      }
      return 0
    } catch (error) {
      if (error instanceof CofferError && error.code === 'console-gone') return 0
      throw error
    } finally {
      house.sessions.delete(this.#key)
    }
  }

  /** Runs one line to its end. Throws only when the console is gone. */
  async execute(text: string): Promise<void> {
    const out = this.#outputFor(text)
    const command = new AbortController()
    this.#command = command
    const signal = AbortSignal.any([command.signal, this.#options.signal])
    try {
      await this.#runLine(text, out, signal)
    } catch (error) {
      if (error instanceof CofferError && error.code === 'console-gone') throw error
      await sayError(out, error)
    } finally {
      this.#command = undefined
      this.#asking = undefined
    }
    await out.finish()
    await this.#noticeMessages()
  }

  /** Abandons the command that runs or asks; without one nothing happens. */
  interrupt(): void {
    this.#command?.abort(
      new CofferError('console-aborted', 'the command was interrupted at the console'),
    )
  }

  /** What may replace the last word of a line that is being typed. */
  async complete(line: string): Promise<readonly string[]> {
    const asking = this.#asking
    if (asking !== undefined) return (await asking.candidates?.(line)) ?? []
    return completeLine(line, this.#options.director, this.#options.rights)
  }

  async #greet(): Promise<void> {
    const { director, io, console: name } = this.#options
    const who =
      name === DEFAULT_CONSOLE
        ? 'You are connected using the default console'
        : `You are logged in as: ${name}`
    const { version, longDate } = director.product
    const banner = `1000 OK: ${director.config().director.name} Version: ${version} (${longDate})`
    await io.write(`${banner}\n${who}\n\nEnter a period (.) to cancel a command.\n`)
  }

  /** `.api` takes effect for its own answer. */
  #outputFor(text: string): Output {
    try {
      const line = parseCommandLine(text)
      if (findCommand(line.verb)?.name === '.api') switchApi(this.#state, line)
    } catch {
      // What is wrong with the line is said when it is run.
    }
    return this.#output()
  }

  #output(): Output {
    const write = (text: string): Promise<void> => this.#options.io.write(text)
    const { api, isCompact } = this.#state
    return api === 2 ? makeJsonOutput(write, { isCompact }) : makeTextOutput(write, api)
  }

  async #runLine(text: string, out: Output, signal: AbortSignal): Promise<void> {
    const { director, rights, house } = this.#options
    const line = parseCommandLine(text)
    if (line.verb === '') return
    const row = findCommand(line.verb)
    const isDenied = row !== undefined && !isPermitted(rights, row.name)
    if (row !== undefined) this.#audit(row, line.text, isDenied)
    const handler = row === undefined ? undefined : COMMAND_HANDLERS.get(row.name)
    if (row === undefined || isDenied) {
      await out.error(`${line.verb}: is an invalid command.`)
    } else if (handler === undefined) {
      throw new CofferError(
        'console-not-yet',
        `the command "${row.name}" is not part of Coffer yet`,
      )
    } else {
      const context: CommandContext = {
        director,
        config: director.config(),
        line,
        out,
        rights,
        state: this.#state,
        house,
        signal,
        progress: this.#options.io.progress,
        ask: (question, kind = 'answer', candidates) =>
          this.#ask({ kind, text: question }, signal, candidates),
      }
      await handler(context)
      if (row.changesVolumes === true) director.jobs.volumesChanged()
    }
  }

  #audit(row: CommandRow, text: string, isDenied: boolean): void {
    const { director, console: name, address } = this.#options
    if (!isDenied && !isAudited(director.config().director, row)) return
    director.audit(auditText({ console: name, address, text, isDenied }))
  }

  async #ask(
    prompt: Omit<ConsolePrompt, 'messagesPending'>,
    signal: AbortSignal,
    candidates: Completer | undefined,
  ): Promise<string> {
    if (this.#state.api === 2 || this.#state.isBatch) {
      throw new CofferError(
        'console-needs-answer',
        `the command asks "${prompt.text.trim()}", and nobody can answer here`,
      )
    }
    this.#asking = { candidates }
    const answer = (await this.#prompt(prompt, signal)).trim()
    this.#asking = undefined
    if (answer === '.') throw new CofferError('console-aborted', 'the question was left')
    return answer
  }

  #prompt(prompt: Omit<ConsolePrompt, 'messagesPending'>, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    const messagesPending = this.#options.director.messages.pending(this.#state.console)
    return this.#options.io.prompt({ ...prompt, messagesPending }, signal)
  }

  async #noticeMessages(): Promise<void> {
    const { director, io } = this.#options
    const { console: name, api, isAutodisplay, isNotified, isEnding } = this.#state
    if (api === 2 || isEnding || !director.messages.pending(name)) return
    if (isAutodisplay) {
      await io.write(director.messages.take(name))
    } else if (!isNotified) {
      this.#state.isNotified = true
      await io.write('You have messages.\n')
    }
  }
}

/** Commands that no access rule takes away: nobody shall be locked in. */
const ALWAYS_PERMITTED = new Set(['quit', 'exit', '.quit', '.'])

function isPermitted(rights: Rights, command: string): boolean {
  return ALWAYS_PERMITTED.has(command) || rights.allows('command', command)
}

async function sayError(out: Output, thrown: unknown): Promise<void> {
  const error = toCofferError(thrown)
  if (error.code === 'console-aborted') {
    await out.text('Selection aborted, nothing done.\n')
    if (out.api === 2) await out.error('Selection aborted, nothing done.')
    return
  }
  await out.error(`Error: ${messageOf(error)}`)
  if (error.hint !== '') await out.info(error.hint)
}

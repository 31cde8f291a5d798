// The client's end of a console session: shows what the Director says, and answers its prompts with lines.
import {
  CofferError,
  decodePath,
  encodePath,
  longTimeText,
  messageOf,
  PRODUCT,
  toCofferError,
} from '@coffer/core'
import { runCommand } from '@coffer/daemon'
import type { Call, ConsoleInputInit, ConsoleOutput, ConsolePrompt } from '@coffer/wire'
import { setTimeout as pause } from 'node:timers/promises'
import { fileLines, type LineSource } from './line-source.ts'
import { type LocalCommand, localHelp, parseLocalCommand } from './local-command.ts'
import type { OutputSink } from './output-sink.ts'

export type ConsoleCall = Call<ConsoleInputInit, ConsoleOutput>

export interface ConsoleClientOptions {
  readonly call: ConsoleCall
  readonly sink: OutputSink
  readonly isRoot: boolean
  readonly nowMs: () => number
}

/** Files that read files that read files: more than this is a circle. */
const MAX_INPUT_DEPTH = 16
const EXEC_TIMEOUT_MS = 10 * 60_000
const COMPLETION_TIMEOUT_MS = 3_000

/** In the place of a line: the operator left the question. */
const LEFT = Symbol('left')

export class ConsoleClient {
  readonly #options: ConsoleClientOptions
  readonly #sources: LineSource[] = []
  /** Commands of a line that a separator parted, not yet sent. */
  readonly #parts: string[] = []
  readonly #arrived: ConsoleOutput[] = []
  readonly #ended = new AbortController()
  #wake: (() => void) | undefined
  #failure: CofferError | undefined
  #separator = ''
  #question: { readonly kind: string; readonly cancel: AbortController } | undefined
  #completion: ((candidates: readonly string[]) => void) | undefined
  #isLeaving = false

  constructor(options: ConsoleClientOptions) {
    this.#options = options
  }

  /** Serves the session until either end leaves. Resolves with an exit code; rejects when the Director is lost. */
  async run(source: LineSource): Promise<number> {
    this.#sources.push(source)
    const receiving = this.#receive()
    try {
      for (;;) {
        const message = await this.#next()
        if (message === undefined) return 0
        if (message.output === 'end') return message.end.exitCode
        if (message.output === 'text') await this.#options.sink.write(message.text)
        if (message.output === 'progress') this.#options.sink.showPassing(message.progress)
        if (message.output === 'prompt') await this.#answer(message.prompt)
      }
    } finally {
      this.#ended.abort()
      await receiving
      for (const each of this.#sources) each.close()
    }
  }

  /** Ctrl-C: leaves the question or the command in hand; at the main prompt only the typed line. */
  interrupt(): void {
    const question = this.#question
    question?.cancel.abort(new CofferError('console-aborted', 'interrupted'))
    if (question?.kind === 'main') return
    void this.#options.call.send({ input: 'interrupt', interrupt: {} }).catch(() => undefined)
  }

  /** What may replace the last word of a line, asked of the Director. */
  async complete(line: string): Promise<readonly string[]> {
    const answer = new Promise<readonly string[]>((resolve) => {
      this.#completion = resolve
    })
    await this.#options.call.send({ input: 'complete', complete: encodePath(line) })
    const late = pause(COMPLETION_TIMEOUT_MS, [], { ref: false })
    return Promise.race([answer, late])
  }

  async #receive(): Promise<void> {
    try {
      for await (const message of this.#options.call) {
        if (message.output === 'completions') {
          this.#completion?.(message.completions.candidates.map(decodePath))
          continue
        }
        this.#arrived.push(message)
        this.#wake?.()
      }
    } catch (error) {
      this.#failure = toCofferError(error)
    }
    this.#ended.abort(new CofferError('console-gone', 'the Director ended the session'))
    this.#wake?.()
  }

  /** The Director's next message; undefined when there is none any more. */
  async #next(): Promise<ConsoleOutput | undefined> {
    for (;;) {
      const message = this.#arrived.shift()
      if (message !== undefined) return message
      if (this.#ended.signal.aborted) {
        if (this.#failure !== undefined && !this.#isLeaving) throw this.#failure
        return undefined
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async #answer(prompt: ConsolePrompt): Promise<void> {
    const line = await this.#lineFor(prompt)
    if (line === undefined) return
    await this.#options.call.send({ input: 'line', line: encodePath(line) })
  }

  /** The next line that is for the Director. Undefined when the question was left, or when the session is over. */
  async #lineFor(prompt: ConsolePrompt): Promise<string | undefined> {
    for (;;) {
      const line = await this.#readLine(prompt)
      if (line === LEFT) {
        if (prompt.kind === 'main') continue
        return undefined
      }
      if (line === undefined) {
        this.#leave()
        return undefined
      }
      const command = parseLocalCommand(line.text, this.#options.isRoot)
      if (command === undefined) return line.text
      await this.#runLocal(command)
      if (this.#isLeaving) return undefined
    }
  }

  /** Nobody types any more: the Director ends the session. */
  #leave(): void {
    this.#isLeaving = true
    this.#options.call.end()
  }

  async #readLine(
    prompt: ConsolePrompt,
  ): Promise<{ readonly text: string } | undefined | typeof LEFT> {
    const part = this.#parts.shift()
    if (part !== undefined) {
      await this.#show(prompt, part)
      return { text: part }
    }
    for (;;) {
      const source = this.#sources.at(-1)
      if (source === undefined) return undefined
      const typed = await this.#ask(source, prompt)
      if (typed === LEFT) return typed
      if (typed === undefined) {
        source.close()
        this.#sources.pop()
        continue
      }
      const [first = '', ...others] = this.#split(typed)
      this.#parts.push(...others)
      if (!source.isTerminal) await this.#show(prompt, first)
      return { text: first }
    }
  }

  #split(line: string): string[] {
    if (this.#separator === '' || line.trimStart().startsWith('@')) return [line]
    return line.split(this.#separator)
  }

  async #ask(source: LineSource, prompt: ConsolePrompt): Promise<string | undefined | typeof LEFT> {
    const { sink } = this.#options
    const cancel = new AbortController()
    this.#question = { kind: prompt.kind, cancel }
    if (source.isTerminal && !sink.isAtLineStart) await sink.write('\n')
    try {
      const signal = AbortSignal.any([cancel.signal, this.#ended.signal])
      return await source.next({ text: prompt.text, signal })
    } catch (error) {
      if (cancel.signal.aborted) {
        await sink.write('\n')
        return LEFT
      }
      if (this.#ended.signal.aborted) return undefined
      throw error
    } finally {
      this.#question = undefined
    }
  }

  /** Without a terminal a line is echoed behind its prompt; the main prompt itself is not shown then. */
  async #show(prompt: ConsolePrompt, line: string): Promise<void> {
    const question = prompt.kind === 'main' ? '' : prompt.text
    await this.#options.sink.write(encodePath(`${question}${line}\n`))
  }

  async #runLocal(command: LocalCommand): Promise<void> {
    const { sink } = this.#options
    switch (command.kind) {
      case 'input':
        return this.#readFrom(command.path)
      case 'output':
        return this.#attempt(() => sink.redirect(command))
      case 'exec':
        return this.#attempt(() => this.#execute(command.command))
      case 'sleep':
        return this.#sleep(command.seconds)
      case 'separator':
        this.#separator = command.character
        return
      case 'quit':
        this.#leave()
        return
      default:
        return sink.write(this.#saying(command))
    }
  }

  /** What the commands print that do nothing else. */
  #saying(command: LocalCommand): string {
    switch (command.kind) {
      case 'echo':
      case 'invalid':
        return `${command.text}\n`
      case 'time':
        return `${longTimeText(this.#options.nowMs())}\n`
      case 'version':
        return `coffer console Version: ${PRODUCT.version} (${PRODUCT.longDate})\n`
      case 'help':
        return localHelp()
      default:
        return ''
    }
  }

  /** Ends early with the session. */
  async #sleep(seconds: number): Promise<void> {
    const { signal } = this.#ended
    await pause(seconds * 1000, undefined, { signal }).catch(() => undefined)
  }

  async #readFrom(path: string): Promise<void> {
    if (this.#sources.length > MAX_INPUT_DEPTH) {
      await this.#options.sink.write('@input: files that read files go too deep\n')
      return
    }
    this.#sources.push(fileLines(path))
  }

  async #execute(command: string): Promise<void> {
    const { sink } = this.#options
    const result = await runCommand({
      argv: ['/bin/sh', '-c', command],
      timeoutMs: EXEC_TIMEOUT_MS,
      signal: this.#ended.signal,
    })
    await sink.write(result.stdoutTail)
    await sink.write(result.stderrTail)
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      await this.#options.sink.write(`${messageOf(error)}\n`)
    }
  }
}

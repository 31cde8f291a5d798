// Where the console's lines come from: a terminal, a pipe, or a file named by `@input`.
import { createReadStream } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import { decodePath } from '@coffer/core'
import { keyByKey, type KeyStream } from './key-stream.ts'

export interface Question {
  /** The prompt's text; "" shows nothing. */
  readonly text: string
  readonly signal: AbortSignal
}

export interface LineSource {
  /** Whether prompts are shown by the source itself and lines appear as they are typed. */
  readonly isTerminal: boolean
  /** The next line without its end; undefined when there is none any more. Rejects when the signal fires. */
  next(question: Question): Promise<string | undefined>
  close(): void
}

/** Longest line that is read from a pipe or a file. */
const MAX_LINE_BYTES = 1024 * 1024

/** Lines of a byte stream. Bytes that are not UTF-8 stay what they are. */
export function streamLines(stream: Readable): LineSource {
  const lines = readLines(stream)
  return {
    isTerminal: false,
    next: async ({ signal }) => {
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener(
          'abort',
          () => {
            reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
          },
          { once: true },
        )
      })
      const { value, done } = await Promise.race([lines.next(), aborted])
      return done === true ? undefined : value
    },
    close: () => {
      stream.destroy()
    },
  }
}

/** Lines of a file, from its beginning. */
export function fileLines(path: string): LineSource {
  return streamLines(createReadStream(path))
}

async function* readLines(stream: Readable): AsyncGenerator<string, undefined> {
  let rest = Buffer.alloc(0)
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer])
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      yield textOf(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
    }
    if (rest.length > MAX_LINE_BYTES) throw new Error('a line of the input is too long')
  }
  if (rest.length > 0) yield textOf(rest)
  return undefined
}

function textOf(line: Buffer): string {
  return decodePath(line.at(-1) === 0x0d ? line.subarray(0, -1) : line)
}

export interface TerminalOptions {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
  /** Newest first. */
  readonly history: readonly string[]
  readonly historyLength: number
  /** Candidates for the last word of a line. */
  readonly complete: (line: string) => Promise<readonly string[]>
  readonly onInterrupt: () => void
}

/** Lines typed at a terminal, with editing, history and completion. */
export class TerminalLines implements LineSource {
  readonly isTerminal = true
  readonly #interface: Interface
  readonly #keys: KeyStream
  readonly #typedAhead: string[] = []
  #history: readonly string[]
  #waiting: ((line: string | undefined) => void) | undefined
  #isClosed = false

  constructor(options: TerminalOptions) {
    this.#history = options.history
    this.#keys = keyByKey(options.input)
    this.#interface = createInterface({
      input: this.#keys,
      output: options.output,
      terminal: true,
      history: [...options.history],
      historySize: options.historyLength,
      removeHistoryDuplicates: false,
      prompt: '',
      completer: (
        line: string,
        done: (error: Error | null, result: [string[], string]) => void,
      ) => {
        void this.#complete(options, line, done)
      },
    })
    this.#interface.on('line', (line) => {
      if (this.#waiting === undefined) this.#typedAhead.push(line)
      else this.#answer(line)
    })
    this.#interface.on('history', (history) => {
      this.#history = history
    })
    this.#interface.on('SIGINT', options.onInterrupt)
    this.#interface.on('close', () => {
      this.#isClosed = true
      this.#keys.release()
      this.#answer(undefined)
    })
  }

  /** Newest first. */
  get history(): readonly string[] {
    return this.#history
  }

  next({ text, signal }: Question): Promise<string | undefined> {
    const ahead = this.#typedAhead.shift()
    if (ahead !== undefined) return Promise.resolve(ahead)
    if (this.#isClosed) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting = undefined
        this.#clearLine()
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting = (line) => {
        signal.removeEventListener('abort', onAbort)
        resolve(line)
      }
      this.#interface.setPrompt(text)
      this.#interface.prompt()
    })
  }

  close(): void {
    this.#interface.close()
  }

  #answer(line: string | undefined): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(line)
  }

  /** What was typed and not sent is gone: the cursor goes to a new line. */
  #clearLine(): void {
    this.#interface.write(null, { ctrl: true, name: 'e' })
    this.#interface.write(null, { ctrl: true, name: 'u' })
    this.#interface.setPrompt('')
  }

  async #complete(
    { complete }: TerminalOptions,
    line: string,
    done: (error: Error | null, result: [string[], string]) => void,
  ): Promise<void> {
    const last = line.split(/\s+/).at(-1) ?? ''
    const candidates = await complete(line).catch(() => [])
    done(null, [[...candidates], last])
  }
}

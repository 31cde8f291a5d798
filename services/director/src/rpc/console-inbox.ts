// Lines that a console has typed and that nobody has read yet.
import { CofferError } from '@coffer/core'

/** Lines that may wait: a console sends one to each prompt, a script perhaps a few ahead. */
const MAX_WAITING = 256

interface Reader {
  readonly resolve: (line: string) => void
  readonly reject: (error: unknown) => void
}

/** One reader at a time. After `close` every reader is rejected once the waiting lines are gone. */
export class ConsoleInbox {
  readonly #lines: string[] = []
  #reader: Reader | undefined
  #end: CofferError | undefined

  /** False when too many lines wait; the line is not taken. */
  push(line: string): boolean {
    const reader = this.#reader
    if (reader !== undefined) {
      this.#reader = undefined
      reader.resolve(line)
      return true
    }
    if (this.#lines.length >= MAX_WAITING) return false
    this.#lines.push(line)
    return true
  }

  /** The next line. Rejects with the reason of the signal, or with that of `close`. */
  async read(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    const waiting = this.#lines.shift()
    if (waiting !== undefined) return waiting
    if (this.#end !== undefined) throw this.#end
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#reader = undefined
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      signal.addEventListener('abort', onAbort, { once: true })
      const settle = (): void => {
        signal.removeEventListener('abort', onAbort)
      }
      this.#reader = {
        resolve: (line) => {
          settle()
          resolve(line)
        },
        reject: (error) => {
          settle()
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      }
    })
  }

  /** Forgets what was typed ahead: after an interrupt it is not meant any more. */
  clear(): void {
    this.#lines.length = 0
  }

  close(): void {
    this.#end ??= new CofferError('console-gone', 'the console has ended')
    const reader = this.#reader
    this.#reader = undefined
    reader?.reject(this.#end)
  }
}

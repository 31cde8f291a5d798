// The log of one Job: what the Director and the other daemons say of it, counted and handed to the router.
import { type Clock, isMessageType, type MessageType } from '@coffer/core'
import type { JobMessage as PeerMessage } from '@coffer/wire'
import type { LogMessage } from '../messages/message-line.ts'
import type { Note } from './volume-desk.ts'

export interface JobLogOptions {
  readonly jobId: number
  /** Name of the Director. */
  readonly daemon: string
  readonly clock: Clock
  /** Resolves when more may come. */
  readonly deliver: (message: LogMessage) => Promise<void>
}

/** A peer may make a text as long as it likes; a log line may not be. */
const MAXIMUM_TEXT_LENGTH = 64 * 1024

export class JobLog {
  readonly #options: JobLogOptions
  #errors = 0
  #warnings = 0

  constructor(options: JobLogOptions) {
    this.#options = options
  }

  /** Lines of type error, fatal and the like so far. */
  get errors(): number {
    return this.#errors
  }

  get warnings(): number {
    return this.#warnings
  }

  async info(text: string): Promise<void> {
    await this.write('info', text)
  }

  async write(type: MessageType, text: string, code?: string): Promise<void> {
    this.#count(type)
    await this.#deliver({
      type,
      text,
      timeMs: this.#options.clock.nowMs(),
      daemon: this.#options.daemon,
      ...(code === undefined ? {} : { code }),
    })
  }

  async notes(notes: readonly Note[]): Promise<void> {
    for (const { type, text } of notes) await this.write(type, text)
  }

  /** A line that is the Job's summary: it is not counted, whatever its type. */
  async summary(type: MessageType, text: string): Promise<void> {
    const { clock, daemon } = this.#options
    await this.#deliver({ type, text, timeMs: clock.nowMs(), daemon })
  }

  /** A line of another daemon. Its moment is taken as it says, its type when it is one. */
  async relay(message: PeerMessage): Promise<void> {
    const type = isMessageType(message.type) ? message.type : 'info'
    this.#count(type)
    const text = message.text.replace(/\n$/, '')
    await this.#deliver({
      type,
      text: text.length > MAXIMUM_TEXT_LENGTH ? `${text.slice(0, MAXIMUM_TEXT_LENGTH)}…` : text,
      timeMs: message.timeMs > 0 ? message.timeMs : this.#options.clock.nowMs(),
      daemon: message.daemon,
      ...(message.code === '' ? {} : { code: message.code }),
    })
  }

  #count(type: MessageType): void {
    if (type === 'warning') this.#warnings++
    if (type === 'error' || type === 'fatal' || type === 'abort') this.#errors++
  }

  async #deliver(message: Omit<LogMessage, 'jobId'>): Promise<void> {
    await this.#options.deliver({ ...message, jobId: this.#options.jobId })
  }
}

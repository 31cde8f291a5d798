// What a running Job tells the Director: messages in order, progress now and then, and how it ended.
import type { Clock, ErrorCode, MessageType } from '@coffer/core'
import type { JobEndInit, JobEventInit, ProgressInit } from '@coffer/wire'

export interface EventLineOptions {
  readonly send: (event: JobEventInit) => Promise<void>
  /** Name of this daemon. */
  readonly daemon: string
  readonly clock: Clock
  /** Types of messages that the Messages resource lets through. */
  readonly types: ReadonlySet<MessageType>
  /** Asked for a Progress event. */
  readonly progress: () => ProgressInit
}

const PROGRESS_EVERY_MS = 2_000
/** Lines about single files that one Job may have; the rest is counted only. */
const MAX_ITEM_MESSAGES = 10_000

export class EventLine {
  readonly #options: EventLineOptions
  #last: Promise<void> = Promise.resolve()
  #cancelTimer: () => void = () => undefined
  #isProgressWaiting = false
  #itemMessages = 0

  constructor(options: EventLineOptions) {
    this.#options = options
  }

  wants(type: MessageType): boolean {
    return this.#options.types.has(type)
  }

  /** Resolves when more may come. Rejects when the Director is gone. */
  async message(type: MessageType, text: string, code: ErrorCode | '' = ''): Promise<void> {
    if (!this.wants(type)) return
    const { daemon, clock } = this.#options
    const message = { type, text, timeMs: clock.nowMs(), daemon, code }
    await this.#send({ event: 'message', message })
  }

  /** A line about a single file: a tree that nobody may read must not fill the log of the Job. */
  async itemMessage(type: MessageType, text: string): Promise<void> {
    if (!this.wants(type)) return
    this.#itemMessages += 1
    if (this.#itemMessages <= MAX_ITEM_MESSAGES) return this.message(type, text)
    if (this.#itemMessages > MAX_ITEM_MESSAGES + 1) return
    await this.message(
      'warning',
      `more than ${MAX_ITEM_MESSAGES} lines about files: the rest is left out`,
    )
  }

  async event(event: JobEventInit): Promise<void> {
    await this.#send(event)
  }

  /** Sends progress every other second until `end`; one that cannot leave yet is left out. */
  startProgress(): void {
    this.#cancelTimer = this.#options.clock.after(PROGRESS_EVERY_MS, () => {
      this.startProgress()
      if (this.#isProgressWaiting) return
      this.#isProgressWaiting = true
      this.#send({ event: 'progress', progress: this.#options.progress() }).then(
        () => {
          this.#isProgressWaiting = false
        },
        // Whoever waits for the Job learns that the Director is gone; progress need not say it.
        () => undefined,
      )
    })
  }

  stopProgress(): void {
    this.#cancelTimer()
  }

  /** The last event of all. */
  async end(end: JobEndInit): Promise<void> {
    this.stopProgress()
    await this.#send({ event: 'end', end })
  }

  #send(event: JobEventInit): Promise<void> {
    const sent = this.#last.then(() => this.#options.send(event))
    this.#last = sent.catch(() => undefined)
    return sent
  }
}

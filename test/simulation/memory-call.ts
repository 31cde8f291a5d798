// Both ends of a call between two parts of one process, as packages/wire gives them over the network.
import type { Call } from '@coffer/wire'

class Pipe<Message> {
  readonly #waiting: ((message: Message | undefined) => void)[] = []
  readonly #messages: Message[] = []
  readonly #signal: AbortSignal
  #isOver = false

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => {
      this.end()
    })
  }

  push(message: Message): void {
    if (this.#signal.aborted) throw reasonOf(this.#signal)
    const next = this.#waiting.shift()
    if (next === undefined) this.#messages.push(message)
    else next(message)
  }

  end(): void {
    this.#isOver = true
    for (const next of this.#waiting.splice(0)) next(undefined)
  }

  async next(): Promise<Message | undefined> {
    const held = this.#messages.shift()
    if (held !== undefined) return held
    if (!this.#isOver) {
      const message = await new Promise<Message | undefined>((resolve) => {
        this.#waiting.push(resolve)
      })
      if (message !== undefined) return message
    }
    if (this.#signal.aborted) throw reasonOf(this.#signal)
    return undefined
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('the call was cancelled')
}

class End<Out, In> implements Call<Out, In> {
  readonly #out: Pipe<Out>
  readonly #in: Pipe<In>

  constructor(out: Pipe<Out>, into: Pipe<In>) {
    this.#out = out
    this.#in = into
  }

  async send(message: Out): Promise<void> {
    this.#out.push(message)
  }

  receive(): Promise<In | undefined> {
    return this.#in.next()
  }

  end(): void {
    this.#out.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<In> {
    for (;;) {
      const message = await this.receive()
      if (message === undefined) return
      yield message
    }
  }
}

/** Calls a handler; it ends the call when it returns. A handler that throws ends it without a word. */
export function memoryCall<Command, Event>(
  handler: (call: Call<Event, Command>, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal = new AbortController().signal,
): Call<Command, Event> {
  const commands = new Pipe<Command>(signal)
  const events = new Pipe<Event>(signal)
  void handler(new End(events, commands), signal)
    .catch(() => undefined)
    .finally(() => {
      events.end()
    })
  return new End(commands, events)
}

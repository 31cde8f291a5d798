// One end of a gRPC stream as bytes in and bytes out, with room counted in bytes and failures as CofferErrors.
import type { Duplex } from 'node:stream'
import { CofferError } from '@coffer/core'
import type { Encoded } from './codec.ts'

/** What may wait to be written before `send` holds its caller back. */
const SEND_BUFFER_BYTES = 4 * 1024 * 1024
/** Messages that are read ahead of the receiver; streams of objects have no count of bytes. */
const READ_AHEAD_MESSAGES = 4

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: CofferError) => void
}

/**
 * The stream ends with the end of the far end's half, or when its owner calls `fail`, which it must when the stream
 * breaks.
 */
export class MessageStream {
  readonly #stream: Duplex
  readonly #senders = new Set<Waiter>()
  readonly #receivers = new Set<Waiter>()
  #pendingBytes = 0
  #ended = false
  #failure: CofferError | undefined

  readonly #isEnd: () => boolean

  /** `isEnd` tells an end that the far end wrote from one that a broken connection looks like. */
  constructor(stream: Duplex, isEnd: () => boolean = () => true) {
    this.#stream = stream
    this.#isEnd = isEnd
    limitReadAhead(stream)
    // The owner learns of errors by other events; without a listener this one would end the process.
    stream.on('error', () => undefined)
    for (const event of ['readable', 'end', 'close']) stream.on(event, () => wake(this.#receivers))
  }

  get failure(): CofferError | undefined {
    return this.#failure
  }

  /** The first failure counts. Messages that have arrived can still be received. */
  fail(error: CofferError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    for (const waiter of this.#senders) waiter.reject(error)
    this.#senders.clear()
    wake(this.#receivers)
  }

  /** Resolves when there is room for more; releases the message when it was written. */
  async send({ bytes, release }: Encoded): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#ended) throw new CofferError('internal-bug', 'a message was sent after the end')
    this.#pendingBytes += bytes.length
    this.#stream.write(bytes, (error) => {
      // What was not written leaves no room: the owner is about to call `fail`.
      if (error) return
      release()
      this.#pendingBytes -= bytes.length
      if (this.#hasRoom()) wake(this.#senders)
    })
    if (!this.#hasRoom()) await change(this.#senders)
  }

  /** The next message; undefined at the end of the far end's half. */
  async receive(): Promise<Buffer | undefined> {
    while (true) {
      const message = this.#stream.read() as Buffer | null
      if (message !== null) return message
      if (this.#failure !== undefined) throw this.#failure
      if (this.#stream.readableEnded && this.#isEnd()) return undefined
      await change(this.#receivers)
    }
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stream.end()
  }

  #hasRoom(): boolean {
    return this.#pendingBytes <= SEND_BUFFER_BYTES && !this.#stream.destroyed
  }
}

function change(waiters: Set<Waiter>): Promise<void> {
  return new Promise((resolve, reject) => {
    waiters.add({ resolve, reject })
  })
}

function wake(waiters: Set<Waiter>): void {
  for (const waiter of waiters) waiter.resolve()
  waiters.clear()
}

/** There is no public way to set it on streams that a library made. */
function limitReadAhead(stream: Duplex): void {
  const { _readableState: state } = stream as unknown as {
    _readableState?: { highWaterMark: number }
  }
  if (state !== undefined) state.highWaterMark = READ_AHEAD_MESSAGES
}

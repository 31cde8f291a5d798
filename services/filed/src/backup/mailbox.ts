// Messages to a thread that works with synchronous calls and never returns to its event loop: it looks for them when it
// has time, or sleeps until one comes.
import {
  type MessagePort,
  MessageChannel,
  receiveMessageOnPort,
  type Transferable,
} from 'node:worker_threads'

/** What a thread is given to make its mailbox: pass it as worker data, the port in the transfer list. */
export interface MailboxEnd {
  readonly port: MessagePort
  readonly state: Int32Array<SharedArrayBuffer>
}

const COUNT = 0
const CANCELLED = 1

/** Thrown in a thread whose work was cancelled. */
export class WorkCancelled extends Error {
  override readonly name = 'WorkCancelled'
}

/** The sending end. */
export class Postbox<Message> {
  readonly end: MailboxEnd
  readonly #port: MessagePort
  readonly #state: Int32Array<SharedArrayBuffer>

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#state = new Int32Array(new SharedArrayBuffer(8))
    this.end = { port: port2, state: this.#state }
  }

  send(message: Message, transfer: readonly Transferable[] = []): void {
    this.#port.postMessage(message, transfer)
    this.#wake()
  }

  /** Makes every later look into the mailbox throw. */
  cancel(): void {
    Atomics.store(this.#state, CANCELLED, 1)
    this.#wake()
  }

  close(): void {
    this.#port.close()
  }

  #wake(): void {
    Atomics.add(this.#state, COUNT, 1)
    Atomics.notify(this.#state, COUNT)
  }
}

/** The receiving end, in the thread. */
export class Mailbox<Message> {
  readonly #port: MessagePort
  readonly #state: Int32Array<SharedArrayBuffer>

  constructor(end: MailboxEnd) {
    this.#port = end.port
    this.#state = end.state
  }

  /** The next message, after sleeping if need be. Throws WorkCancelled. */
  receive(): Message {
    for (;;) {
      const count = Atomics.load(this.#state, COUNT)
      const message = this.tryReceive()
      if (message !== undefined) return message
      Atomics.wait(this.#state, COUNT, count)
    }
  }

  /** The next message if there is one. Throws WorkCancelled. */
  tryReceive(): Message | undefined {
    this.checkCancelled()
    return (receiveMessageOnPort(this.#port) as { message: Message } | undefined)?.message
  }

  /** What is left in it, whether cancelled or not: for cleaning up. */
  drain(): Message[] {
    const messages: Message[] = []
    for (;;) {
      const got = receiveMessageOnPort(this.#port) as { message: Message } | undefined
      if (got === undefined) return messages
      messages.push(got.message)
    }
  }

  /** Throws WorkCancelled when the work was cancelled; costs next to nothing. */
  checkCancelled(): void {
    if (Atomics.load(this.#state, CANCELLED) !== 0) throw new WorkCancelled('cancelled')
  }
}

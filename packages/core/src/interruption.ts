// Waits for one thing after the other until something ends all waiting.

/**
 * Races promises against one that lives longer than they. `Promise.race` would keep each of their results alive for as
 * long as that one is pending: a stream of messages that is read this way stays in memory as a whole.
 */
export class Interruption {
  readonly #waiting = new Set<(reason: unknown) => void>()
  #failure: { readonly reason: unknown } | undefined

  /** `interrupt` ends all waiting when it rejects. */
  constructor(interrupt: Promise<never>) {
    interrupt.catch((reason: unknown) => {
      this.#failure = { reason }
      for (const reject of this.#waiting) reject(reason)
      this.#waiting.clear()
    })
  }

  /** What `work` settles with, or the reason of the interruption when that comes first. */
  async race<Value>(work: Promise<Value>): Promise<Value> {
    if (this.#failure !== undefined) {
      work.catch(() => undefined)
      throw this.#failure.reason
    }
    let interrupted: (reason: unknown) => void = () => undefined
    try {
      return await new Promise<Value>((resolve, reject) => {
        interrupted = reject
        this.#waiting.add(reject)
        work.then(resolve, reject)
      })
    } finally {
      this.#waiting.delete(interrupted)
    }
  }
}

// Runs asynchronous steps one after the other, in the order in which they came.

export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Resolves or rejects as `step` does; a step that failed does not stop the next one. */
  run<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step, step)
    this.#last = result.catch(() => undefined)
    return result
  }
}

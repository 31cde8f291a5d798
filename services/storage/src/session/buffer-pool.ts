// A bounded number of equal buffers: who needs one waits until one comes back, and so memory has a limit.

export class BufferPool {
  readonly #sizeBytes: number
  readonly #free: Buffer[] = []
  readonly #waiting: ((buffer: Buffer) => void)[] = []
  #unmade: number

  constructor(count: number, sizeBytes: number) {
    this.#unmade = count
    this.#sizeBytes = sizeBytes
  }

  /** Made when first needed, so that a small Job takes one buffer. */
  take(): Promise<Buffer> {
    const free = this.#free.pop()
    if (free !== undefined) return Promise.resolve(free)
    if (this.#unmade > 0) {
      this.#unmade--
      return Promise.resolve(Buffer.allocUnsafeSlow(this.#sizeBytes))
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Nobody may hold on to the buffer any more. */
  give(buffer: Buffer): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(buffer)
    else next(buffer)
  }
}

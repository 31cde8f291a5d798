// A destination that is slower than messages come: gathers text, writes it in order, and makes senders wait when full.

const BUFFER_LIMIT = 1024 * 1024

/** Writes what is gathered; one call at a time. */
export type WriteBatch<Entry> = (entries: readonly Entry[]) => Promise<void>

/** Gathers entries while a write is under way. A failed write loses its entries and is told to `onFailure`. */
export class BatchSink<Entry> {
  readonly #write: WriteBatch<Entry>
  readonly #sizeOf: (entry: Entry) => number
  readonly #onFailure: (error: unknown, lost: number) => void
  #gathered: Entry[] = []
  #size = 0
  #running: Promise<void> | undefined

  constructor(options: {
    readonly write: WriteBatch<Entry>
    readonly sizeOf: (entry: Entry) => number
    readonly onFailure: (error: unknown, lost: number) => void
  }) {
    this.#write = options.write
    this.#sizeOf = options.sizeOf
    this.#onFailure = options.onFailure
  }

  /** Resolves when more may come: at once while the buffer has room. */
  async add(entry: Entry): Promise<void> {
    this.#gathered.push(entry)
    this.#size += this.#sizeOf(entry)
    this.#running ??= this.#drain()
    if (this.#size > BUFFER_LIMIT) await this.#running
  }

  /** Resolves when everything that was added is written. */
  async flush(): Promise<void> {
    await this.#running
  }

  async #drain(): Promise<void> {
    // One turn of the loop, so that a burst of lines becomes one write.
    await Promise.resolve()
    while (this.#gathered.length > 0) {
      const batch = this.#gathered
      this.#gathered = []
      this.#size = 0
      try {
        await this.#write(batch)
      } catch (error) {
        this.#onFailure(error, batch.length)
      }
    }
    this.#running = undefined
  }
}

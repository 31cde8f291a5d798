// The last bytes of an output that may be of any length.

export class OutputTail {
  readonly #limitBytes: number
  #chunks: Buffer[] = []
  #heldBytes = 0
  #seenBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#heldBytes += chunk.length
    this.#seenBytes += chunk.length
    // Joining on every chunk would copy the tail each time.
    if (this.#heldBytes > 2 * this.#limitBytes) this.#compact()
  }

  /** Whether the tail lacks the beginning of the output. */
  get truncated(): boolean {
    return this.#seenBytes > this.#limitBytes
  }

  bytes(): Buffer {
    this.#compact()
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks)
    // A copy, so that a short tail does not hold a long output in memory.
    const tail = Buffer.from(all.subarray(Math.max(0, all.length - this.#limitBytes)))
    this.#chunks = [tail]
    this.#heldBytes = tail.length
  }
}

// Buffers for messages on their way out, used again and again: fresh megabytes cost more than filling them does.

const MIN_BYTES = 64 * 1024
const MAX_BYTES = 4 * 1024 * 1024
const MAX_IDLE = 8

/** A bounded stock of large buffers, the last one used on top. Small and very large ones are not kept. */
export class BufferPool {
  readonly #idle: Buffer[] = []

  /** At least this long; its content is whatever was there. */
  take(sizeBytes: number): Buffer {
    const at = this.#idle.findLastIndex((buffer) => buffer.length >= sizeBytes)
    const [buffer] = at < 0 ? [] : this.#idle.splice(at, 1)
    return buffer ?? Buffer.allocUnsafeSlow(roundUp(sizeBytes))
  }

  give(buffer: Buffer): void {
    if (buffer.length < MIN_BYTES || buffer.length > MAX_BYTES) return
    if (this.#idle.length >= MAX_IDLE) this.#idle.shift()
    this.#idle.push(buffer)
  }
}

function roundUp(sizeBytes: number): number {
  return Math.ceil(sizeBytes / MIN_BYTES) * MIN_BYTES
}

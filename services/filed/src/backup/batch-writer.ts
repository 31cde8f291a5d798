// Fills batches of records into buffers that go round: taken from a supply, handed over when full.
import { CofferError, MAX_RECORD_BYTES, RECORD_HEADER_BYTES, writeRecordHeader } from '@coffer/core'

export interface BatchSupply {
  /** The next buffer to fill; may wait for one. */
  readonly take: () => Buffer
  /** Hands over the first `usedBytes` of a buffer, never 0. `isExtra`: it did not come from `take`. */
  readonly give: (buffer: Buffer, usedBytes: number, isExtra: boolean) => void
}

export class BatchWriter {
  readonly #supply: BatchSupply
  #buffer: Buffer | undefined
  #spare: Buffer | undefined
  #isExtra = false
  #used = 0
  #openAt = -1

  constructor(supply: BatchSupply) {
    this.#supply = supply
  }

  append(fileIndex: number, stream: number, data: Uint8Array): void {
    this.open(fileIndex, stream, data.length).set(data)
    this.close(data.length)
  }

  /**
   * Opens a record and returns the window of `capacityBytes` for its data; `close` must follow. Throws
   * `record-too-large`.
   */
  open(fileIndex: number, stream: number, capacityBytes: number): Buffer {
    if (capacityBytes > MAX_RECORD_BYTES) {
      throw new CofferError('record-too-large', `a record of ${capacityBytes} bytes is too large`)
    }
    const buffer = this.#room(RECORD_HEADER_BYTES + capacityBytes)
    const at = this.#used
    const dataAt = writeRecordHeader(buffer, at, { fileIndex, stream, sizeBytes: 0 })
    this.#openAt = at
    return buffer.subarray(dataAt, dataAt + capacityBytes)
  }

  /** Ends the open record at `sizeBytes`; undefined forgets it. */
  close(sizeBytes: number | undefined): void {
    if (sizeBytes !== undefined) {
      this.#buffer?.writeUInt32BE(sizeBytes, this.#openAt + 8)
      this.#used = this.#openAt + RECORD_HEADER_BYTES + sizeBytes
    }
    this.#openAt = -1
  }

  /** Hands over what there is. An empty buffer is kept for the next records. */
  flush(): void {
    if (this.#buffer === undefined || this.#used === 0) return
    this.#supply.give(this.#buffer, this.#used, this.#isExtra)
    this.#buffer = undefined
    this.#used = 0
    this.#isExtra = false
  }

  #room(neededBytes: number): Buffer {
    if (this.#buffer !== undefined && this.#used + neededBytes > this.#buffer.length) this.flush()
    this.#buffer ??= this.#takeNext()
    if (this.#used + neededBytes <= this.#buffer.length) return this.#buffer
    // A single record beyond the size of all buffers: the empty one in hand is kept for what follows.
    this.#spare = this.#buffer
    this.#buffer = Buffer.allocUnsafeSlow(neededBytes)
    this.#isExtra = true
    return this.#buffer
  }

  #takeNext(): Buffer {
    const next = this.#spare ?? this.#supply.take()
    this.#spare = undefined
    return next
  }
}

// The serial form inside labels: big-endian numbers and texts that end with a zero byte.
import { CofferError, decodePath, encodePath } from '@coffer/core'

/** A text longer than this is no name that Bareos or Bacula can have written. */
const MAX_TEXT_BYTES = 500

/** Reads label data front to back. Every method throws `volume-label-invalid` when the data ends before. */
export class SerialReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4))
  }

  /** An unsigned 64-bit number; beyond 2^53 it is no size or time that can be true. */
  uint64(): number {
    return toNumber(this.#bytes.readBigUInt64BE(this.#advance(8)))
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8))
  }

  text(): string {
    const from = this.#at
    const end = this.#bytes.indexOf(0, from)
    if (end < 0 || end - from > MAX_TEXT_BYTES) throw invalid('a text does not end')
    this.#at = end + 1
    return decodePath(this.#bytes.subarray(from, end))
  }

  #advance(sizeBytes: number): number {
    const from = this.#at
    if (from + sizeBytes > this.#bytes.length) throw invalid('the label is cut short')
    this.#at = from + sizeBytes
    return from
  }
}

/** Gathers label data front to back. */
export class SerialWriter {
  readonly #parts: Uint8Array[] = []

  uint32(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return this.#put(bytes)
  }

  uint64(value: number): this {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(value))
    return this.#put(bytes)
  }

  float64(value: number): this {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return this.#put(bytes)
  }

  /** What comes behind a zero byte would be lost, so the text ends there. */
  text(value: string): this {
    const [head = ''] = value.split('\0', 1)
    return this.#put(encodePath(head).subarray(0, MAX_TEXT_BYTES)).#put(Uint8Array.of(0))
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts)
  }

  #put(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    return this
  }
}

function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid('a number is out of range')
  return Number(value)
}

function invalid(text: string): CofferError {
  return new CofferError('volume-label-invalid', `volume label: ${text}`)
}

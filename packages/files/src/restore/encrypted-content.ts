// The content of one encrypted file on its way back: records to packets, packets to plain bytes.
import { STREAM } from '@coffer/core'
import type { DataOpener } from '../pki/sealed-data.ts'
import { type PlainData, plainData } from './data-stream.ts'

/** Streams of encrypted data, and what is in them once they are decrypted. */
const INNER: ReadonlyMap<number, number> = new Map([
  [STREAM.encryptedData, STREAM.fileData],
  [STREAM.encryptedGzipData, STREAM.gzipData],
  [STREAM.encryptedCompressedData, STREAM.compressedData],
])

export function isEncryptedStream(stream: number): boolean {
  return INNER.has(stream)
}

export class EncryptedContent {
  readonly #opener: DataOpener
  readonly #write: (plain: PlainData) => void
  #inner: number = STREAM.fileData

  /** `write` gets what is plain; the bytes are valid during the call. */
  constructor(opener: DataOpener, write: (plain: PlainData) => void) {
    this.#opener = opener
    this.#write = write
  }

  /** Throws `payload-damaged`. */
  accept(stream: number, data: Buffer): void {
    this.#inner = INNER.get(stream) ?? STREAM.fileData
    this.#opener.accept(data, this.#take)
  }

  /** Throws `payload-damaged` when something is missing. */
  finish(): void {
    this.#opener.finish(this.#take)
  }

  readonly #take = (packet: Buffer): void => {
    this.#write(plainData(this.#inner, packet))
  }
}

// Bytes of an output as lines of text.

const LF = 0x0a
const CR = 0x0d

export class LineSplitter {
  readonly #maxLineBytes: number
  readonly #onLine: (line: string) => void
  #pending: Buffer = Buffer.alloc(0)

  /** Lines come without LF or CR LF; what is longer than `maxLineBytes` comes in pieces of that length. */
  constructor(maxLineBytes: number, onLine: (line: string) => void) {
    this.#maxLineBytes = maxLineBytes
    this.#onLine = onLine
  }

  push(chunk: Uint8Array): void {
    let rest =
      this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk])
    for (let end = rest.indexOf(LF); end >= 0; end = rest.indexOf(LF)) {
      this.#emit(rest.subarray(0, end > 0 && rest[end - 1] === CR ? end - 1 : end))
      rest = rest.subarray(end + 1)
    }
    while (rest.length > this.#maxLineBytes) {
      this.#emit(rest.subarray(0, this.#maxLineBytes))
      rest = rest.subarray(this.#maxLineBytes)
    }
    this.#pending = Buffer.from(rest)
  }

  /** The last line may have no end. */
  end(): void {
    if (this.#pending.length > 0) this.#emit(this.#pending)
    this.#pending = Buffer.alloc(0)
  }

  #emit(line: Buffer): void {
    for (let from = 0; from === 0 || from < line.length; from += this.#maxLineBytes) {
      this.#onLine(line.toString('utf8', from, from + this.#maxLineBytes))
    }
  }
}

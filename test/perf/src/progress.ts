// What is going on, on one line of a terminal; on lines of their own elsewhere.

const WIDTH = 79
const CLEAR_LINE = '\r\u001b[K'

export class Progress {
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  say(what: string): void {
    const text = what.slice(0, WIDTH)
    this.#stream.write(this.#stream.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`)
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR_LINE)
  }
}

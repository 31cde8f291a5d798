// Lines that wait for consoles: one bounded tail, and how far each console has read it.

const MAXIMUM_CHARACTERS = 4 * 1024 * 1024

interface QueuedLine {
  readonly number: number
  readonly text: string
}

/** Keeps the last lines; each console takes all that it has not seen. The oldest are dropped when none takes them. */
export class ConsoleQueue {
  readonly #lines: QueuedLine[] = []
  readonly #taken = new Map<string, number>()
  #next = 1
  #characters = 0

  /** `text` ends with a newline. */
  push(text: string): void {
    this.#lines.push({ number: this.#next++, text })
    this.#characters += text.length
    while (this.#characters > MAXIMUM_CHARACTERS && this.#lines.length > 1) {
      this.#characters -= this.#lines.shift()?.text.length ?? 0
    }
  }

  pending(console: string): boolean {
    return this.#next - 1 > (this.#taken.get(console) ?? 0)
  }

  /** Every line that this console has not taken, "" when there is none; says so when some were dropped meanwhile. */
  take(console: string): string {
    const seen = this.#taken.get(console)
    this.#taken.set(console, this.#next - 1)
    const fresh = this.#lines.filter((line) => line.number > (seen ?? 0))
    const first = fresh[0]?.number ?? this.#next
    const dropped = first - (seen ?? 0) - 1
    const note = dropped > 0 ? `${dropped} older messages are not kept here any more.\n` : ''
    return note + fresh.map((line) => line.text).join('')
  }
}

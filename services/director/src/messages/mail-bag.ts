// The lines of one mail while they are gathered: all of them, or the first and the last ones when they are too many.

/** Characters that each of the two ends of a mail may have. */
const END_CHARACTERS = 512 * 1024

export class MailBag {
  readonly #head: string[] = []
  readonly #tail: string[] = []
  #headSize = 0
  #tailSize = 0
  #leftOut = 0

  add(line: string): void {
    if (this.#tail.length === 0 && this.#headSize + line.length <= END_CHARACTERS) {
      this.#head.push(line)
      this.#headSize += line.length
      return
    }
    this.#tail.push(line)
    this.#tailSize += line.length
    while (this.#tailSize > END_CHARACTERS && this.#tail.length > 1) {
      this.#tailSize -= this.#tail.shift()?.length ?? 0
      this.#leftOut += 1
    }
  }

  text(): string {
    const gap = this.#leftOut === 0 ? [] : [`… ${this.#leftOut} lines are left out here …\n`]
    return [...this.#head, ...gap, ...this.#tail].join('')
  }
}

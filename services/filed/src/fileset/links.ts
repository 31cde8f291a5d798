// Which of several hard links to a file came first: that one carries the content.

export interface FirstLink {
  readonly fileIndex: number
  /** Name under which it is stored. */
  readonly path: Buffer
}

/** Remembers a file until all of its links were seen. */
export class LinkTable {
  readonly #first = new Map<string, FirstLink & { left: number }>()

  get size(): number {
    return this.#first.size
  }

  /** The first link of that file, when there was one. */
  find(dev: bigint, ino: bigint): FirstLink | undefined {
    const key = `${dev}:${ino}`
    const first = this.#first.get(key)
    if (first === undefined) return undefined
    first.left -= 1
    if (first.left <= 0) this.#first.delete(key)
    return first
  }

  remember(
    file: { readonly dev: bigint; readonly ino: bigint; readonly nlink: bigint },
    link: FirstLink,
  ): void {
    this.#first.set(`${file.dev}:${file.ino}`, { ...link, left: Number(file.nlink) - 1 })
  }
}

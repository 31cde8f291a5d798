// A map that forgets what was not asked for lately, so that it never holds more than about twice its limit.

/** Two generations: when the young one is full it becomes the old one, whose entries move back when they are used. */
export class BoundedCache<Key, Value> {
  readonly #limit: number
  readonly #weigh: (key: Key) => number
  #young = new Map<Key, Value>()
  #old = new Map<Key, Value>()
  #weight = 0

  /** `limit` bounds the sum of `weigh(key)` of one generation; each key weighs 1 when not told otherwise. */
  constructor(limit: number, weigh: (key: Key) => number = () => 1) {
    this.#limit = limit
    this.#weigh = weigh
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.#old.delete(key)
    this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (!this.#young.has(key)) this.#weight += this.#weigh(key)
    this.#young.set(key, value)
    if (this.#weight <= this.#limit) return
    this.#old = this.#young
    this.#young = new Map()
    this.#weight = 0
  }
}

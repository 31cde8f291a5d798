// Time that passes as fast as the code under it allows: a clock whose timers are run one after the other.
import type { Clock } from '@coffer/core'

interface Timer {
  readonly dueMs: number
  readonly order: number
  action: (() => void) | undefined
}

/** Resolves when every promise that could settle has settled: nothing of the Director waits for the outside here. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

export class SimClock implements Clock {
  #nowMs: number
  #order = 0
  /** A binary heap, the next timer first. */
  readonly #timers: Timer[] = []

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void): () => void {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, action }
    this.#timers.push(timer)
    this.#rise(this.#timers.length - 1)
    return () => {
      timer.action = undefined
    }
  }

  /** Lets everything happen that is due up to that moment. */
  async runTo(untilMs: number): Promise<void> {
    await settled()
    for (;;) {
      const next = this.#timers[0]
      if (next === undefined || next.dueMs > untilMs) break
      this.#take()
      const { action } = next
      if (action === undefined) continue
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      action()
      await settled()
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #take(): void {
    const last = this.#timers.pop()
    if (last === undefined || this.#timers.length === 0) return
    this.#timers[0] = last
    this.#sink(0)
  }

  #rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!this.#isBefore(i, parent)) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #sink(from: number): void {
    for (let i = from; ; ) {
      const left = 2 * i + 1
      let first = i
      if (left < this.#timers.length && this.#isBefore(left, first)) first = left
      if (left + 1 < this.#timers.length && this.#isBefore(left + 1, first)) first = left + 1
      if (first === i) return
      this.#swap(i, first)
      i = first
    }
  }

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#timers[i]!, this.#timers[j]!]
    return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
  }

  #swap(i: number, j: number): void {
    const held = this.#timers[i]!
    this.#timers[i] = this.#timers[j]!
    this.#timers[j] = held
  }
}

/** The clock of one Director: when that is killed, its timers never come. */
export class MortalClock implements Clock {
  readonly #clock: Clock
  #isDead = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  after(delayMs: number, action: () => void): () => void {
    return this.#clock.after(delayMs, () => {
      if (!this.#isDead) action()
    })
  }

  kill(): void {
    this.#isDead = true
  }
}

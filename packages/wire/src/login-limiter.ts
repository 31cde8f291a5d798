// Slows down those who guess: each failed login from an address makes the next answer later, too many shut it out.
import type { Clock } from '@coffer/core'

const WINDOW_MS = 60_000
const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 5_000
const MAX_FAILURES = 100
const MAX_RUNNING = 32
const MAX_ADDRESSES = 10_000

interface Record {
  failures: number
  running: number
  lastMs: number
}

/** Counts per IP address, in a bounded table; a minute without a failure forgets one. */
export class LoginLimiter {
  readonly #clock: Clock
  readonly #records = new Map<string, Record>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether a login may begin now; every one that began must `finish`. */
  begin(ip: string): boolean {
    const record = this.#recordOf(ip)
    if (record.failures >= MAX_FAILURES || record.running >= MAX_RUNNING) return false
    record.running += 1
    return true
  }

  /** Yields how long the answer must wait. */
  finish(ip: string, succeeded: boolean): number {
    const record = this.#recordOf(ip)
    record.running = Math.max(0, record.running - 1)
    if (succeeded) return 0
    record.failures += 1
    record.lastMs = this.#clock.nowMs()
    return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(record.failures - 1, 10))
  }

  #recordOf(ip: string): Record {
    const nowMs = this.#clock.nowMs()
    const known = this.#records.get(ip)
    if (known !== undefined) {
      if (nowMs - known.lastMs > WINDOW_MS) known.failures = 0
      return known
    }
    if (this.#records.size >= MAX_ADDRESSES) this.#forget(nowMs)
    const record = { failures: 0, running: 0, lastMs: nowMs }
    this.#records.set(ip, record)
    return record
  }

  /** Drops what is idle and old; when all is fresh, the oldest entries. */
  #forget(nowMs: number): void {
    for (const [ip, record] of this.#records) {
      if (record.running === 0 && nowMs - record.lastMs > WINDOW_MS) this.#records.delete(ip)
    }
    for (const [ip, record] of this.#records) {
      if (this.#records.size < MAX_ADDRESSES) break
      if (record.running === 0) this.#records.delete(ip)
    }
  }
}

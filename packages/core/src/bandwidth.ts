// Limits of bandwidth in one daemon: its own, a Director's, a Job's; the smallest holds, and all may change at any time.
import type { Clock } from './clock.ts'
import { type Bucket, type BucketRules, refill, waitOf } from './token-bucket.ts'

/** What a wait listens to; an AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', action: () => void): void
  removeEventListener(type: 'abort', action: () => void): void
}

export interface JobLimits {
  /** Who runs the Job. */
  readonly director: string
  /** What the Director asks for, in bytes per second; 0 for none. */
  readonly job: number
}

export interface BandwidthOptions {
  readonly clock: Clock
  /** Of each Job of this daemon, in bytes per second; 0 for none. */
  readonly limit: number
  /** Of each Job of that Director. */
  readonly directorLimit: (director: string) => number
  /** Whether bandwidth that was not used may be used later. */
  readonly bursts: boolean
}

/** Seconds of the rate that may go at once after a pause. */
const BURST_SECONDS = 10
const STEADY_SECONDS = 0.1

/** Holds back one Job. */
export class Throttle {
  readonly #clock: Clock
  readonly #burstSeconds: number
  #limit = 0
  #bucket: Bucket
  #wake: () => void = () => undefined

  constructor(clock: Clock, bursts: boolean) {
    this.#clock = clock
    this.#burstSeconds = bursts ? BURST_SECONDS : STEADY_SECONDS
    this.#bucket = { tokens: 0, atMs: clock.nowMs() }
  }

  /** Bytes per second; 0 for none. Holds at once, for what waits too. */
  set limit(bytesPerSecond: number) {
    const rules = this.#rules()
    const nowMs = this.#clock.nowMs()
    this.#bucket =
      rules === undefined ? { tokens: 0, atMs: nowMs } : refill(this.#bucket, rules, nowMs)
    this.#limit = bytesPerSecond
    this.#wake()
  }

  /** Resolves when the bytes, which are sent after it, keep to the limit. Rejects with the reason of the signal. */
  async take(bytes: number, signal?: StopSignal): Promise<void> {
    const rules = this.#rules()
    if (rules === undefined) return
    const { tokens, atMs } = refill(this.#bucket, rules, this.#clock.nowMs())
    this.#bucket = { tokens: tokens - bytes, atMs }
    for (;;) {
      if (signal?.aborted === true) throw signal.reason
      const waitMs = this.#waitMs()
      if (waitMs === 0) return
      await this.#sleep(waitMs, signal)
    }
  }

  #waitMs(): number {
    const rules = this.#rules()
    if (rules === undefined) return 0
    this.#bucket = refill(this.#bucket, rules, this.#clock.nowMs())
    return waitOf(this.#bucket, rules)
  }

  async #sleep(waitMs: number, signal: StopSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        cancel()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const cancel = this.#clock.after(waitMs, end)
      signal?.addEventListener('abort', end)
      this.#wake = end
    })
    this.#wake = () => undefined
  }

  #rules(): BucketRules | undefined {
    if (this.#limit <= 0) return undefined
    return { bytesPerSecond: this.#limit, burstBytes: this.#limit * this.#burstSeconds }
  }
}

interface OpenJob {
  readonly throttle: Throttle
  readonly director: number
  job: number
  /** Parts of the Job in this daemon: a copy reads and writes. */
  parts: number
}

/** The Jobs of one daemon by their unique names. */
export class Bandwidth {
  readonly #options: BandwidthOptions
  readonly #jobs = new Map<string, OpenJob>()
  #limit: number

  constructor(options: BandwidthOptions) {
    this.#options = options
    this.#limit = options.limit
  }

  /** Of each Job that asks for no less. */
  get limit(): number {
    return this.#limit
  }

  /** The throttle of a Job; a second part of the same Job shares it. Each is closed for itself. */
  open(name: string, { director, job }: JobLimits): Throttle {
    const known = this.#jobs.get(name)
    if (known !== undefined) {
      known.parts += 1
      return known.throttle
    }
    const { clock, bursts, directorLimit } = this.#options
    const throttle = new Throttle(clock, bursts)
    const opened = { throttle, director: directorLimit(director), job, parts: 1 }
    this.#jobs.set(name, opened)
    this.#apply(opened)
    return opened.throttle
  }

  find(name: string): Throttle | undefined {
    return this.#jobs.get(name)?.throttle
  }

  close(name: string): void {
    const known = this.#jobs.get(name)
    if (known === undefined) return
    known.parts -= 1
    if (known.parts === 0) this.#jobs.delete(name)
  }

  /** Sets the limit of a running Job, or with '' that of all, now and later. Returns how many run with it. */
  set(name: string, limit: number): number {
    if (name === '') this.#limit = limit
    const jobs = name === '' ? [...this.#jobs.values()] : [this.#jobs.get(name)]
    let count = 0
    for (const job of jobs) {
      if (job === undefined) continue
      if (name !== '') job.job = limit
      this.#apply(job)
      count += 1
    }
    return count
  }

  #apply({ throttle, director, job }: OpenJob): void {
    throttle.limit = smallestLimit([this.#limit, director, job])
  }
}

/** The smallest that is set; 0 when none is. */
export function smallestLimit(limits: readonly number[]): number {
  const set = limits.filter((limit) => limit > 0)
  return set.length === 0 ? 0 : Math.min(...set)
}

/** A stream of pieces, each held back. */
export async function* paced<Piece extends Uint8Array>(
  pieces: AsyncIterable<Piece>,
  throttle: Throttle | undefined,
  signal?: StopSignal,
): AsyncGenerator<Piece, void> {
  for await (const piece of pieces) {
    await throttle?.take(piece.length, signal)
    yield piece
  }
}

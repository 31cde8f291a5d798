import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bandwidth, paced, smallestLimit, Throttle } from './bandwidth.ts'
import type { Clock } from './clock.ts'
import { type Bucket, refill, waitOf } from './token-bucket.ts'

/** Time that goes on only when somebody waits. */
class JumpClock implements Clock {
  #nowMs = 1_000_000
  #timers: { readonly atMs: number; readonly action: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }

  pass(milliseconds: number): void {
    this.#nowMs += milliseconds
    for (const { atMs, action } of [...this.#timers]) if (atMs <= this.#nowMs) action()
  }

  get waiting(): number {
    return this.#timers.length
  }
}

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve))

describe('a token bucket', () => {
  it.each([
    ['full', { tokens: 100, atMs: 0 }, 0, 0],
    ['in debt', { tokens: -500, atMs: 0 }, 0, 500],
    ['in debt, half paid', { tokens: -500, atMs: 0 }, 250, 250],
    ['paid', { tokens: -500, atMs: 0 }, 500, 0],
    ['a clock that was set back', { tokens: -500, atMs: 1000 }, 0, 500],
  ])('%s', (_what, bucket, nowMs, waitMs) => {
    const rules = { bytesPerSecond: 1000, burstBytes: 100 }
    expect(waitOf(refill(bucket, rules, nowMs), rules)).toBe(waitMs)
  })

  it('never lets more through than rate and burst allow', () => {
    const sizes = fc.array(fc.nat(5000), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5000 }), fc.nat(3000), (parts, rate, burst) => {
        const rules = { bytesPerSecond: rate, burstBytes: burst }
        let bucket: Bucket = { tokens: 0, atMs: 0 }
        let sent = 0
        for (const size of parts) {
          bucket = { ...bucket, tokens: bucket.tokens - size }
          bucket = refill(bucket, rules, bucket.atMs + waitOf(bucket, rules))
          sent += size
          expect(sent).toBeLessThanOrEqual((bucket.atMs * rate) / 1000 + burst + 1)
        }
      }),
    )
  })
})

describe('a throttle', () => {
  it('holds nobody back without a limit', async () => {
    const clock = new JumpClock()
    await new Throttle(clock, false).take(1e12)
    expect(clock.waiting).toBe(0)
  })

  it('follows a limit that changes while it waits', async () => {
    const clock = new JumpClock()
    const throttle = new Throttle(clock, false)
    throttle.limit = 1000
    let isDone = false
    const taken = throttle.take(100_000).then(() => {
      isDone = true
    })
    clock.pass(50_000)
    await settled()
    expect(isDone).toBe(false)
    throttle.limit = 50_000
    clock.pass(1000)
    await settled()
    await taken
    throttle.limit = 1
    const slow = throttle.take(1_000_000)
    throttle.limit = 0
    await slow
  })

  it('ends its wait when the Job is canceled', async () => {
    const clock = new JumpClock()
    const throttle = new Throttle(clock, false)
    throttle.limit = 1
    const stop = new AbortController()
    const taken = throttle.take(1000, stop.signal)
    stop.abort(new Error('canceled'))
    await expect(taken).rejects.toThrow('canceled')
    expect(clock.waiting).toBe(0)
  })

  it.each([
    [false, 100],
    [true, 10_000],
  ])('keeps what was not used for later: %s', async (bursts, bytes) => {
    const clock = new JumpClock()
    const throttle = new Throttle(clock, bursts)
    throttle.limit = 1000
    clock.pass(60_000)
    await throttle.take(bytes)
    void throttle.take(1)
    expect(clock.waiting).toBe(1)
    throttle.limit = 0
  })
})

describe('the limits of a daemon', () => {
  it.each([
    [[0, 0, 0], 0],
    [[100, 0, 50], 50],
    [[0, 7, 0], 7],
  ])('%j is %i', (limits, smallest) => {
    expect(smallestLimit(limits)).toBe(smallest)
  })

  it('hold for Jobs that run and Jobs that come', async () => {
    const clock = new JumpClock()
    const bandwidth = new Bandwidth({ clock, limit: 0, directorLimit: () => 0, bursts: false })
    const first = bandwidth.open('first', { director: 'dir', job: 0 })
    expect(bandwidth.open('first', { director: 'dir', job: 9 })).toBe(first)
    await first.take(1000)
    expect(bandwidth.set('first', 10)).toBe(1)
    expect(bandwidth.set('nobody', 10)).toBe(0)
    const slow = first.take(1000)
    expect(clock.waiting).toBe(1)
    bandwidth.set('first', 0)
    await slow
    expect(bandwidth.set('', 10)).toBe(1)
    expect(bandwidth.limit).toBe(10)
    const second = bandwidth.open('second', { director: 'dir', job: 0 })
    const held = [first.take(1000), second.take(1000)]
    expect(clock.waiting).toBe(2)
    bandwidth.set('', 0)
    await Promise.all(held)
    bandwidth.close('second')
    bandwidth.close('first')
    expect(bandwidth.find('first')).toBe(first)
    expect(bandwidth.find('second')).toBeUndefined()
  })

  it('pace a stream without changing it', async () => {
    const pieces = async function* () {
      yield Buffer.from('a')
      yield Buffer.from('b')
    }
    const seen: string[] = []
    for await (const piece of paced(pieces(), new Throttle(new JumpClock(), false))) {
      seen.push(piece.toString())
    }
    expect(seen).toEqual(['a', 'b'])
  })
})

import type { Clock } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import { LoginLimiter } from './login-limiter.ts'

function clockAt(nowMs: number): Clock & { advance(byMs: number): void } {
  let now = nowMs
  return {
    nowMs: () => now,
    after: () => () => undefined,
    advance: (byMs) => {
      now += byMs
    },
  }
}

function failOnce(limiter: LoginLimiter, ip = '192.0.2.1'): number {
  expect(limiter.begin(ip)).toBe(true)
  return limiter.finish(ip, false)
}

describe('LoginLimiter', () => {
  it('answers each failure later, up to a bound', () => {
    const limiter = new LoginLimiter(clockAt(0))
    expect(Array.from({ length: 8 }, () => failOnce(limiter))).toEqual([
      100, 200, 400, 800, 1600, 3200, 5000, 5000,
    ])
    expect(failOnce(limiter, '192.0.2.2')).toBe(100)
  })

  it('does not hold back who succeeds', () => {
    const limiter = new LoginLimiter(clockAt(0))
    failOnce(limiter)
    limiter.begin('192.0.2.1')
    expect(limiter.finish('192.0.2.1', true)).toBe(0)
  })

  it('shuts an address out after too many failures, for a minute', () => {
    const clock = clockAt(0)
    const limiter = new LoginLimiter(clock)
    for (let i = 0; i < 100; i++) failOnce(limiter)
    expect(limiter.begin('192.0.2.1')).toBe(false)
    expect(limiter.begin('192.0.2.2')).toBe(true)
    clock.advance(60_001)
    expect(failOnce(limiter)).toBe(100)
  })

  it('bounds the logins of an address that run at once', () => {
    const limiter = new LoginLimiter(clockAt(0))
    for (let i = 0; i < 32; i++) expect(limiter.begin('192.0.2.1')).toBe(true)
    expect(limiter.begin('192.0.2.1')).toBe(false)
    limiter.finish('192.0.2.1', true)
    expect(limiter.begin('192.0.2.1')).toBe(true)
  })

  it('remembers a bounded number of addresses', () => {
    const limiter = new LoginLimiter(clockAt(0))
    failOnce(limiter, 'first')
    for (let i = 0; i < 10_000; i++) failOnce(limiter, `10.0.${Math.floor(i / 256)}.${i % 256}`)
    expect(failOnce(limiter, 'first')).toBe(100)
  })
})

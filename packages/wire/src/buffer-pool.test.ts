import { describe, expect, it } from 'vitest'
import { BufferPool } from './buffer-pool.ts'

describe('BufferPool', () => {
  it('gives again what it was given, when it is large enough', () => {
    const pool = new BufferPool()
    const buffer = pool.take(100_000)
    expect(buffer.length).toBeGreaterThanOrEqual(100_000)
    expect(pool.take(100_000) === buffer).toBe(false)
    pool.give(buffer)
    expect(pool.take(1_000_000) === buffer).toBe(false)
    expect(pool.take(100_000) === buffer).toBe(true)
  })

  it('keeps a bounded number, none of them huge', () => {
    const pool = new BufferPool()
    const buffers = Array.from({ length: 20 }, () => pool.take(70_000))
    for (const buffer of buffers) pool.give(buffer)
    const again = Array.from({ length: 20 }, () => pool.take(70_000))
    expect(again.filter((buffer) => buffers.includes(buffer)).length).toBe(8)
    const huge = pool.take(16 * 1024 * 1024)
    pool.give(huge)
    expect(pool.take(16 * 1024 * 1024) === huge).toBe(false)
  })
})

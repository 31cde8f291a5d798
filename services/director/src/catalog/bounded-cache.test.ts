import { expect, test } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

test('what is used stays, what is not is forgotten, and it never grows beyond twice its limit', () => {
  const cache = new BoundedCache<number, number>(100)
  cache.set(-1, -1)
  for (let key = 0; key < 10_000; key++) {
    cache.set(key, key)
    expect(cache.get(-1)).toBe(-1)
    expect(cache.size).toBeLessThanOrEqual(202)
  }
  expect(cache.get(9_999)).toBe(9_999)
  expect(cache.get(5_000)).toBeUndefined()
})

test('keys weigh what they are said to', () => {
  const cache = new BoundedCache<string, true>(10, (key) => key.length)
  for (const key of ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'ffff']) cache.set(key, true)
  expect(cache.size).toBeLessThanOrEqual(6)
  expect(cache.get('aaaa')).toBeUndefined()
  expect(cache.get('ffff')).toBe(true)
})

test('setting a key again changes its value', () => {
  const cache = new BoundedCache<string, number>(10)
  cache.set('a', 1)
  cache.set('a', 2)
  expect(cache.get('a')).toBe(2)
  expect(cache.get('b')).toBeUndefined()
})

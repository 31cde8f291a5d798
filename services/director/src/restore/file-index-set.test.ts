import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileIndexSet } from './file-index-set.ts'

const EVERYTHING = { from: 1, to: 2 ** 31 - 1 }

test('ranges come out in order, whatever the order of adding', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2_000_000 }), { maxLength: 200 }), (numbers) => {
      const set = new FileIndexSet()
      for (const number of numbers) set.add(number)
      const expected = [...new Set(numbers)].sort((a, b) => a - b)
      const ranges = [...set.rangesWithin(EVERYTHING)]
      const members = ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      )
      expect(members).toEqual(expected)
      expect(set.size).toBe(expected.length)
      for (let i = 1; i < ranges.length; i++) {
        expect(ranges[i]?.from).toBeGreaterThan((ranges[i - 1]?.to ?? 0) + 1)
      }
    }),
  )
})

test('a part of the set is its members between two numbers', () => {
  const set = new FileIndexSet()
  for (const number of [1, 2, 3, 31, 32, 33, 524_287, 524_288, 524_289]) set.add(number)
  expect([...set.rangesWithin({ from: 2, to: 32 })]).toEqual([
    { from: 2, to: 3 },
    { from: 31, to: 32 },
  ])
  expect([...set.rangesWithin({ from: 33, to: 524_288 })]).toEqual([
    { from: 33, to: 33 },
    { from: 524_287, to: 524_288 },
  ])
  expect([...set.rangesWithin({ from: 40, to: 50 })]).toEqual([])
})

test('a deletion is no member, and a number counts once', () => {
  const set = new FileIndexSet()
  expect([0, -1, 7, 7].map((number) => set.add(number))).toEqual([false, false, true, false])
  expect(set.size).toBe(1)
  expect(set.has(7)).toBe(true)
  expect(set.has(8)).toBe(false)
})

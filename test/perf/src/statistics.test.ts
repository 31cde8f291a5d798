import { describe, expect, it } from 'vitest'
import { median, pairedRatio, spread } from './statistics.ts'

describe('median', () => {
  it.each([
    { values: [3], is: 3 },
    { values: [9, 1, 5], is: 5 },
    { values: [4, 1, 2, 3], is: 2.5 },
    { values: [], is: Number.NaN },
  ])('of $values', ({ values, is }) => {
    expect(median(values)).toBe(is)
  })

  it('leaves its argument as it is', () => {
    const values = [2, 1]
    median(values)
    expect(values).toEqual([2, 1])
  })
})

describe('pairedRatio', () => {
  it('compares runs that were made beside each other', () => {
    // The machine was twice as slow in the second round: the ratio is the same.
    expect(pairedRatio([1, 2], [4, 8])).toBe(0.25)
  })

  it('leaves out what has no partner', () => {
    expect(pairedRatio([1, 2, 3], [2])).toBe(0.5)
    expect(pairedRatio([1], [])).toBeNaN()
  })
})

it('spread is the largest over the smallest', () => {
  expect(spread([2, 1, 4])).toBe(4)
  expect(spread([7])).toBe(1)
})

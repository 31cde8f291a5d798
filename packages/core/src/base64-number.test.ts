import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64BigInt, decodeBase64Number, encodeBase64Number } from './base64-number.ts'

describe('base64 number', () => {
  it.each([
    [0, 'A'],
    [63, '/'],
    [64, 'BA'],
    [33188, 'IGk'],
    [3145728, 'MAAA'],
    [1234567890, 'BJlgLS'],
    [-1, '-B'],
  ])('spells %d as %s', (value, text) => {
    expect(encodeBase64Number(value)).toBe(text)
    expect(decodeBase64Number(text)).toBe(value)
  })

  it('gives back every safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(decodeBase64Number(encodeBase64Number(value))).toBe(value)
      }),
    )
  })

  it('gives back every bit of a bigint', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }), (value) => {
        expect(decodeBase64BigInt(encodeBase64Number(value))).toBe(value)
      }),
    )
  })

  it('refuses what is not a number', () => {
    for (const text of ['', '-', 'A B', 'ä', '=', 'AAAAAAAAAAAAA']) {
      expect(decodeBase64Number(text)).toBeUndefined()
      expect(decodeBase64BigInt(text)).toBeUndefined()
    }
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatSize, parseSize } from './size.ts'

describe('sizes', () => {
  test.each([
    ['0', 0],
    ['1500', 1500],
    ['1k', 1024],
    ['1 kb', 1000],
    ['1 KiB', 1024],
    ['150k', 150 * 1024],
    ['10 gb', 10_000_000_000],
    ['50G', 50 * 1024 ** 3],
    ['2 tb', 2e12],
    ['1g 500m', 1024 ** 3 + 500 * 1024 ** 2],
    ['1.5 k', 1536],
    [' 25 G ', 25 * 1024 ** 3],
  ])('%s is %d bytes', (text, sizeBytes) => {
    expect(parseSize(text)).toBe(sizeBytes)
  })

  test.each(['', ' ', 'gb', '10 xb', '10 gb!', '-1', '1,5 g', '99999 eb', '1 g b'])(
    '"%s" is no size',
    (text) => {
      expect(parseSize(text)).toBeUndefined()
    },
  )

  test('what is written is read as the same number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (sizeBytes) => {
        expect(parseSize(formatSize(sizeBytes))).toBe(sizeBytes)
      }),
    )
  })

  test('the largest unit that divides is written', () => {
    expect(formatSize(50 * 1024 ** 3)).toBe('50 g')
    expect(formatSize(1536)).toBe('1536')
    expect(formatSize(0)).toBe('0')
  })
})

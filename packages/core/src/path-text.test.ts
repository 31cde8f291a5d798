import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePath, displayPath, encodePath } from './path-text.ts'

describe('path text', () => {
  it('gives back every byte string exactly', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect([...encodePath(decodePath(bytes))]).toEqual([...bytes])
      }),
    )
  })

  it('leaves valid UTF-8 as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.isWellFormed())
        expect(decodePath(new TextEncoder().encode(text))).toBe(text)
      }),
    )
  })

  it('holds a byte that is not UTF-8 as one lone surrogate', () => {
    expect(decodePath(Uint8Array.of(0x6c, 0xe9, 0x2e))).toBe('l\udce9.')
  })

  it('keeps a real U+FFFD apart from broken bytes', () => {
    const mixed = Uint8Array.of(0xef, 0xbf, 0xbd, 0xff)
    expect(decodePath(mixed)).toBe('\ufffd\udcff')
  })

  it('does not take an encoded surrogate for a character', () => {
    expect([...encodePath(decodePath(Uint8Array.of(0xed, 0xb2, 0x80)))]).toEqual([0xed, 0xb2, 0x80])
  })

  it('shows broken bytes as the replacement character', () => {
    expect(displayPath('l\udce9.')).toBe('l\ufffd.')
  })
})

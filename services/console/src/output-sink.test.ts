import { expect, test } from 'vitest'
import { harmless } from './output-sink.ts'

test('a terminal gets no control characters', () => {
  const shown = harmless(Buffer.from('a\u001b[2Jb\tc\n\u0007\u007fé'))
  expect(Buffer.from(shown).toString()).toBe('a^[[2Jb\tc\n^G^?é')
})

test('what is harmless stays the same', () => {
  const bytes = Buffer.from('größe\n')
  expect(harmless(bytes)).toBe(bytes)
})

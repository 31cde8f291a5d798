import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literalGlob, parseGlob } from './glob.ts'

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['*.txt', 'a.txt', true],
  ['*.txt', 'a.txt.bak', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[]]', ']', true],
  ['[x', '[x', true],
  [String.raw`\*`, '*', true],
  [String.raw`\*`, 'x', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
  ['?', '\udce9', true],
  ['*\udce9*', 'latin1-\udce9.txt', true],
  ['?', '😀', true],
])('"%s" on "%s": %s', (pattern, name, expected) => {
  expect(parseGlob(pattern).matches(name)).toBe(expected)
})

test('what a pattern is, is known', () => {
  expect(parseGlob('plain.txt').literal).toBe('plain.txt')
  expect(parseGlob(String.raw`odd\*`).literal).toBe('odd*')
  expect(parseGlob('a*').literal).toBeUndefined()
  expect(parseGlob('**').isEverything).toBe(true)
  expect(parseGlob('?*').isEverything).toBe(false)
})

test('many stars on a long name take no time', () => {
  const pattern = `${'*a'.repeat(40)}*b`
  expect(parseGlob(pattern).matches('a'.repeat(4000))).toBe(false)
})

const character = fc.constantFrom(...Array.from('*?[]\\!-^az /\n'), 'ä', '😀', '\udce9', '\ud800')

test('any name matches itself when it is escaped, and a literal glob', () => {
  fc.assert(
    fc.property(fc.array(character, { maxLength: 20 }), (characters) => {
      const name = characters.join('')
      const escaped = name.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)
      expect(parseGlob(escaped).matches(name)).toBe(true)
      expect(literalGlob(name).matches(name)).toBe(true)
    }),
  )
})

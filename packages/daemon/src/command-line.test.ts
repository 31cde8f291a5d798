import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitCommand } from './command-line.ts'

test.each([
  ['', []],
  ['  a  b ', ['a', 'b']],
  [`sh -c 'echo "$HOME" x'`, ['sh', '-c', 'echo "$HOME" x']],
  ['mail -s "it\'s \\"here\\"" a@b', ['mail', '-s', 'it\'s "here"', 'a@b']],
  ['a\\ b c\\\\', ['a b', 'c\\']],
  [`x "" ''`, ['x', '', '']],
  [`pre"fix"ed'one'`, ['prefixedone']],
  [`'it''s' 'a\\b'`, ['its', 'a\\b']],
  ['"not closed', ['not closed']],
  ['end\\', ['end\\']],
])('%s', (command, argv) => {
  expect(splitCommand(command)).toEqual(argv)
})

test('arguments in single quotes come back as they were', () => {
  const argument = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes("'"))
  fc.assert(
    fc.property(fc.array(argument), (argv) => {
      expect(splitCommand(argv.map((each) => `'${each}'`).join(' '))).toEqual(argv)
    }),
  )
})

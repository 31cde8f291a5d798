import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findValue, hasKeyword, listValues, parseCommandLine, quoteWord } from './command-line.ts'

test('a line is a verb and arguments', () => {
  const line = parseCommandLine('  run Job=md5 level=Full yes ')
  expect(line.verb).toBe('run')
  expect(line.rest).toBe('Job=md5 level=Full yes')
  expect(findValue(line, 'job', 'jobname')).toBe('md5')
  expect(findValue(line, 'level')).toBe('Full')
  expect(hasKeyword(line, 'yes')).toBe(true)
  expect(findValue(line, 'yes')).toBeUndefined()
})

test('quotes hold blanks together, and a backslash inside of them takes a character as it is', () => {
  const line = parseCommandLine(String.raw`restore file="/a b/c\"d" where=\tmp comment="a=b"`)
  expect(findValue(line, 'file')).toBe('/a b/c"d')
  expect(findValue(line, 'where')).toBe(String.raw`\tmp`)
  expect(findValue(line, 'comment')).toBe('a=b')
})

test('a value may be empty, a keyword may be repeated', () => {
  const line = parseCommandLine('restore where= file=/a file=/b')
  expect(findValue(line, 'where')).toBe('')
  expect(listValues(line, 'file')).toEqual(['/a', '/b'])
})

test('an empty line has no verb', () => {
  expect(parseCommandLine(' \t ').verb).toBe('')
})

test('a line without bounds is refused', () => {
  expect(() => parseCommandLine('x'.repeat(70_000))).toThrow('at most 65536')
  expect(() => parseCommandLine('x '.repeat(2000))).toThrow('2000 words')
})

test('any value survives quoting', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (value) => {
      const line = parseCommandLine(`restore file=${quoteWord(value)} done`)
      expect(findValue(line, 'file')).toBe(value)
    }),
  )
})

import { expect, test } from 'vitest'
import { parseLocalCommand } from './local-command.ts'

test.each([
  ['list jobs', undefined],
  ['@# a remark', { kind: 'comment' }],
  ['@input /tmp/commands', { kind: 'input', path: '/tmp/commands' }],
  ['@output /tmp/o', { kind: 'output', path: '/tmp/o', append: false, tee: false }],
  ['@output', { kind: 'output', path: undefined, append: false, tee: false }],
  ['@tee "/tmp/o o" a', { kind: 'output', path: '/tmp/o o', append: true, tee: true }],
  [' @SLEEP 3', { kind: 'sleep', seconds: 3 }],
  ['@sleep x', { kind: 'invalid', text: '@sleep takes a number of seconds' }],
  ['@exec "ls -l"', { kind: 'exec', command: 'ls -l' }],
  ['@echo so what', { kind: 'echo', text: 'so what' }],
  ['@separator ;', { kind: 'separator', character: ';' }],
  ['@separator', { kind: 'separator', character: '' }],
  ['@exit', { kind: 'quit' }],
])('"%s"', (line, expected) => {
  expect(parseLocalCommand(line, false)).toEqual(expected)
})

test('root may not read, write or run anything', () => {
  for (const line of ['@input x', '@output x', '@tee x', '@exec x']) {
    expect(parseLocalCommand(line, true)).toMatchObject({ kind: 'invalid' })
  }
  expect(parseLocalCommand('@sleep 1', true)).toEqual({ kind: 'sleep', seconds: 1 })
})

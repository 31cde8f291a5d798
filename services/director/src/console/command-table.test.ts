import { expect, test } from 'vitest'
import { COMMANDS, findCommand } from './command-table.ts'
import { COMMAND_HANDLERS } from './commands.ts'
import { DOT_COMMANDS } from './dot-command-table.ts'

test('the first command that begins with what was typed wins', () => {
  const typed = ['m', 'mes', 'mem', 'l', 'll', 'st', 'r', 'rel', 'quit', 'RUN', 'un', 'um', 'exi']
  expect(typed.map((word) => findCommand(word)?.name)).toEqual([
    'messages',
    'messages',
    'memory',
    'label',
    'llist',
    'status',
    'restore',
    'relabel',
    'quit',
    'run',
    'unmount',
    'umount',
    'exit',
  ])
})

test('a whole name wins over a longer one before it', () => {
  expect(findCommand('.api')?.name).toBe('.api')
  expect(findCommand('.')?.name).toBe('.')
  expect(findCommand('.jobs')?.name).toBe('.jobs')
  expect(findCommand('.j')?.name).toBe('.jobdefs')
})

test('what begins no command is none', () => {
  expect(findCommand('nosuchcommand')).toBeUndefined()
  expect(findCommand('listx')).toBeUndefined()
  expect(findCommand('')).toBeUndefined()
})

test('a command is done, or said to be absent', () => {
  const rows = [...COMMANDS, ...DOT_COMMANDS]
  const undone = rows.filter(({ name }) => !COMMAND_HANDLERS.has(name)).map(({ name }) => name)
  const absent = rows.filter(({ isAbsent }) => isAbsent === true).map(({ name }) => name)
  expect(undone).toEqual(absent)
})

test('names are unique', () => {
  const names = [...COMMANDS, ...DOT_COMMANDS].map((row) => row.name)
  expect(new Set(names).size).toBe(names.length)
})

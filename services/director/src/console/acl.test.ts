import { expect, test } from 'vitest'
import { ALL_RIGHTS, decideAcl, makeRights } from './acl.ts'

test.each([
  [['*all*'], 'run', true],
  [[], 'run', false],
  [['status', 'list'], 'run', false],
  [['STATUS'], 'status', true],
  [['*all*', '!run'], 'run', true],
  [['!run', '*all*'], 'run', false],
  [['!run', '*all*'], 'list', true],
  [['.*-fd'], 'host-fd', true],
  [['.*-fd'], 'host-fd-old', false],
  [['(a|b)[0-9]+'], 'b12', true],
  [['host.example.org'], 'host.example.org', true],
  [['*odd('], '*odd(', true],
  [['*odd('], 'odd', false],
])('%j decides about "%s": %s', (entries, name, expected) => {
  expect(decideAcl(entries, name)).toBe(expected)
})

test('a Console is asked before its Profiles', () => {
  const rights = makeRights([
    { command: ['!run'] },
    { command: ['*all*'], job: ['*all*'] },
    { job: ['never'] },
  ])
  expect(rights.allows('command', 'run')).toBe(false)
  expect(rights.allows('command', 'list')).toBe(true)
  expect(rights.allows('job', 'anything')).toBe(true)
  expect(rights.allows('pool', 'Full')).toBe(false)
  expect(rights.isUnrestricted).toBe(false)
})

test('nothing is denied to the default console', () => {
  expect(ALL_RIGHTS.allows('where', '/')).toBe(true)
  expect(ALL_RIGHTS.isUnrestricted).toBe(true)
})

test('all lists open is unrestricted', () => {
  const all = ['*all*']
  const rights = makeRights([
    { job: all, client: all, storage: all, schedule: all, pool: all },
    { command: all, fileset: all, catalog: all, where: all, pluginOptions: all },
  ])
  expect(rights.isUnrestricted).toBe(true)
})

import { expect, test } from 'vitest'
import { type AuditRules, auditText, isAudited } from './audit.ts'
import { findCommand } from './command-table.ts'

function audits(rules: Partial<AuditRules>, command: string): boolean {
  const row = findCommand(command)
  return row !== undefined && isAudited({ auditing: true, auditEvents: [], ...rules }, row)
}

test.each([
  ['delete', {}, true],
  ['time', {}, false],
  ['delete', { auditing: false }, false],
  ['delete', { auditEvents: ['Delete', 'run'] }, true],
  ['list', { auditEvents: ['delete'] }, false],
  ['time', { auditEvents: ['time'] }, true],
  ['time', { auditEvents: ['*all*'] }, true],
])('%s under %j: %s', (command, rules, expected) => {
  expect(audits(rules, command)).toBe(expected)
})

test('names the console and where it is, and masks passwords', () => {
  const line = { console: 'ops', address: '10.0.0.7' }
  expect(auditText({ ...line, text: 'run job=x' })).toBe(
    'Console [ops] from [10.0.0.7] cmdline run job=x',
  )
  expect(auditText({ ...line, console: '*UserAgent*', text: 'purge', isDenied: true })).toBe(
    'Console [default] from [10.0.0.7] was denied purge',
  )
  expect(
    auditText({ ...line, text: 'configure add client name=a password="x \\" y" address=b' }),
  ).toBe('Console [ops] from [10.0.0.7] cmdline configure add client name=a password=*** address=b')
})

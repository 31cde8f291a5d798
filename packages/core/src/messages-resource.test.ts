import { describe, expect, test } from 'vitest'
import { directorMessagesType, withDestinations } from './messages-resource.ts'
import { ResourceSet } from './resource-set.ts'
import { parseResourceText } from './resource-text.ts'
import { showResourceOf } from './show-resource.ts'

function read(directives: string) {
  const text = `Messages { Name = m\n${directives}\n}`
  const set = new ResourceSet([directorMessagesType], parseResourceText([{ file: 'm', text }]), {
    md5Hex: (clear) => clear,
    env: {},
  })
  const given = set.resources(directorMessagesType).get('m')
  const { faults, warnings } = set.report()
  return { given, messages: given && withDestinations(given), faults, warnings }
}

function typesOf(line: string): string[] {
  return [...(read(line).messages?.destinations[0]?.types ?? [])].sort()
}

describe('destinations', () => {
  test('have types, and a target where they need one', () => {
    const { messages, faults } = read(`
      append = "/var/log/my log" = all, !skipped
      console = warning, error
      catalog = all
      file = /tmp/x = info
      stdout = fatal`)
    expect(faults).toEqual([])
    const brief = messages?.destinations.map(({ kind, target, types }) => [
      kind,
      target,
      types.size,
    ])
    expect(brief).toEqual([
      ['file', '/tmp/x', 1],
      ['append', '/var/log/my log', 15],
      ['stdout', undefined, 1],
      ['console', undefined, 2],
      ['catalog', undefined, 16],
    ])
  })

  test('take a type out wherever it stands', () => {
    expect(typesOf('console = !info, error, info, !error, fatal')).toEqual(['fatal'])
    expect(typesOf('console = !saved, all')).not.toContain('saved')
  })

  test('by mail have addresses', () => {
    const { messages, faults, warnings } = read(
      'mail = a@example.org, b@example.org = all, !skipped\nmail server = mail:587',
    )
    expect([faults, warnings]).toEqual([[], []])
    expect(messages?.destinations[0]).toMatchObject({
      kind: 'mail',
      target: 'a@example.org, b@example.org',
    })
    expect(messages?.mailServer.reveal()).toBe('mail:587')
  })

  test('of a Director to a Director are known and not acted on', () => {
    expect(read('director = x = all').warnings.map(({ message }) => message)).toEqual([
      '"Director" of Messages "m" is not acted on',
    ])
  })

  test('have faults with hints', () => {
    const { faults } = read('console = al, infoo\nappend = all\ncatalog = x = all')
    expect(faults.map(({ line, message, hint }) => [line, message, hint])).toEqual([
      [2, '"al" is no message type', 'Did you mean "all"?'],
      [2, '"infoo" is no message type', 'Did you mean "info"?'],
      [3, '"append" must have the form "append = target = types"', undefined],
    ])
  })

  test('are shown as they can be written', () => {
    const { given } = read('console = all, !skipped, !saved\nappend = /x = info, warning')
    expect(given && showResourceOf(directorMessagesType, given)).toBe(`Messages {
  Name = "m"
  append = /x = warning,info
  console = all,!saved,!skipped
}
`)
  })
})

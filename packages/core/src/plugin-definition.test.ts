import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskPluginSecrets, parsePluginDefinition } from './plugin-definition.ts'

test('the configuration line of the NSCA sender, wrapped as its slide shows it', () => {
  const text = `python:module_path=/usr/lib64/bareos/plugins:
    module_name=bareos-dir-nsca-sender:monitorHost=icingahost:
    checkHost=my_bareosFD:checkService=bareos_backup`
  expect(parsePluginDefinition(text)).toEqual({
    plugin: 'python',
    options: [
      { name: 'module_path', value: '/usr/lib64/bareos/plugins' },
      { name: 'module_name', value: 'bareos-dir-nsca-sender' },
      { name: 'monitorHost', value: 'icingahost' },
      { name: 'checkHost', value: 'my_bareosFD' },
      { name: 'checkService', value: 'bareos_backup' },
    ],
  })
})

test.each([
  ['nsca', []],
  ['nsca:', []],
  ['a:b=', [{ name: 'b', value: '' }]],
  ['a:url=http\\://h\\:80/x', [{ name: 'url', value: 'http://h:80/x' }]],
  ['a:path=C\\dir', [{ name: 'path', value: 'C\\dir' }]],
  [
    'a:x=1=2:x=3',
    [
      { name: 'x', value: '1=2' },
      { name: 'x', value: '3' },
    ],
  ],
])('%j', (text, options) => {
  expect(parsePluginDefinition(text).options).toEqual(options)
})

test.each(['', ':a=b', 'two words:a=b', 'a:b', 'a:=b'])('%j is refused', (text) => {
  expect(() => parsePluginDefinition(text)).toThrow(
    expect.objectContaining({ code: 'plugin-definition' }),
  )
})

test('secrets are masked, and never quoted in an error', () => {
  expect(maskPluginSecrets('nsca:password=a\\:b:x=1:api_token=t: user_password = p')).toBe(
    'nsca:password=***:x=1:api_token=***: user_password =***',
  )
  expect(() => parsePluginDefinition('two words:password=hunter2')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  )
  expect(() => parsePluginDefinition('a:hunter2')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  )
})

test('what is escaped comes back', () => {
  const name = fc.stringMatching(/^[a-z_]{1,8}$/u)
  const value = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => text === text.trimEnd() && !text.includes('\\'))
  fc.assert(
    fc.property(fc.array(fc.record({ name, value })), (options) => {
      const parts = options.map(({ name, value }) => `${name}=${value.replaceAll(':', '\\:')}`)
      expect(parsePluginDefinition(['p', ...parts].join(':')).options).toEqual(options)
    }),
  )
})

import { expect, test } from 'vitest'
import { menuQuestion, menuText, readMenuAnswer } from './menu.ts'

const NAMES =
  'chain gzip hardlinks lz4 lz4hc lzfast lzo md5 mixa mixb nightly noacl none pki RestoreFiles sha1 sha256 sha512 span sparse sparsegzip xxh128'.split(
    ' ',
  )

test('many choices stand in columns', () => {
  const menu = {
    heading: 'The defined Job resources are:',
    question: 'Select Job resource',
    items: NAMES,
  }
  const end = '\n'
  expect(menuText(menu)).toBe(
    [
      'The defined Job resources are:',
      ' 1: chain         7: lzo          13: none         19: span         ',
      ' 2: gzip          8: md5          14: pki          20: sparse       ',
      ' 3: hardlinks     9: mixa         15: RestoreFiles 21: sparsegzip   ',
      ' 4: lz4          10: mixb         16: sha1         22: xxh128       ',
      ' 5: lz4hc        11: nightly      17: sha256       ',
      ' 6: lzfast       12: noacl        18: sha512       ',
      '',
    ].join(end),
  )
  expect(menuQuestion(menu)).toBe('Select Job resource (1-22): ')
})

test('few choices stand below each other', () => {
  const items = ['bench-fd', 'pki-fd', 'sample-fd']
  expect(menuText({ heading: 'Defined Clients:', question: 'Select the Client', items })).toBe(
    'Defined Clients:\n1: bench-fd\n2: pki-fd\n3: sample-fd\n',
  )
})

test('an answer is a number or a name of the menu', () => {
  const menu = { question: 'Select', items: ['one', 'two', '7'] }
  expect(readMenuAnswer(' 2 ', menu)).toEqual({ kind: 'chosen', index: 1 })
  expect(readMenuAnswer('two', menu)).toEqual({ kind: 'chosen', index: 1 })
  expect(readMenuAnswer('run job=x yes', menu)).toEqual({
    kind: 'refused',
    text: 'Expected a positive integer, got: run job=x yes\n',
  })
  expect(readMenuAnswer('7', menu)).toEqual({
    kind: 'refused',
    text: 'Please enter a number between 1 and 3\n',
  })
})

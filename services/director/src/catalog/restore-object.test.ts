import { CofferError } from '@coffer/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRestoreObject } from './restore-object.ts'

test('a record is cut into its parts', () => {
  const record = Buffer.from('7 27 2 3 10 1 plug in\0the\xffname\0a\0b', 'latin1')
  expect(decodeRestoreObject(record)).toEqual({
    fileIndex: 7,
    type: 27,
    objectIndex: 2,
    fullLength: 10,
    compression: 1,
    plugin: Buffer.from('plug in'),
    name: Buffer.from('the\xffname', 'latin1'),
    bytes: Buffer.from('a\0b'),
  })
})

test.each([
  '',
  '7 27',
  '7 27 2 3 3 0 plugin',
  '7 27 2 3 3 0 plugin\0name',
  '7 27 2 4 4 0 p\0n\0abc',
])('"%s" is refused', (text) => {
  expect(() => decodeRestoreObject(Buffer.from(text))).toThrow(CofferError)
})

test('rubbish is refused, never worse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeRestoreObject(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(CofferError)
      }
    }),
  )
})

import { decodePath } from '@coffer/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lastComponent, nameText, parentOf, splitPath } from './names.ts'

/** PostgreSQL's escape form of bytes. */
function escape(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => {
      if (byte === 0x5c) return '\\\\'
      if (byte === 0 || byte > 0x7e) return `\\${byte.toString(8).padStart(3, '0')}`
      return String.fromCharCode(byte)
    })
    .join('')
}

test('names come back from the escape form byte for byte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(nameText(escape(bytes))).toBe(decodePath(bytes))
    }),
  )
})

describe('a path', () => {
  test.each([
    ['/srv/a.txt', '/srv/', 'a.txt'],
    ['/srv/', '/srv/', ''],
    ['/', '/', ''],
    ['plain', '', 'plain'],
    ['a/b', 'a/', 'b'],
  ])('%s is split', (path, directory, name) => {
    expect(splitPath(path)).toEqual({ directory, name })
  })

  test.each([
    ['/srv/sample/', '/srv/', 'sample'],
    ['/srv/', '/', 'srv'],
    ['/', '', ''],
    ['C:/', '', 'C:'],
    ['//', '/', ''],
    ['', '', ''],
  ])('%s has a parent and a name in it', (path, parent, name) => {
    expect(parentOf(path)).toBe(parent)
    expect(lastComponent(path)).toBe(name)
  })

  test('is its parent, its name and a slash', () => {
    const component = fc
      .string({ minLength: 0, maxLength: 5 })
      .map((text) => text.replaceAll('/', '-'))
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 6 }), (components) => {
        const path = `${components.join('/')}/`
        expect(`${parentOf(path)}${lastComponent(path)}/`).toBe(path)
      }),
    )
  })
})

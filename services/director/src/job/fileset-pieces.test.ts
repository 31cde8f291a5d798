import { expect, test } from 'vitest'
import { cutFileset } from './fileset-pieces.ts'

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text))
const fileset = {
  name: 'Set',
  includes: [
    { options: [{ signature: 'MD5' }], files: bytes('/aaa', '/bbb', '/ccc') },
    { files: [] },
    { files: bytes('/a-name-that-is-longer-than-a-piece', '/d') },
  ],
  excludes: bytes('/x', '/y', '/zzzzz'),
}

test('a FileSet that fits stays whole', () => {
  expect(cutFileset(fileset)).toEqual({ first: fileset, pieces: [] })
})

test('one that does not travels behind its frame, in order', () => {
  const { first, pieces } = cutFileset(fileset, 8)
  expect(first).toEqual({
    name: 'Set',
    includes: [{ options: [{ signature: 'MD5' }], files: [] }, { files: [] }, { files: [] }],
    excludes: [],
  })
  expect(pieces).toEqual([
    { include: 0, files: bytes('/aaa', '/bbb') },
    { include: 0, files: bytes('/ccc') },
    { include: 2, files: bytes('/a-name-that-is-longer-than-a-piece') },
    { include: 2, files: bytes('/d') },
    { excludes: bytes('/x', '/y') },
    { excludes: bytes('/zzzzz') },
  ])
})

import { bootstrapEntry } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import { cutByStorage, filesOf, withStorage } from './pieces.ts'

const entry = (storage: string | undefined, volume: string) =>
  bootstrapEntry({
    ...(storage === undefined ? {} : { storage }),
    volumes: [volume],
    fileIndexes: [{ from: 1, to: 4 }],
  })

describe('pieces of a Bootstrap', () => {
  const cases: readonly [string, readonly (string | undefined)[], readonly [string, number][]][] = [
    ['one Storage', ['A', 'A'], [['A', 2]]],
    ['no Storage is named', [undefined], [['', 1]]],
    [
      'the order of reading stays',
      ['A', 'B', 'B', 'A'],
      [
        ['A', 1],
        ['B', 2],
        ['A', 1],
      ],
    ],
    ['two names of one place', ['A', 'a', 'A'], [['A', 3]]],
    ['nothing', [], []],
  ]
  it.each(cases)('%s', (_, storages, expected) => {
    const entries = storages.map((storage, index) => entry(storage, `V${index}`))
    const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
    const pieces = cutByStorage({ entries }, isSame)
    expect(pieces.map(({ storage, bootstrap }) => [storage, bootstrap.entries.length])).toEqual(
      expected,
    )
    expect(pieces.flatMap(({ bootstrap }) => bootstrap.entries)).toEqual(entries)
    expect(filesOf({ entries })).toBe(4 * entries.length)
  })
})

describe('the Storage of a restore', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['that of the Bootstrap', 'A', ['A', 'B']],
    ['another that was chosen reads all', 'C', ['C', 'C']],
    ['none was chosen', '', ['A', 'B']],
  ]
  it.each(cases)('%s', (_, chosen, expected) => {
    const entries = [entry('A', 'V1'), entry('B', 'V2')]
    const read = withStorage({ entries }, chosen)
    expect(read.entries.map(({ storage }) => storage)).toEqual(expected)
  })
})

import { bootstrapEntry, type NumberRange } from '@coffer/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WantedFiles } from './wanted-files.ts'

const session = { sessionId: 1, sessionTime: 2 }
const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(5))
  .map(([from, length]) => ({ from, to: from + length }))

function wantedOf(fileIndexes: readonly NumberRange[]): WantedFiles {
  const entry = bootstrapEntry({
    volumes: ['V'],
    sessionIds: [{ from: 1, to: 1 }],
    sessionTimes: [2],
    fileIndexes,
  })
  return new WantedFiles({ entries: [entry] })
}

describe('WantedFiles', () => {
  it('names exactly the files that were asked for and did not come', () => {
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 70 })),
        (ranges, met) => {
          const files = wantedOf(ranges)
          for (const fileIndex of met) files.meet(session, fileIndex)
          const missing = files.missing().flatMap((one) => one.ranges)
          for (let index = 1; index <= 70; index++) {
            const isWanted = ranges.some(({ from, to }) => index >= from && index <= to)
            const isNamed = missing.some(({ from, to }) => index >= from && index <= to)
            expect([index, isNamed]).toEqual([index, isWanted && !met.includes(index)])
          }
        },
      ),
    )
  })

  it('says nothing where nobody knows what there should be', () => {
    const files = new WantedFiles({ entries: [bootstrapEntry({ volumes: ['V'] })] })
    files.meet(session, 1)
    expect(files.missing()).toEqual([])
  })
})

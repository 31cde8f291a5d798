import { bootstrapEntry } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import type { SessionLabel } from './label.ts'
import { compileEntry } from './match.ts'
import { checkVolumeName } from './volume-name.ts'

const session = { sessionId: 1, sessionTime: 100 }
const label: SessionLabel = {
  family: 'bareos',
  version: 20,
  jobId: 7,
  writeMicros: 0,
  poolName: 'Full',
  poolType: 'Backup',
  jobName: 'etc',
  clientName: 'host-fd',
  job: 'etc.2026-11-21_02.09.17_07',
  fileSetName: 'etc',
  jobType: 'B',
  jobLevel: 'F',
  fileSetMd5: '',
}

describe('compileEntry', () => {
  it('wants everything when nothing is restricted', () => {
    const matcher = compileEntry(bootstrapEntry({ volumes: ['A'] }))
    expect(matcher.addresses).toBeUndefined()
    expect(matcher.onlySession).toBeUndefined()
    expect(matcher.wantsSession(session, undefined)).toBe(true)
    expect(matcher.wants(1, 2)).toBe(true)
    expect(matcher.wantsAny(5, 6)).toBe(true)
  })

  it.each([
    [{ sessionIds: [{ from: 1, to: 3 }] }, true],
    [{ sessionIds: [{ from: 2, to: 3 }] }, false],
    [{ sessionTimes: [100] }, true],
    [{ sessionTimes: [99] }, false],
    [{ jobIds: [{ from: 7, to: 7 }] }, true],
    [{ jobIds: [{ from: 8, to: 9 }] }, false],
    [{ clients: ['host-fd'] }, true],
    [{ clients: ['other-fd'] }, false],
    [{ jobs: ['etc.2026-11-21_02.09.17_07'] }, true],
    [{ jobs: ['etc'] }, false],
    [{ jobTypes: ['B'] }, true],
    [{ jobTypes: ['R'] }, false],
    [{ jobLevels: ['F', 'I'] }, true],
    [{ jobLevels: ['I'] }, false],
  ])('chooses sessions by %j', (restriction, isWanted) => {
    const matcher = compileEntry(bootstrapEntry({ volumes: ['A'], ...restriction }))
    expect(matcher.wantsSession(session, label)).toBe(isWanted)
  })

  it('does not want a session whose label it would need and has not seen', () => {
    const matcher = compileEntry(bootstrapEntry({ volumes: ['A'], clients: ['host-fd'] }))
    expect(matcher.needsLabels).toBe(true)
    expect(matcher.wantsSession(session, undefined)).toBe(false)
  })

  it('chooses records by FileIndex and stream, whatever flags a stream carries', () => {
    const matcher = compileEntry(
      bootstrapEntry({
        volumes: ['A'],
        fileIndexes: [
          { from: 9, to: 9 },
          { from: 1, to: 2 },
        ],
        streams: [2],
      }),
    )
    expect(matcher.wants(9, 2 | (1 << 28))).toBe(true)
    expect(matcher.wants(3, 2)).toBe(false)
    expect(matcher.wants(1, 1)).toBe(false)
    expect(matcher.wantsAny(3, 8)).toBe(false)
    expect(matcher.wantsAny(3, 9)).toBe(true)
  })

  it('knows a single session, at whose end reading may stop', () => {
    const one = { volumes: ['A'], sessionTimes: [100] }
    expect(
      compileEntry(bootstrapEntry({ ...one, sessionIds: [{ from: 1, to: 1 }] })).onlySession,
    ).toEqual(session)
    const two = bootstrapEntry({ ...one, sessionIds: [{ from: 1, to: 2 }] })
    expect(compileEntry(two).onlySession).toBeUndefined()
  })

  it('turns files and blocks into addresses', () => {
    const entry = bootstrapEntry({
      volumes: ['A'],
      volumeFiles: [{ from: 1, to: 1 }],
      volumeBlocks: [{ from: 10, to: 20 }],
    })
    expect(compileEntry(entry).addresses).toEqual([{ from: 2 ** 32 + 10, to: 2 ** 32 + 20 }])
    const blocks = bootstrapEntry({ volumes: ['A'], volumeBlocks: [{ from: 10, to: 20 }] })
    expect(compileEntry(blocks).addresses).toEqual([{ from: 10, to: 20 }])
    const file = bootstrapEntry({ volumes: ['A'], volumeFiles: [{ from: 0, to: 0 }] })
    expect(compileEntry(file).addresses).toEqual([{ from: 0, to: 2 ** 32 - 1 }])
  })
})

describe('checkVolumeName', () => {
  it.each(['Full-0001', 'a.b:c_d', 'x'.repeat(127), '...'])('takes %s', (name) => {
    expect(() => checkVolumeName(name)).not.toThrow()
  })

  it.each(['', '.', '..', 'a/b', '../x', 'a b', 'a\n', 'ä', 'a\0', 'x'.repeat(128)])(
    'refuses %j',
    (name) => {
      expect(() => checkVolumeName(name)).toThrow('is no name of a Volume')
    },
  )
})

import { describe, expect, it } from 'vitest'
import {
  type SelectableJob,
  type SelectableVolume,
  selectJobs,
  type SelectionQuestion,
} from './select-jobs.ts'

const DAY_MS = 86_400_000

function job(jobId: number, given: Partial<SelectableJob> = {}): SelectableJob {
  return {
    jobId,
    name: 'etc',
    client: 'host-fd',
    startMs: jobId * DAY_MS,
    endMs: jobId * DAY_MS + 1000,
    bytes: 100,
    volumes: ['A'],
    isCopied: false,
    ...given,
  }
}

function volume(name: string, given: Partial<SelectableVolume> = {}): SelectableVolume {
  return { name, status: 'Full', enabled: true, bytes: 100, lastWrittenMs: DAY_MS, ...given }
}

const jobs = [
  job(3, { volumes: ['B'], name: 'home', client: 'laptop-fd', isCopied: true }),
  job(1),
  job(2, { volumes: ['A', 'B'] }),
  job(4, { volumes: ['C'], startMs: 0, bytes: 500 }),
  job(5, { volumes: ['D'] }),
]
const volumes = [
  volume('A', { bytes: 300, lastWrittenMs: 2 * DAY_MS }),
  volume('B', { bytes: 200, status: 'Used', lastWrittenMs: 3 * DAY_MS }),
  volume('C', { bytes: 900, status: 'Error', lastWrittenMs: DAY_MS }),
  volume('D', { bytes: 10, status: 'Append', lastWrittenMs: 0 }),
  volume('E', { bytes: 1, lastWrittenMs: 0 }),
  volume('F', { bytes: 1, enabled: false, lastWrittenMs: 0 }),
]

const cases: readonly [string, Partial<SelectionQuestion>, readonly number[]][] = [
  ['the smallest Volume that is done and holds Jobs', { rule: 'smallestvolume' }, [2, 3]],
  ['the Volume that was written last longest ago', { rule: 'oldestvolume' }, [4]],
  ['no Volume is done', { rule: 'oldestvolume', volumes: [volume('D', { status: 'Append' })] }, []],
  ['a Pool without marks', { rule: 'pooloccupancy' }, []],
  ['a Pool at its high mark', { rule: 'pooloccupancy', highBytes: 900, lowBytes: 100 }, []],
  [
    'a Pool above it: oldest Volumes first, until below the low mark',
    { rule: 'pooloccupancy', highBytes: 899, lowBytes: 400 },
    [4],
  ],
  [
    'whole Volumes, also when the first Job would do',
    { rule: 'pooloccupancy', highBytes: 899, lowBytes: 399 },
    [4, 1, 2],
  ],
  ['a Pool without Migration Time', { rule: 'pooltime' }, []],
  [
    'Jobs that ended so long ago, Volumes that are written to left alone',
    { rule: 'pooltime', migrationTimeSeconds: 86_400 * 4 },
    [4, 1, 2, 3],
  ],
  ['an age that one Job reaches', { rule: 'pooltime', migrationTimeSeconds: 86_400 * 8 }, [1]],
  ['to the second', { rule: 'pooltime', migrationTimeSeconds: 86_400 * 8 - 1 }, [1, 2]],
  ['Jobs without a copy', { rule: 'pooluncopiedjobs' }, [4, 1, 2, 5]],
  ['Clients by pattern', { rule: 'client', pattern: '^lap' }, [3]],
  ['Job names by pattern', { rule: 'job', pattern: 'etc|usr' }, [4, 1, 2, 5]],
  ['Volumes by pattern, if they are done', { rule: 'volume', pattern: '[BD]' }, [2, 3]],
]

describe('selection', () => {
  it.each(cases)('%s', (_, given, expected) => {
    const question: SelectionQuestion = {
      rule: 'job',
      pattern: '',
      nowMs: 10 * DAY_MS,
      migrationTimeSeconds: 0,
      highBytes: 0,
      lowBytes: 0,
      jobs,
      volumes,
      ...given,
    }
    expect(selectJobs(question)).toEqual(expected)
  })

  it.each(['', '('])('refuses the pattern "%s"', (pattern) => {
    const question: SelectionQuestion = {
      rule: 'client',
      pattern,
      nowMs: 0,
      migrationTimeSeconds: 0,
      highBytes: 0,
      lowBytes: 0,
      jobs,
      volumes,
    }
    expect(() => selectJobs(question)).toThrow(
      expect.objectContaining({ code: 'selection-invalid' }),
    )
  })
})

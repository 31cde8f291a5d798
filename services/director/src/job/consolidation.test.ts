import { describe, expect, it } from 'vitest'
import {
  type ChainJob,
  type Consolidation,
  type ConsolidationQuestion,
  decideConsolidation,
} from './consolidation.ts'

const DAY_MS = 86_400_000
const DAY = 86_400

function chainOf(text: string): ChainJob[] {
  // "F I I0 I": one Job a day; I0 has no files.
  return text.split(' ').map((word, index) => ({
    jobId: index + 1,
    level: word.charAt(0),
    startMs: index * DAY_MS,
    files: word.endsWith('0') ? 0 : 10,
  }))
}

type Case = readonly [string, string, Partial<ConsolidationQuestion>, Partial<Consolidation>]

const cases: readonly Case[] = [
  ['all old Incrementals with the Full', 'F I I I', {}, { jobIds: [1, 2, 3, 4], withFull: true }],
  ['the newest stay', 'F I I I', { keepNumber: 2 }, { jobIds: [1, 2] }],
  ['not more than are kept', 'F I I', { keepNumber: 2 }, { jobIds: [], withFull: false }],
  ['young ones stay', 'F I I I', { retentionSeconds: 9 * DAY }, { jobIds: [1, 2] }],
  ['all are young', 'F I I', { retentionSeconds: 10 * DAY }, { jobIds: [] }],
  ['no Full', 'I I I', {}, { jobIds: [], note: 'there is no Full to begin with' }],
  ['only a Full', 'F', {}, { jobIds: [] }],
  [
    'a young Full stays',
    'F I I',
    { maxFullAgeSeconds: 11 * DAY },
    { jobIds: [2, 3], withFull: false, note: 'the Full, JobId 1, is young enough to stay' },
  ],
  ['an old Full goes', 'F I I', { maxFullAgeSeconds: 9 * DAY }, { jobIds: [1, 2, 3] }],
  [
    'no Full is left for this run',
    'F I I',
    { fullsLeft: 0 },
    { jobIds: [2, 3], withFull: false, note: 'Max Full Consolidations is reached: the Full stays' },
  ],
  ['one is left', 'F I I', { fullsLeft: 1 }, { jobIds: [1, 2, 3], withFull: true }],
  ['one Incremental alone is nothing', 'F I', { fullsLeft: 0 }, { jobIds: [] }],
  ['empty ones go', 'F I I0 I0 I', {}, { empty: [3, 4], jobIds: [1, 2, 5] }],
  ['the newest stays though it is empty', 'F I I I0', {}, { empty: [], jobIds: [1, 2, 3, 4] }],
]

describe('consolidation', () => {
  it.each(cases)('%s', (_, chain, given, expected) => {
    const question: ConsolidationQuestion = {
      chain: chainOf(chain),
      nowMs: 10 * DAY_MS,
      retentionSeconds: 0,
      keepNumber: 0,
      maxFullAgeSeconds: 0,
      fullsLeft: undefined,
      ...given,
    }
    expect(decideConsolidation(question)).toMatchObject(expected)
  })
})

import { type Bootstrap, bootstrapEntry, type NumberRange } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import { readCopy } from './copied-entries.ts'
import type { MediaSpan } from './plan.ts'

const original = { volSessionId: 5, volSessionTime: 1000 }

function entry(sessionId: number, volume: string, fileIndexes: readonly NumberRange[]) {
  return bootstrapEntry({
    storage: 'File',
    volumes: [volume],
    sessionIds: [{ from: sessionId, to: sessionId }],
    sessionTimes: [1000],
    fileIndexes,
  })
}

function span(volume: string, firstIndex: number, lastIndex: number): MediaSpan {
  return {
    jobMediaId: 1,
    jobId: 9,
    mediaId: 1,
    volume,
    mediaType: 'File',
    storageId: 1,
    storage: 'Other',
    slot: 0,
    inChanger: false,
    firstIndex,
    lastIndex,
    startFile: 0,
    endFile: 0,
    startBlock: 100,
    endBlock: 200,
    bytes: 1,
    job: { volSessionId: 77, volSessionTime: 2000 },
  }
}

const placeOf = () => ({ storage: 'Other', device: 'Dev' })
const spans = [span('C1', 1, 10), span('C2', 10, 20)]

/** "volume session indexes" of each entry. */
function brief({ entries }: Bootstrap): string[] {
  return entries.map(({ storage, volumes, sessionIds, fileIndexes }) => {
    const indexes = fileIndexes.map(({ from, to }) => `${from}-${to}`).join(',')
    return [storage, volumes[0], sessionIds[0]?.from, indexes].join(' ').trimEnd()
  })
}

describe('a copy in place of its original', () => {
  it('gives the same files, where the first of them were to be read', () => {
    const bootstrap = {
      entries: [
        entry(4, 'A', [{ from: 1, to: 3 }]),
        entry(5, 'A', [{ from: 2, to: 4 }]),
        entry(5, 'B', [
          { from: 9, to: 11 },
          { from: 15, to: 15 },
        ]),
        entry(6, 'B', [{ from: 1, to: 1 }]),
      ],
    }
    expect(brief(readCopy(bootstrap, original, spans, placeOf))).toEqual([
      'File A 4 1-3',
      'Other C1 77 2-4,9-10',
      'Other C2 77 10-11,15-15',
      'File B 6 1-1',
    ])
  })

  it('leaves out Volumes that hold nothing of what is wanted', () => {
    const bootstrap = { entries: [entry(5, 'A', [{ from: 12, to: 12 }])] }
    expect(brief(readCopy(bootstrap, original, spans, placeOf))).toEqual(['Other C2 77 12-12'])
  })

  it('is read whole where the original was', () => {
    const bootstrap = { entries: [entry(5, 'A', [])] }
    expect(brief(readCopy(bootstrap, original, spans, placeOf))).toEqual([
      'Other C1 77',
      'Other C2 77',
    ])
  })

  it('changes nothing where it is not asked for', () => {
    const bootstrap = { entries: [entry(6, 'A', [{ from: 1, to: 1 }])] }
    expect(readCopy(bootstrap, original, spans, placeOf)).toEqual(bootstrap)
  })
})

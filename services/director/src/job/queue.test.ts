import { describe, expect, test } from 'vitest'
import { decideAdmission, type Limits, type QueuedJob } from './queue.ts'

const nowMs = new Date(2026, 10, 21, 2, 9).getTime()

function job(jobId: number, change: Partial<QueuedJob> = {}): QueuedJob {
  return {
    jobId,
    priority: 10,
    allowMixedPriority: false,
    dueMs: 0,
    jobName: `job${jobId}`,
    client: 'c',
    readStorage: undefined,
    writeStorage: 's',
    ...change,
  }
}

function limits(
  change: Partial<Record<'director' | 'job' | 'client' | 'storage' | 'reads', number>>,
): Limits {
  return {
    director: change.director ?? 20,
    job: () => change.job ?? 20,
    client: () => change.client ?? 20,
    storage: () => change.storage ?? 20,
    storageReads: () => change.reads ?? 0,
  }
}

function letters(
  waiting: QueuedJob[],
  running: QueuedJob[] = [],
  change: Parameters<typeof limits>[0] = {},
): string {
  const admission = decideAdmission(waiting, running, limits(change), nowMs)
  const ids = waiting.map(({ jobId }) => jobId).sort((a, b) => a - b)
  return ids
    .map((id) => (admission.start.includes(id) ? 'R' : (admission.waits.get(id)?.letter ?? '?')))
    .join('')
}

describe('limits', () => {
  test.each([
    ['all start', {}, 'RRR'],
    ['Director', { director: 2 }, 'RRd'],
    ['Client', { client: 1 }, 'Rcc'],
    ['Storage', { storage: 2 }, 'RRs'],
    ['Storage without a limit', { storage: 0 }, 'RRR'],
    ['storage is asked first', { storage: 1, client: 1, job: 1, director: 1 }, 'Rss'],
    ['Director last', { client: 1, director: 1 }, 'Rcc'],
  ])('%s', (_name, change, expected) => {
    expect(letters([job(1), job(2), job(3)], [], change)).toBe(expected)
  })

  test('Jobs of one name', () => {
    const jobs = [job(1, { jobName: 'x' }), job(2, { jobName: 'x' }), job(3)]
    expect(letters(jobs, [], { job: 1 })).toBe('RjR')
  })

  test('running ones count', () => {
    expect(letters([job(2)], [job(1)], { client: 1 })).toBe('c')
    expect(letters([job(2, { client: 'other' })], [job(1)], { client: 1 })).toBe('R')
  })

  test('reads have a limit of their own', () => {
    const read = { writeStorage: undefined, readStorage: 's' }
    expect(letters([job(1, read), job(2, read), job(3)], [], { reads: 1 })).toBe('RsR')
    expect(letters([job(2, read)], [job(1)], { storage: 1, client: 1 })).toBe('R')
    expect(letters([job(2)], [job(1, read)], { storage: 1, client: 1 })).toBe('R')
    const both = { readStorage: 's' }
    expect(letters([job(2, both)], [job(1)], { storage: 1 })).toBe('s')
  })

  test('a Job that uses nothing waits only for the Director', () => {
    const nothing = { client: undefined, writeStorage: undefined }
    expect(letters([job(2, nothing)], [job(1)], { client: 1, storage: 1 })).toBe('R')
    expect(letters([job(2, nothing)], [job(1)], { director: 1 })).toBe('d')
  })
})

describe('priorities', () => {
  const urgent = { priority: 5 }
  const mixed = { allowMixedPriority: true }
  test.each([
    ['higher first, lower wait', [job(1), job(2, urgent)], [], 'pR'],
    ['lower waits for a running higher one', [job(2)], [job(1, urgent)], 'p'],
    ['higher waits for a running lower one', [job(2, urgent)], [job(1)], 'p'],
    ['unless both allow mixed', [job(2, { ...urgent, ...mixed })], [job(1, mixed)], 'R'],
    ['one is not enough', [job(2, { ...urgent, ...mixed })], [job(1)], 'p'],
    ['all running must', [job(3, { ...urgent, ...mixed })], [job(1, mixed), job(2)], 'p'],
    ['mixed does not let a lower one in', [job(2, mixed)], [job(1, { ...urgent, ...mixed })], 'p'],
    ['a waiting higher one is not overtaken', [job(2), job(3, urgent)], [job(1)], 'pp'],
  ] as [string, QueuedJob[], QueuedJob[], string][])('%s', (_name, waiting, running, expected) => {
    expect(letters(waiting, running)).toBe(expected)
  })
})

test('a Job that is not due waits for its time and holds nobody up', () => {
  const dueMs = new Date(2026, 10, 21, 3, 0).getTime()
  const admission = decideAdmission(
    [job(1, { dueMs, priority: 1 }), job(2)],
    [],
    limits({ director: 1 }),
    nowMs,
  )
  expect(admission.start).toEqual([2])
  expect(admission.waits.get(1)).toEqual({
    letter: 't',
    text: 'is waiting for its start time at 21-Nov-26 03:00',
  })
  expect(admission.nextDueMs).toBe(dueMs)
})

test('the order of submission decides between equals', () => {
  expect(decideAdmission([job(3), job(1), job(2)], [], limits({}), nowMs).start).toEqual([1, 2, 3])
})

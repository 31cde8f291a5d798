import { expect, test } from 'vitest'
import { checkResultOf, outputLine } from './check-result.ts'
import { type EndedJob, jobTimes } from './ended-job.ts'
import { ENDED_JOB } from './ended-job.contract.ts'

test('the line of the slides', () => {
  const ended: EndedJob = {
    ...ENDED_JOB,
    job: 'titania-data.2015-09-20_20.05.01_47',
    client: 'titania-fd',
    jobId: 19374,
    level: 'D',
    bytes: 75433922,
    files: 24,
  }
  expect(checkResultOf(ended).text).toBe(
    'OK: Bareos job titania-data.2015-09-20_20.05.01_47 on titania-fd with id 19374 level D, ' +
      '0 errors, 75433922 jobBytes, 24 files terminated with status T',
  )
})

test.each([
  ['T', 0, /^OK: .* status T$/u],
  ['W', 1, /^WARNING: .* status W$/u],
  ['A', 1, /^WARNING: .* status A CANCELED$/u],
  ['E', 2, /^CRITICAL: /u],
  ['f', 2, /^CRITICAL: .* status f$/u],
  ['R', 3, /^UNKNOWN: /u],
] as const)('status %s', (status, exitCode, text) => {
  const result = checkResultOf({ ...ENDED_JOB, status })
  expect(result).toMatchObject({ exitCode, text: expect.stringMatching(text) })
})

test('performance data', () => {
  const line = outputLine(checkResultOf({ ...ENDED_JOB, errors: 2, bytes: 1000, files: 3 }))
  expect(line.slice(line.indexOf('|'))).toBe(
    '|Errors=2;;;; Bytes=1000;;;; Files=3;;;; Throughput=100B/s;;;; jobRuntime=10s;;;; jobTotalTime=15s;;;;',
  )
})

test('a Job that took no time, or never ran, has no throughput', () => {
  const { endMs } = ENDED_JOB
  expect(jobTimes({ ...ENDED_JOB, startMs: endMs })).toMatchObject({ throughput: 0 })
  expect(jobTimes({ ...ENDED_JOB, startMs: undefined })).toEqual({
    totalSeconds: 15,
    runningSeconds: 0,
    throughput: 0,
  })
})

import { systemClock } from '@coffer/core'
import { expect, test } from 'vitest'
import type { LogMessage } from '../messages/message-line.ts'
import { JobLog } from './job-log.ts'

function makeLog() {
  const delivered: LogMessage[] = []
  const log = new JobLog({
    jobId: 7,
    daemon: 'test-dir',
    clock: { ...systemClock, nowMs: () => 5000 },
    deliver: async (message) => void delivered.push(message),
  })
  return { log, delivered }
}

test('lines of the Director carry its name and its clock', async () => {
  const { log, delivered } = makeLog()
  await log.info('hello')
  await log.write('fatal', 'broken', 'peer-lost')
  expect(delivered).toEqual([
    { jobId: 7, type: 'info', text: 'hello', timeMs: 5000, daemon: 'test-dir' },
    {
      jobId: 7,
      type: 'fatal',
      text: 'broken',
      timeMs: 5000,
      daemon: 'test-dir',
      code: 'peer-lost',
    },
  ])
})

test('errors and warnings are counted, summaries are not', async () => {
  const { log } = makeLog()
  await log.notes([
    { type: 'warning', text: 'a' },
    { type: 'info', text: 'b' },
    { type: 'error', text: 'c' },
  ])
  await log.write('fatal', 'd')
  await log.summary('error', 'report')
  expect([log.errors, log.warnings]).toEqual([2, 1])
})

test('lines of other daemons are taken as they say, within limits', async () => {
  const { log, delivered } = makeLog()
  const line = { type: 'warning', text: 'a\nb\n', timeMs: 3000, daemon: 'fd', code: '' }
  await log.relay(line)
  await log.relay({ ...line, type: 'nosuch', timeMs: 0, code: 'file-vanished' })
  await log.relay({ ...line, text: 'x'.repeat(1_000_000) })
  expect(delivered[0]).toEqual({
    jobId: 7,
    type: 'warning',
    text: 'a\nb',
    timeMs: 3000,
    daemon: 'fd',
  })
  expect(delivered[1]).toMatchObject({ type: 'info', timeMs: 5000, code: 'file-vanished' })
  expect(delivered[2]?.text.length).toBeLessThan(100_000)
  expect(log.warnings).toBe(2)
})

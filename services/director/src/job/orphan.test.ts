import { expect, test } from 'vitest'
import { decideOrphan, type Orphan, type OrphanRules } from './orphan.ts'

const nowMs = 1_000_000
const rules: OrphanRules = {
  runMissedJobs: false,
  rescheduleOnError: false,
  rescheduleInterval: 60,
  rescheduleTimes: 5,
}
const queued: Orphan = { type: 'B', startMs: undefined, scheduledMs: nowMs - 5 }
const running: Orphan = { type: 'B', startMs: nowMs - 3, scheduledMs: nowMs - 5 }

test.each<[string, Orphan, Partial<OrphanRules> | undefined, number | undefined]>([
  ['queued and due', queued, {}, undefined],
  ['queued for later', { ...queued, scheduledMs: nowMs + 9 }, {}, nowMs + 9],
  ['queued and due, missed Jobs are run', queued, { runMissedJobs: true }, nowMs - 5],
  ['queued, a restore', { ...queued, type: 'R' }, { runMissedJobs: true }, undefined],
  ['queued, of a Job that is gone', { ...queued, scheduledMs: nowMs + 9 }, undefined, undefined],
  ['running', running, { runMissedJobs: true }, undefined],
  ['running, failed ones are tried again', running, { rescheduleOnError: true }, nowMs + 60_000],
])('%s', (...[, orphan, change, expected]) => {
  const given = change === undefined ? undefined : { ...rules, ...change }
  expect(decideOrphan(orphan, given, nowMs)).toBe(expected)
})

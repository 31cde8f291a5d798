import { expect, test } from 'vitest'
import { decideReschedule, type EndedJob, type RescheduleRules } from './reschedule.ts'

const failed: EndedJob = { type: 'B', status: 'E', retries: 0, hasData: false }
const rules: RescheduleRules = {
  rescheduleOnError: true,
  rescheduleInterval: 60,
  rescheduleTimes: 2,
}
const again = { delaySeconds: 60, keepsJobId: true }

test.each<[string, Partial<EndedJob>, Partial<RescheduleRules>, typeof again | undefined]>([
  ['an error', {}, {}, again],
  ['a fatal error', { status: 'f' }, {}, again],
  ['an incomplete one', { status: 'I' }, {}, again],
  ['with data on a Volume', { hasData: true }, {}, { ...again, keepsJobId: false }],
  ['a second time', { retries: 1 }, {}, again],
  ['often enough', { retries: 2 }, {}, undefined],
  ['without a limit', { retries: 2000 }, { rescheduleTimes: 0 }, again],
  ['not asked for', {}, { rescheduleOnError: false }, undefined],
  ['a good one', { status: 'T' }, {}, undefined],
  ['one with warnings', { status: 'W' }, {}, undefined],
  ['a canceled one', { status: 'A' }, {}, undefined],
  ['a restore', { type: 'R' }, {}, undefined],
])('%s', (...[, job, change, expected]) => {
  expect(decideReschedule({ ...failed, ...job }, { ...rules, ...change })).toEqual(expected)
})

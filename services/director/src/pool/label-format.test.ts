import { expect, test } from 'vitest'
import { hasCounter, type LabelContext, volumeNameFrom } from './label-format.ts'

const context: LabelContext = {
  nowMs: new Date(2026, 10, 1, 2, 5, 8).getTime(),
  job: 'nightly.2026-11-01_02.05.08_03',
  jobName: 'nightly',
  jobId: 12,
  director: 'bench-dir',
  level: 'Full',
  type: 'Backup',
  storage: 'File',
  client: 'bench-fd',
  pool: 'Monthly',
  catalog: 'Cat',
  mediaType: 'File',
  volumeCount: 7,
}

test.each([
  ['Full-', 1, 'Full-0001'],
  ['md5-', 50, 'md5-0050'],
  ['x', 12345, 'x12345'],
  ['$Client-$Pool-${NumVols}', 9, 'bench-fd-Monthly-7'],
  ['${Pool}-${NumVols:p/4/0/r}', 9, 'Monthly-0007'],
  ['${Level:p/6/_/l}$Year-${Month:p/2/0/r}-${Day:p/2/0/r}', 9, 'Full__2026-11-01'],
  ['$job.$JOBID', 9, 'nightly.12'],
])('%s with %i', (format, counter, expected) => {
  expect(volumeNameFrom(format, counter, context)).toBe(expected)
})

test('an unknown variable is named', () => {
  expect(() => volumeNameFrom('a-$Nosuch', 1, context)).toThrow('knows no variable "$Nosuch"')
})

test('an outcome that is no Volume name is refused', () => {
  expect(() => volumeNameFrom('a b', 1, context)).toThrow('no legal Volume name')
  expect(() => volumeNameFrom('', 1, context)).toThrow('no legal Volume name')
  expect(() => volumeNameFrom('$Pool', 1, { ...context, pool: 'a/b' })).toThrow('"a/b"')
})

test('only a plain prefix counts', () => {
  expect(hasCounter('Full-')).toBe(true)
  expect(hasCounter('$Pool')).toBe(false)
})

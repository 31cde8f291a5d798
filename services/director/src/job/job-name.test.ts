import { expect, test } from 'vitest'
import { JobNames } from './job-name.ts'

const moment = new Date(2026, 10, 21, 2, 9, 17).getTime()

test('name, moment and a counter of two digits', () => {
  const names = new JobNames()
  expect(names.next('md5', moment)).toBe('md5.2026-11-21_02.09.17_01')
  expect(names.next('Back up', moment)).toBe('Back_up.2026-11-21_02.09.17_02')
})

test('many Jobs of one second still differ', () => {
  const names = new JobNames()
  names.next('x', moment - 5000)
  const seen = new Set(Array.from({ length: 500 }, () => names.next('x', moment)))
  expect(seen.size).toBe(500)
})

test('the counter starts over after 59', () => {
  const names = new JobNames()
  const seen = Array.from({ length: 61 }, (_, i) => names.next('x', moment + i * 1000))
  expect(seen[58]).toMatch(/_59$/)
  expect(seen[59]).toMatch(/_00$/)
  expect(seen[60]).toMatch(/_01$/)
})

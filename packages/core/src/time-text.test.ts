import { expect, test } from 'vitest'
import { byteCountText, withCommas } from './number-text.ts'
import {
  dateTimeText,
  logTimeText,
  longTimeText,
  reportTimeText,
  stampText,
  statusTimeText,
} from './time-text.ts'

const moment = new Date(2026, 10, 1, 2, 5, 8).getTime()

test('a moment in each of the forms', () => {
  expect(dateTimeText(moment)).toBe('2026-11-01 02:05:08')
  expect(stampText(moment)).toBe('2026-11-01_02.05.08')
  expect(reportTimeText(moment)).toBe('01-Nov-2026 02:05:08')
  expect(logTimeText(moment)).toBe('01-Nov 02:05')
  expect(statusTimeText(moment)).toBe('01-Nov-26 02:05')
  expect(longTimeText(moment)).toBe('Sun 01-Nov-2026 02:05:08')
})

test('thousands are set off', () => {
  expect([0, 7, 999, 1000, 1234567, -4096].map(withCommas)).toEqual([
    '0',
    '7',
    '999',
    '1,000',
    '1,234,567',
    '-4,096',
  ])
})

test('bytes are cut off, not rounded', () => {
  expect([0, 999, 4096, 3495796, 615132497].map(byteCountText)).toEqual([
    '0 B',
    '999 B',
    '4.096 KB',
    '3.495 MB',
    '615.132 MB',
  ])
})

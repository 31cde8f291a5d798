import { JOB_STATUSES } from '@coffer/core'
import { expect, test } from 'vitest'
import { parseJobIds, parseLetters } from './list-filter.ts'

test('JobIds come as numbers, lists and ranges', () => {
  expect(parseJobIds('4')).toEqual([4])
  expect(parseJobIds('1,3-5, 4 9')).toEqual([1, 3, 4, 5, 9])
  expect(parseJobIds('5-3')).toEqual([])
  expect(() => parseJobIds('1,x')).toThrow('"x" is no JobId')
  expect(() => parseJobIds('1-4000000000')).toThrow('more than')
})

test('letters and words name statuses', () => {
  expect(parseLetters('T,W', JOB_STATUSES)).toEqual(['T', 'W'])
  expect(parseLetters('running canceled', JOB_STATUSES)).toEqual(['R', 'A'])
  expect(() => parseLetters('T,z', JOB_STATUSES)).toThrow('"z" is not known')
})

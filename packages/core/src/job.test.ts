import { describe, expect, it } from 'vitest'
import {
  findJobLevel,
  findJobType,
  isJobEnded,
  JOB_LEVELS,
  JOB_STATUSES,
  JOB_TYPES,
  jobLevelText,
  jobStatusText,
  jobTypeText,
  worseStatus,
} from './job.ts'

describe('job letters', () => {
  it.each([
    ['types', Object.values(JOB_TYPES).map((row): string => row.letter)],
    ['levels', Object.values(JOB_LEVELS).map((row): string => row.letter)],
    ['statuses', Object.values(JOB_STATUSES).map((row): string => row.letter)],
  ])('are unique among %s', (_name, letters) => {
    expect(new Set(letters).size).toBe(letters.length)
  })

  it('turn to text, and an unknown one stays itself', () => {
    expect([jobTypeText('B'), jobLevelText('f'), jobStatusText('W')]).toEqual([
      'Backup',
      'VirtualFull',
      'OK -- with warnings',
    ])
    expect([jobTypeText('?'), jobLevelText('?'), jobStatusText('?')]).toEqual(['?', '?', '?'])
  })

  it('are found by their word in any case', () => {
    expect(findJobLevel('virtualfull')).toBe('f')
    expect(findJobType('BACKUP')).toBe('B')
    expect(findJobLevel('')).toBeUndefined()
    expect(findJobType('nonsense')).toBeUndefined()
  })

  it('tell an ended Job from a running one', () => {
    expect(['T', 'W', 'E', 'f', 'A'].every(isJobEnded)).toBe(true)
    expect(['C', 'R', 'p', '?'].some(isJobEnded)).toBe(false)
  })

  it('order by severity', () => {
    expect(worseStatus('T', 'W')).toBe('W')
    expect(worseStatus('f', 'W')).toBe('f')
    expect(worseStatus('E', 'e')).toBe('E')
  })
})

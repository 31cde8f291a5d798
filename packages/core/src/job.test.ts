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
    ['types', JOB_TYPES],
    ['levels', JOB_LEVELS],
    ['statuses', JOB_STATUSES],
  ])('are unique among %s', (_name, table) => {
    const letters = Object.values(table).map((row) => row.letter)
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

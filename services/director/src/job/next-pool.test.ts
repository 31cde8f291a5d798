import { describe, expect, it } from 'vitest'
import { decideNextPlace, type NextPlaceQuestion } from './next-pool.ts'

const question: NextPlaceQuestion = {
  override: undefined,
  ofJob: undefined,
  readPool: 'Full',
  ofPool: undefined,
  storageOf: () => undefined,
  storageOverride: undefined,
  jobStorage: 'File',
}

describe('the place of a copy', () => {
  const pools: readonly [string, Partial<NextPlaceQuestion>, string, string][] = [
    [
      'an override before all',
      { override: 'A', ofJob: 'B', ofPool: 'C' },
      'A',
      'Run NextPool override',
    ],
    ['the Job before the Pool', { ofJob: 'B', ofPool: 'C' }, 'B', "Job's NextPool resource"],
    ['the Pool that is read', { ofPool: 'C' }, 'C', "Job Pool's NextPool resource"],
  ]
  it.each(pools)('%s', (_, given, name, source) => {
    expect(decideNextPlace({ ...question, ...given }).pool).toEqual({ name, source })
  })

  const storages: readonly [string, Partial<NextPlaceQuestion>, string][] = [
    ['an override', { storageOverride: { name: 'X', source: 'command line' } }, 'X'],
    ['that of the Pool', { storageOf: (pool) => `${pool}-Storage` }, 'C-Storage'],
    ['that of the Job', {}, 'File'],
  ]
  it.each(storages)('Storage: %s', (_, given, name) => {
    expect(decideNextPlace({ ...question, ofPool: 'C', ...given }).storage.name).toBe(name)
  })

  it.each<[string, Partial<NextPlaceQuestion>]>([
    ['no Pool is named', {}],
    ['the Pool has no Storage', { ofPool: 'C', jobStorage: undefined }],
  ])('is refused when %s', (_, given) => {
    expect(() => decideNextPlace({ ...question, ...given })).toThrow(
      expect.objectContaining({ code: 'next-pool-missing' }),
    )
  })
})

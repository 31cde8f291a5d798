import { expect, test } from 'vitest'
import { choosePool, poolChoices } from './pool-choice.ts'

const job = { pool: 'Default', full: 'Full', incremental: 'Inc', differential: 'Diff' }

test.each([
  ['F', 'Full', 'Job FullPool override'],
  ['I', 'Inc', 'Job IncPool override'],
  ['D', 'Diff', 'Job DiffPool override'],
  ['f', 'Default', 'Job resource'],
] as const)('level %s of a Job leads to %s', (level, name, source) => {
  expect(choosePool(poolChoices(job, {}, undefined), level)).toEqual({ name, source })
})

test('a Run directive goes over the Job', () => {
  const pools = poolChoices(job, { pool: 'RunPool', full: 'RunFull' }, undefined)
  expect(choosePool(pools, 'F')).toEqual({ name: 'RunFull', source: 'Run FullPool override' })
  expect(choosePool(pools, 'I')).toEqual({ name: 'Inc', source: 'Job IncPool override' })
  expect(choosePool(pools, 'f')).toEqual({ name: 'RunPool', source: 'Run Pool override' })
})

test('an operator goes over both', () => {
  const pools = poolChoices(job, { full: 'RunFull' }, 'Mine')
  expect(choosePool(pools, 'F')).toEqual({ name: 'Mine', source: 'User input' })
})

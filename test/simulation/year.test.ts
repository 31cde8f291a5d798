import { expect, test } from 'vitest'
import { REALISTIC_YEAR } from './plan.ts'
import { simulate } from './world.ts'

test('a year: what the retention promises is there, with its chains, and nothing else', async () => {
  const outcome = await simulate(REALISTIC_YEAR)
  expect(outcome.violations).toEqual([])
  // Three Clients, every day; what failed was tried again, and Volumes were written again and again.
  expect(outcome.restorePoints).toBeGreaterThan(3 * 350)
  expect(outcome.ends['f']).toBeGreaterThan(0)
  expect(outcome.ends['E']).toBeGreaterThan(0)
  expect(outcome.volumes).toBeLessThan(40)
  expect(outcome.recycled).toBeGreaterThan(100)
}, 60_000)

// Runs random configurations and gathers what went wrong.
import process from 'node:process'
import { expect } from 'vitest'
import { randomPlan } from './plan.ts'
import { simulate } from './world.ts'

const SEEDS = 1000
const TOLD = 20

/** The seeds of one of four parts of all, or those that `npm run simulate -- 4711` or `-- 1-5000` names. */
export function seedsOf(part: 1 | 2 | 3 | 4): number[] {
  const [first = 1, last = first] = (process.env['COFFER_SEEDS'] ?? `1-${SEEDS}`)
    .split('-')
    .map(Number)
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  return all.filter((seed) => seed % 4 === part % 4)
}

/** Each seed is a configuration, loads, and what goes wrong. */
export async function expectNoViolation(seeds: readonly number[]): Promise<void> {
  const failed: string[] = []
  for (const seed of seeds) {
    const { violations } = await simulate(randomPlan(seed))
    failed.push(...violations.slice(0, 3).map((violation) => `seed ${seed}: ${violation}`))
    if (failed.length > TOLD) break
  }
  expect(failed, 'replay one with: npm run simulate -- SEED').toEqual([])
}

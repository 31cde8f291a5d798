import { test } from 'vitest'
import { expectNoViolation, seedsOf } from './random-seeds.ts'

// Four files, so that as many processors take part.
test('random configurations keep every promise, part 4 of 4', async () => {
  await expectNoViolation(seedsOf(4))
}, 1_800_000)

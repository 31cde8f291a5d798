import { JOB_STATUSES } from '@coffer/core'
import { expect, test } from 'vitest'
import { mayMove, phaseOf, runningText } from './state.ts'

const letters = Object.values(JOB_STATUSES).map((row) => row.letter)

test('every letter belongs to one phase', () => {
  const inPhase = (phase: string): string =>
    letters
      .filter((letter) => phaseOf(letter) === phase)
      .sort()
      .join('')
  expect(inPhase('queued')).toBe('Ccdjpst')
  expect(inPhase('ended')).toBe('ADEITWef')
  expect(inPhase('active')).toBe('BFLMRSailmq')
})

test('an ended Job stays as it is, and nothing goes back into the queue', () => {
  for (const from of letters) {
    for (const to of letters) {
      const legal =
        to !== 'C' &&
        phaseOf(from) !== 'ended' &&
        !(phaseOf(from) === 'active' && phaseOf(to) === 'queued')
      expect(mayMove(from, to), `${from} to ${to}`).toBe(legal)
    }
  }
})

test('the words of a status display', () => {
  const names = { client: 'sample-fd', storage: 'File' }
  expect(runningText('R', names)).toBe('is running')
  expect(runningText('F', names)).toBe('is waiting on Client sample-fd')
  expect(runningText('S', names)).toBe('is waiting on Storage "File"')
  expect(runningText('m', names)).toBe('is waiting for an appendable Volume')
})

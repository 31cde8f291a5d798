import { describe, expect, test } from 'vitest'
import { didYouMean, nearestName } from './nearest-name.ts'

const KNOWN = ['Maximum Concurrent Jobs', 'Messages', 'Label Format', 'Address', 'Port', 'Pool']

describe('the nearest name', () => {
  test.each([
    ['MaximumConcurentJobs', 'Maximum Concurrent Jobs'],
    ['Labelformat', 'Label Format'],
    ['Mesages', 'Messages'],
    ['Adress', 'Address'],
    ['prot', 'Port'],
  ])('of %s is %s', (wanted, nearest) => {
    expect(nearestName(wanted, KNOWN)).toBe(nearest)
  })

  test('is none when nothing is close', () => {
    expect(nearestName('Xyzzy', KNOWN)).toBeUndefined()
    expect(nearestName('', KNOWN)).toBeUndefined()
    expect(didYouMean('Wolf', KNOWN)).toBeUndefined()
  })

  test('is put into words', () => {
    expect(didYouMean('Mesages', KNOWN)).toBe('Did you mean "Messages"?')
  })
})

import { expect, test } from 'vitest'
import { type DaemonEnd, type JobEnds, mergeOutcome, terminationText } from './outcome.ts'

function end(status: string, errors = 0): DaemonEnd {
  return {
    status,
    files: 1,
    bytes: 2,
    readBytes: 3,
    errors,
    compressionPercent: 0,
    compression: '',
    encrypted: false,
  }
}

const good: JobEnds = {
  filed: end('T'),
  storage: end('T'),
  failure: undefined,
  canceled: false,
  movesData: true,
  errorMessages: 0,
  warningMessages: 0,
}

const cases: [string, Partial<JobEnds>, string][] = [
  ['both well', {}, 'T'],
  ['a warning in the log', { warningMessages: 1 }, 'W'],
  ['an error in the log', { errorMessages: 1 }, 'W'],
  ['errors that filed counted', { filed: end('T', 2) }, 'W'],
  ['errors that storage counted', { storage: end('T', 2) }, 'W'],
  ['filed with warnings', { filed: end('W') }, 'W'],
  ['filed with a non-fatal error', { filed: end('e') }, 'W'],
  ['filed in error', { filed: end('E') }, 'E'],
  ['storage fatal', { storage: end('f') }, 'f'],
  ['fatal goes over error', { filed: end('E'), storage: end('f') }, 'f'],
  ['filed never ended', { filed: undefined }, 'f'],
  ['storage never ended', { storage: undefined }, 'f'],
  [
    'a failure here explains missing ends',
    { filed: undefined, storage: undefined, failure: 'E' },
    'E',
  ],
  ['a failure here beside good ends', { failure: 'f' }, 'f'],
  ['canceled goes over everything', { canceled: true, failure: 'f', filed: undefined }, 'A'],
  [
    'a daemon that was cut off by the other one',
    { filed: undefined, storage: end('A'), failure: 'E' },
    'E',
  ],
  ['a daemon that cut itself off', { filed: end('A') }, 'E'],
  ['a call that was cut off', { failure: 'A' }, 'E'],
  ['a letter of a running Job is no end', { filed: end('R') }, 'f'],
  [
    'a Job without daemons needs no ends',
    { movesData: false, filed: undefined, storage: undefined },
    'T',
  ],
  ['nor is nonsense', { filed: end('??') }, 'f'],
]

test.each(cases)('%s', (_name, change, expected) => {
  expect(mergeOutcome({ ...good, ...change })).toBe(expected)
})

test('the words of an end', () => {
  expect(terminationText(end('T'))).toBe('OK')
  expect(terminationText(end('W'))).toBe('OK -- with warnings')
  expect(terminationText(end('f'))).toBe('Fatal Error')
  expect(terminationText(undefined)).toBe('')
})

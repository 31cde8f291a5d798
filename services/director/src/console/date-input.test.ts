import { expect, test } from 'vitest'
import { parseDateInput } from './date-input.ts'

test.each([
  ['2026-11-21 02:05:08', new Date(2026, 10, 21, 2, 5, 8)],
  [' 2026-11-21 02:05 ', new Date(2026, 10, 21, 2, 5)],
  ['2026-11-21', new Date(2026, 10, 21)],
  ['2026-1', new Date(2026, 0, 1)],
  ['2026', new Date(2026, 0, 1)],
])('"%s" is a moment', (text, moment) => {
  expect(parseDateInput(text)).toBe(moment.getTime())
})

test.each(['', 'yesterday', '2026-13', '2026-02-30', '2026-11-21 25:00:00', '26-11-21'])(
  '"%s" is none',
  (text) => {
    expect(parseDateInput(text)).toBeUndefined()
  },
)

import { expect, test } from 'vitest'
import { bootstrapCommands } from './bootstrap-pieces.ts'

const text = 'Volume="Full-0001"\nFileIndex=1-17\nCount=17\n'

test('a Bootstrap that fits goes with the start', () => {
  expect(bootstrapCommands(text, { device: 'D' })).toEqual([
    { command: 'start', start: { device: 'D', bootstrap: text, more: false } },
  ])
})

test.each([1, 7, 20, 40])('one that does not goes in pieces of %d characters', (size) => {
  const [start, ...pieces] = bootstrapCommands(text, {}, size)
  expect(start).toMatchObject({ start: { more: true } })
  expect(pieces.map((piece) => 'bootstrap' in piece && piece.bootstrap.isLast)).toEqual(
    pieces.map((_, index) => index === pieces.length - 1),
  )
  const all = [start, ...pieces].map((command) =>
    command?.command === 'start' ? command.start.bootstrap : command?.bootstrap.text,
  )
  expect(all.join('')).toBe(text)
  expect(Math.max(...all.map((piece) => piece?.length ?? 0))).toBeLessThanOrEqual(size)
})

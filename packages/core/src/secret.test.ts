import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

test('a secret gives its text to who asks, and to nothing else', () => {
  const secret = new Secret('hunter2')
  expect(secret.reveal()).toBe('hunter2')
  const printed = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    inspect(secret),
  ]
  for (const text of printed) {
    expect(text).toContain('***')
    expect(text).not.toContain('hunter2')
  }
})

import { PassThrough } from 'node:stream'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { keyByKey } from './key-stream.ts'

test('what is pasted into the middle of a line stays there', async () => {
  const terminal = new PassThrough()
  const keys = keyByKey(terminal)
  const editor = createInterface({ input: keys, output: new PassThrough(), terminal: true })
  const line = new Promise<string>((resolve) => {
    editor.on('line', resolve)
  })
  terminal.write('jobs ähnlich')
  terminal.write('\u0001')
  terminal.write('list ')
  terminal.write('\u001b[F!\r')
  expect(await line).toBe('list jobs ähnlich!')
  editor.close()
  keys.release()
})

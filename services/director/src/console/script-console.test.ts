import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConsoleRun } from '../job/ports.ts'
import { openHouse } from '../rpc/console-service.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'
import { runScriptCommand } from './script-console.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())

async function run(text: string, allowed: ConsoleRun['allowed'] = 'script') {
  const lines: string[] = []
  const { signal } = new AbortController()
  const onLine = (line: string) => lines.push(line)
  const complaint = await runScriptCommand(bench.director, openHouse(), {
    text,
    allowed,
    onLine,
    signal,
  })
  return { lines, complaint }
}

test('a command that a script may have runs, line by line', async () => {
  const { lines, complaint } = await run('show pool=Full')
  expect(complaint).toBeUndefined()
  expect(lines[0]).toBe('Pool {')
  expect(lines.join('\n')).not.toContain('\n\n\n')
})

test.each([
  ['messages', 'the command "messages" cannot be used in a RunScript'],
  ['run job=md5 yes', 'the command "run" cannot be used in a RunScript'],
  ['nosuch', 'the command "nosuch" cannot be used in a RunScript'],
  ['status client=nosuch', expect.stringContaining('nosuch') as unknown],
])('"%s" fails with why', async (text, complaint) => {
  expect((await run(text)).complaint).toEqual(complaint)
})

test('a Run directive queues its Job, with what it was given', async () => {
  const { lines, complaint } = await run('run job=md5 level=Full since="" cloned yes', 'run')
  expect(complaint).toBeUndefined()
  expect(lines.at(-1)).toMatch(/^Job queued. JobId=\d+$/)
  expect(bench.world.submitted.at(-1)).toMatchObject({ jobName: 'md5', level: 'F', isClone: true })
  expect((await run('list jobs', 'run')).complaint).toContain('"list" cannot be used')
})

import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '@coffer/daemon'
import type { RunScriptEventInit } from '@coffer/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runScript } from './run-script.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'scripts-'))
  await mkdir(join(directory, 'allowed'))
  for (const name of ['allowed/good', 'bad']) {
    await writeFile(join(directory, name), '#!/bin/sh\necho "hello $1"\necho oops >&2\nexit $2\n')
    await chmod(join(directory, name), 0o755)
  }
  await symlink(join(directory, 'bad'), join(directory, 'allowed', 'link'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function run(
  argv: readonly string[],
  options: { scriptDirs?: readonly string[]; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<RunScriptEventInit[]> {
  const request = { job: null, argv: [...argv], timeoutMs: options.timeoutMs ?? 0 }
  const signal = options.signal ?? new AbortController().signal
  const rules = { scriptDirs: options.scriptDirs ?? [] }
  const events: RunScriptEventInit[] = []
  for await (const event of runScript(request, { runCommand }, rules, signal)) events.push(event)
  return events
}

const end = (complaint: string) => ({ event: 'end', end: { complaint } })

test('its lines come before its end', async () => {
  const events = await run([join(directory, 'bad'), 'x y', '3'])
  expect(events.slice(0, -1)).toContainEqual({ event: 'line', line: 'hello x y' })
  expect(events.at(-1)).toEqual(end('exit code 3, oops'))
})

test('a script that ends well', async () => {
  expect((await run(['true'])).at(-1)).toEqual(end(''))
})

test('a script that takes too long, and one that is not there', async () => {
  expect(await run(['sleep', '60'], { timeoutMs: 20 })).toEqual([end('it took too long')])
  const notThere = 'exit code 127, cannot start "/no/such": no such file or directory'
  expect(await run(['/no/such'])).toEqual([end(notThere)])
})

test('a signal ends it', async () => {
  const events = await run(['sleep', '60'], { signal: AbortSignal.timeout(20) })
  expect(events).toEqual([end('signal SIGTERM')])
})

test.each([
  ['allowed/good', true],
  ['bad', false],
  ['allowed/../bad', false],
  ['allowed/link', false],
  ['allowed/nosuch', false],
])('%s, with a folder that is allowed: %s', async (name, isAllowed) => {
  const running = run([`${directory}/${name}`, 'a', '0'], {
    scriptDirs: ['/no/such', join(directory, 'allowed')],
  })
  if (isAllowed) expect((await running).at(-1)).toEqual(end(''))
  else await expect(running).rejects.toMatchObject({ code: 'script-forbidden' })
})

test('a program without its path is in no folder', async () => {
  const running = run(['true'], { scriptDirs: ['/'] })
  await expect(running).rejects.toMatchObject({ code: 'script-forbidden' })
})

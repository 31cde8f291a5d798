// Runs a script of a Job on this machine, as far as its folder is allowed.
import { EventEmitter, on } from 'node:events'
import { realpath } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import { CofferError } from '@coffer/core'
import { commandComplaint } from '@coffer/daemon'
import type { RunScriptEventInit, RunScriptRequest } from '@coffer/wire'
import type { JobPorts } from '../job/job-ports.ts'

export interface ScriptRules {
  /** Folders whose programs may run; all when there is none. */
  readonly scriptDirs: readonly string[]
}

/** Lines of a script that are passed on; the rest is dropped. */
const MAXIMUM_LINES = 10_000

/** The lines that it writes, then its end. Leaving the iteration does not end it: the signal does. Throws `script-forbidden`. */
export async function* runScript(
  request: RunScriptRequest,
  { runCommand }: Pick<JobPorts, 'runCommand'>,
  { scriptDirs }: ScriptRules,
  signal: AbortSignal,
): AsyncGenerator<RunScriptEventInit> {
  const [program = '', ...args] = request.argv
  await checkProgram(program, scriptDirs)
  const output = new EventEmitter()
  const lines = on(output, 'line', { close: ['end'] })
  let count = 0
  const running = runCommand({
    argv: [program, ...args],
    signal,
    ...(request.timeoutMs === 0 ? {} : { timeoutMs: request.timeoutMs }),
    onLine: (line) => {
      count++
      if (count <= MAXIMUM_LINES) output.emit('line', line)
    },
  }).finally(() => output.emit('end'))
  for await (const [line] of lines) yield { event: 'line', line: String(line) }
  const complaint = commandComplaint(await running) ?? ''
  yield { event: 'end', end: { complaint } }
}

async function checkProgram(program: string, scriptDirs: readonly string[]): Promise<void> {
  if (scriptDirs.length === 0) return
  if (await isInside(program, scriptDirs)) return
  throw new CofferError(
    'script-forbidden',
    `"${program}" is in no folder of Allowed Script Dir: ${scriptDirs.join(', ')}`,
  )
}

/** Where links lead counts, on both sides. */
async function isInside(program: string, scriptDirs: readonly string[]): Promise<boolean> {
  if (!isAbsolute(program)) return false
  const place = await realpath(program).catch(() => undefined)
  if (place === undefined) return false
  for (const directory of scriptDirs) {
    const real = await realpath(directory).catch(() => undefined)
    if (real !== undefined && place.startsWith(real.endsWith(sep) ? real : real + sep)) return true
  }
  return false
}

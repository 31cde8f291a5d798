// Debian's bls and bextract on a Volume that somebody else wrote.
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BACULA_DEVICE, toolsText } from './bacula-config.ts'
import { run, type RunResult } from './run.ts'
import { makeScratch } from './scratch.ts'

/** What `bls` prints of these Volumes, all of one directory; `options` are its own: `-j`, `-L`, `-k`, `-v`. */
export function baculaBls(
  volumePaths: readonly string[],
  options: readonly string[] = [],
): Promise<RunResult> {
  return runTool('bls', volumePaths, { options, rest: [] })
}

/** Lets `bextract` write what these Volumes hold, all of one directory, below `to`. */
export async function baculaBextract(
  volumePaths: readonly string[],
  to: string,
): Promise<RunResult> {
  await mkdir(to, { recursive: true })
  return runTool('bextract', volumePaths, { options: [], rest: [to] })
}

async function runTool(
  tool: string,
  volumePaths: readonly string[],
  { options, rest }: { options: readonly string[]; rest: readonly string[] },
): Promise<RunResult> {
  const scratch = await makeScratch('bacula-tools')
  try {
    const config = join(scratch.path, 'storage.conf')
    await writeFile(config, toolsText(scratch.path, dirname(volumePaths[0] ?? '')))
    const volumes = volumePaths.map((path) => basename(path)).join('|')
    return await run([tool, ...options, '-c', config, '-V', volumes, BACULA_DEVICE, ...rest])
  } finally {
    await scratch.remove()
  }
}

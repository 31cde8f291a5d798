// A real tree of this machine: Full, 1 % changed, Incremental, Differential; restored as of each and compared by rsync.
import { appendFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  compareTrees,
  makeScratch,
  reportField,
  run,
  type Scratch,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const LARGEST_KIB = 3 << 20
const TIMEOUT_MS = 900_000
const CANDIDATES = ['/usr', '/usr/share', '/usr/lib/python3', '/usr/include', '/etc']

/** The largest of the candidates that is not above 3 GB. */
async function pickTree(): Promise<string> {
  for (const path of CANDIDATES) {
    const du = await run(['du', '-sxk', path])
    const kib = Number(du.stdout.split('\t')[0])
    if (kib > 0 && kib <= LARGEST_KIB) return path
  }
  throw new Error('no tree of a fitting size')
}

async function copy(from: string, to: string): Promise<void> {
  const done = await run(['cp', '-a', '--reflink=auto', '-x', from, to], { timeoutMs: TIMEOUT_MS })
  if (done.exitCode !== 0) throw new Error(done.stderr)
}

/** Changes about one file in a hundred: grown, replaced, or new beside it. */
async function changeOnePercent(root: string, round: number): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  let changed = 0
  for (let i = round; i < files.length; i += 100) {
    const file = files[i]
    if (file === undefined) continue
    const path = join(file.parentPath, file.name)
    if (i % 3 === 0) await appendFile(path, `round ${String(round)}\n`)
    else if (i % 3 === 1) await writeFile(path, `replaced in round ${String(round)}\n`)
    else await replaceByRename(path, round)
    changed += 1
  }
  return changed
}

async function replaceByRename(path: string, round: number): Promise<void> {
  const fresh = `${path}.${String(round)}`
  await writeFile(fresh, 'renamed into place\n')
  await rename(fresh, path)
}

describe('a real tree', { timeout: TIMEOUT_MS }, () => {
  let scratch: Scratch
  let host: TestHost
  let live: string
  const states: string[] = []

  async function backUp(level: string): Promise<string> {
    const said = await host.console(
      [`run job=backup-coffer-fd level=${level} yes`, 'wait', 'messages'],
      TIMEOUT_MS,
    )
    expect(terminations(said), said).toEqual(['Backup OK'])
    const kept = join(scratch.path, `state-${String(states.length)}`)
    await copy(live, kept)
    states.push(kept)
    return said
  }

  async function restoreJobs(jobIds: string, state: number): Promise<void> {
    const where = join(scratch.path, `restored-${String(state)}`)
    const said = await host.console(
      [`restore jobid=${jobIds} where=${where} all done yes`, 'wait', 'messages'],
      TIMEOUT_MS,
    )
    expect(terminations(said), said).toEqual(['Restore OK'])
    expect(await compareTrees(states[state] ?? '', join(where, live))).toEqual([])
    await run(['rm', '-rf', where])
  }

  beforeAll(async () => {
    scratch = await makeScratch('real')
    live = join(scratch.path, 'live')
    await copy(await pickTree(), live)
    host = await startHost('real', (draft) =>
      draft.edit('director.d/fileset/SelfTest.conf', (text) => text.replace('/usr/sbin', live)),
    )
  }, TIMEOUT_MS)

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  }, TIMEOUT_MS)

  it('is saved in full and restored alike', async () => {
    const said = await backUp('Full')
    const entries = await run(['sh', '-c', `find "$1" | wc -l`, 'sh', live])
    expect(reportField(said, 'FD Files Written')?.replaceAll(',', '')).toBe(entries.stdout.trim())
    await restoreJobs('1', 0)
  })

  it('saves only what changed, and restores as of the Incremental', async () => {
    const changed = await changeOnePercent(live, 1)
    const said = await backUp('Incremental')
    const files = Number(reportField(said, 'FD Files Written')?.replaceAll(',', ''))
    expect(files).toBeGreaterThanOrEqual(changed)
    expect(files).toBeLessThan(3 * changed + 10)
    await restoreJobs('1,3', 1)
  })

  it('saves all changes since the Full in a Differential, and restores as of it', async () => {
    await changeOnePercent(live, 2)
    await backUp('Differential')
    await restoreJobs('1,5', 2)
  })
})

// Accurate Incrementals that a Consolidate Job merges, below a Full that stays and with it: nothing deleted comes back.
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareTrees, llistField, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 300_000

const CONFIGURATION = `
Pool { Name = Merged; Pool Type = Backup; Label Format = "Merged-"; Storage = File }
Job { Name = consolidate; Type = Consolidate; Messages = Standard; Pool = Incremental; Accurate = yes
      Max Full Consolidations = 1 }
`
const JOB = `
  Accurate = yes
  Always Incremental = yes
  Always Incremental Keep Number = 1
  Always Incremental Max Full Age = 1 hour
  Next Pool = Merged`

describe('Always Incremental', { timeout: TIMEOUT_MS }, () => {
  let trial: Trial
  let small: string

  beforeAll(async () => {
    trial = await Trial.start('always', async (draft) => {
      await draft.edit('director.d/pool/Merged.conf', () => CONFIGURATION)
      await draft.edit('director.d/job/backup-coffer-fd.conf', (text) =>
        text.replace('Client = coffer-fd', `Client = coffer-fd${JOB}`),
      )
    })
    ;({ small } = trial.source)
  }, TIMEOUT_MS)

  afterAll(() => trial.close())

  async function run(line: string): Promise<string> {
    return trial.host.console([line, 'wait', 'messages'])
  }

  async function backUp(): Promise<void> {
    const said = await run('run job=backup-coffer-fd yes')
    expect(said, said).toMatch(/Termination: {12}Backup OK\n/)
  }

  /** What a restore of the newest state gives, compared with the tree. */
  async function differences(): Promise<readonly string[]> {
    const where = join(trial.path, 'current')
    const said = await run(
      `restore client=coffer-fd fileset=SelfTest current all done where=${where} yes`,
    )
    expect(said, said).toMatch(/Termination: {12}Restore OK\n/)
    const found = await compareTrees(small, join(where, small))
    await rm(where, { recursive: true })
    return found
  }

  async function chain(): Promise<string[]> {
    const said = await trial.host.console(['list jobs jobtype=B'])
    return [...said.matchAll(/^\| +(\d+) \|.*\| ([FDI]) +\|/gm)].map(
      (match) => `${String(match[1])}${String(match[2])}`,
    )
  }

  it('merges Incrementals below a Full that stays', async () => {
    await backUp()
    await rm(join(small, 'file-0'))
    await rename(join(small, 'file-2'), join(small, 'moved'))
    await backUp()
    await writeFile(join(small, 'file-4'), 'second\n')
    await backUp()
    await writeFile(join(small, 'file-6'), 'third\n')
    await rm(join(small, 'deeper', 'file-1'))
    await backUp()
    expect(await chain()).toEqual(['1F', '2I', '3I', '4I'])
    const said = await run('run job=consolidate yes')
    expect(said).toContain('the Full, JobId 1, is young enough to stay')
    expect(said).toContain('purged JobIds 2,3 as they were consolidated into Job 6')
    expect(await chain()).toEqual(['1F', '4I', '6I'])
    expect(await differences()).toEqual([])
  })

  it('merges the Full as well when it is old, and the next Incremental follows on', async () => {
    await trial.host.edit('director.d/job/backup-coffer-fd.conf', (text) =>
      text.replace('Max Full Age = 1 hour', 'Max Full Age = 1 second'),
    )
    await trial.host.console(['reload'])
    await rm(join(small, 'moved'))
    await backUp()
    const said = await run('run job=consolidate yes')
    expect(said).toMatch(/Backup Level: {11}Virtual Full/)
    expect(said).toMatch(/purged JobIds 1,6,4 as they were consolidated into Job \d+/)
    expect(await differences()).toEqual([])
    const [last] = (await chain()).slice(-1)
    expect(last).toMatch(/^\d+F$/)
    await backUp()
    expect(await differences()).toEqual([])
    const next = parseInt((await chain()).at(-1) ?? '', 10)
    const row = await trial.host.console([`llist jobid=${String(next)}`])
    // Nothing has changed since: the merged Full is what it is compared with.
    expect(llistField(row, 'jobfiles')).toBe('0')
  })

  it('leaves nothing to do for the next one', async () => {
    expect(await run('run job=consolidate yes')).toMatch(/Termination: {12}Consolidate OK/)
  })
})

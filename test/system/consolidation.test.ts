// Copies, migrations, virtual Fulls and consolidation, with real daemons: what comes back is compared with the tree.
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareTrees, llistField, queuedJobIds, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 240_000

const POOLS = `
Pool { Name = Copies; Pool Type = Backup; Label Format = "Copy-"; Storage = File }
Pool { Name = Merged; Pool Type = Backup; Label Format = "Merged-"; Storage = File }
`
const JOBS = `
Job { Name = copy-full; Type = Copy; Messages = Standard; Pool = Full; Next Pool = Copies
      Selection Type = PoolUncopiedJobs }
Job { Name = migrate-full; Type = Migrate; Messages = Standard; Pool = Full; Next Pool = Copies
      Selection Type = Job; Selection Pattern = "^backup-coffer" }
Job { Name = consolidate; Type = Consolidate; Messages = Standard; Pool = Incremental; Accurate = yes }
`

describe('from Volumes to Volumes', { timeout: TIMEOUT_MS }, () => {
  let trial: Trial

  beforeAll(async () => {
    trial = await Trial.start('volumes', async (draft) => {
      await draft.edit('director.d/pool/Copies.conf', () => POOLS)
      await draft.edit('director.d/job/copies.conf', () => JOBS)
      await draft.edit('director.d/job/backup-coffer-fd.conf', (text) =>
        text.replace('Client = coffer-fd', 'Client = coffer-fd\n  Next Pool = Merged'),
      )
    })
  }, TIMEOUT_MS)

  afterAll(() => trial.close())

  /** Runs a Job and what it starts, and gives the text of all. */
  async function run(line: string): Promise<string> {
    return trial.host.console([line, 'wait', 'messages'])
  }

  async function lastJobId(): Promise<number> {
    const said = await trial.host.console(['list jobs'])
    return Math.max(...[...said.matchAll(/^\| +(\d+) \|/gm)].map((match) => Number(match[1])))
  }

  async function typeOf(jobId: number): Promise<string | undefined> {
    return llistField(await trial.host.console([`llist jobid=${String(jobId)}`]), 'type')
  }

  it('copies what has no copy, once', async () => {
    expect(await trial.backUp()).toMatchObject({ jobId: 1, status: 'T' })
    const said = await run('run job=copy-full yes')
    expect(said).toContain('The following 1 JobId was chosen to be copied: 1')
    expect(said).toContain('Copying using JobId=1')
    expect(said).toMatch(/Termination: {12}Copying OK/)
    expect(await typeOf(1)).toBe('B')
    const copyId = await lastJobId()
    expect(await typeOf(copyId)).toBe('C')
    expect(await trial.host.console(['list copies'])).toMatch(/\| +1 \| .* \| +4 \| File/)
    expect(await run('run job=copy-full yes')).toContain('No JobIds found to be copied.')
    expect(await trial.restoreDifferences(copyId)).toEqual([])
  })

  it('lets the copy take over when its original is purged', async () => {
    await trial.host.console(['delete jobid=1 yes'])
    expect(await typeOf(4)).toBe('B')
    const said = await trial.host.console([
      'restore client=coffer-fd current select all done',
      'no',
    ])
    expect(said).toMatch(/\| +4 \| F +\|.*\| Copy-0\d+/)
  })

  it('migrates: the new Job is the backup, the old one is not', async () => {
    const { jobId } = await trial.backUp()
    const said = await run(`run job=migrate-full yes`)
    expect(said).toContain(`Migration using JobId=${String(jobId)}`)
    expect(said).toMatch(/Termination: {12}Migration OK/)
    expect(await typeOf(jobId)).toBe('M')
    const newId = await lastJobId()
    expect(await typeOf(newId)).toBe('B')
    expect(await trial.restoreDifferences(newId)).toEqual([])
  })

  it('makes one Full of a chain', async () => {
    const { small } = trial.source
    await trial.backUp()
    await rename(join(small, 'file-0'), join(small, 'renamed'))
    await writeFile(join(small, 'file-2'), 'changed\n')
    const incremental = await run('run job=backup-coffer-fd level=Incremental yes')
    expect(incremental).toMatch(/Termination: {12}Backup OK/)
    const said = await run('run job=backup-coffer-fd level=VirtualFull yes')
    const jobId = queuedJobIds(said)[0] ?? 0
    expect(said, said).toMatch(/Backup Level: {11}Virtual Full/)
    expect(said).toMatch(/Termination: {12}Backup OK/)
    expect(said).toMatch(/Volume name\(s\): {9}Merged-/)
    const restored = await trial.restore(jobId)
    // The backup was not accurate: what was renamed away is still there.
    await writeFile(join(small, 'file-0'), '')
    const differences = await compareTrees(small, join(restored.where, small))
    expect(differences.filter((line) => !line.includes('file-0') && !line.endsWith('/'))).toEqual(
      [],
    )
    await rm(join(small, 'file-0'))
    const row = await trial.host.console([`llist jobid=${String(jobId)}`])
    expect(llistField(row, 'level')).toBe('F')
  })
})

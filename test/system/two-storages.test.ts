// Two storage daemons: copies from one to the other, restores that read from both, and what a dead one costs.
import { appendFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compareTrees, llistField, queuedJobIds, SecondStorage, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 300_000

const CONFIGURATION = `
Pool { Name = Offsite; Pool Type = Backup; Label Format = "Offsite-"; Storage = Other }
Job { Name = copy-offsite; Type = Copy; Messages = Standard; Pool = Full; Next Pool = Offsite
      Selection Type = PoolUncopiedJobs }
Job { Name = migrate-offsite; Type = Migrate; Messages = Standard; Pool = Full; Next Pool = Offsite
      Selection Type = Volume; Selection Pattern = "." }
`

describe('two storage daemons', { timeout: TIMEOUT_MS }, () => {
  let trial: Trial
  let second: SecondStorage

  beforeAll(async () => {
    trial = await Trial.start('two-storages', async (draft) => {
      second = await SecondStorage.prepare(draft)
      await draft.edit('director.d/pool/Offsite.conf', () => CONFIGURATION)
    })
    await second.start()
  }, TIMEOUT_MS)

  afterAll(async () => {
    await second.stop()
    await trial.close()
  })

  async function run(line: string): Promise<string> {
    return trial.host.console([line, 'wait', 'messages'])
  }

  it('copies from one to the other, and restores the copy when the original is missing', async () => {
    const full = await trial.backUp()
    expect(full.status, full.log).toBe('T')
    const said = await run('run job=copy-offsite yes')
    expect(said).toMatch(/Write Storage: {10}"Other"/)
    expect(said).toMatch(/Termination: {12}Copying OK/)
    const volumes = join(trial.host.path, 'volumes')
    await rename(join(volumes, 'Full-0001'), join(volumes, 'hidden'))
    const restored = await trial.restore(full.jobId)
    await rename(join(volumes, 'hidden'), join(volumes, 'Full-0001'))
    expect(restored.status, restored.log).toBe('W')
    expect(restored.log).toMatch(/Volume "Full-0001" cannot be read .* Reading its copy, JobId \d+/)
    const { small } = trial.source
    expect(await compareTrees(small, join(restored.where, small))).toEqual([])
  })

  it('reads one restore from both', async () => {
    const { small } = trial.source
    await appendFile(join(small, 'file-4'), 'more\n')
    const later = await run('run job=backup-coffer-fd level=Incremental pool=Offsite yes')
    expect(later).toMatch(/Storage: {16}"Other" \(From Pool resource\)/)
    const where = join(trial.path, 'both')
    const said = await run(
      `restore client=coffer-fd fileset=SelfTest current all done where=${where} yes`,
    )
    expect(said, said).toMatch(/Termination: {12}Restore OK\n/)
    expect(said.match(/Connected Storage daemon/g)?.length).toBeGreaterThan(2)
    expect(await compareTrees(small, join(where, small))).toEqual([])
    await rm(where, { recursive: true })
  })

  it.each([
    ['the one that writes', 'second'],
    ['the one that reads', 'first'],
  ])('a kill -9 of %s costs the copy, not the original', async (_, who) => {
    const full = await trial.backUp()
    const fault = ['env', 'COFFER_STORAGE_FAULTS=before-commit:1=kill']
    const migrate = 'run job=migrate-offsite jobid=' + String(full.jobId) + ' yes'
    if (who === 'second') {
      await second.stop()
      await second.start(fault)
    } else {
      await trial.host.stop('storage', 'SIGKILL')
      // It has to be there when the Job begins, and gone when the data are asked for.
      await trial.host.start('storage', ['env', 'COFFER_STORAGE_FAULTS=before-read:1=kill'])
    }
    const said = await run(migrate)
    if (who === 'second') await second.start()
    else await trial.host.start('storage')
    expect(said).toMatch(/Fatal error: .*storage daemon "(?:Other|File)"/)
    expect(said).toMatch(/Termination: {12}\*\*\* Migration Error \*\*\*/)
    const row = await trial.host.console([`llist jobid=${String(full.jobId)}`])
    expect(llistField(row, 'type')).toBe('B')
    expect(await trial.restoreDifferences(full.jobId)).toEqual([])
    // The next try finds everything as it was.
    expect(queuedJobIds(await run(migrate))).toHaveLength(1)
    const moved = await trial.host.console([`llist jobid=${String(full.jobId)}`])
    expect(llistField(moved, 'type')).toBe('M')
  })
})

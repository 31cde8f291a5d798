// kill -9 of the PostgreSQL that a Director keeps, in the middle of a backup: the Director brings it back by itself.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Trial, until } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('kill -9 of the embedded PostgreSQL', { timeout: 240_000 }, () => {
  let trial: Trial

  beforeAll(async () => {
    trial = await Trial.start('killed-database')
  })

  afterAll(() => trial.close())

  async function postmaster(): Promise<number> {
    const file = join(trial.host.path, 'state/director/catalog/data/postmaster.pid')
    return Number((await readFile(file, 'utf8')).split('\n')[0])
  }

  it('fails the running Job at most, and no later one', async () => {
    expect(await trial.backUp()).toMatchObject({ jobId: 1, status: 'T' })
    const jobId = await trial.startLongBackup()
    const pid = await postmaster()
    process.kill(pid, 'SIGKILL')
    const back = await until('a new PostgreSQL', async () => {
      const now = await postmaster().catch(() => pid)
      return now === pid ? undefined : now
    })
    expect(back).not.toBe(pid)
    // A Job that noticed has ended with the reason; one that did not need the Catalog meanwhile goes on.
    const said = await trial.host.console([`cancel jobid=${String(jobId)} yes`])
    const ended = await trial.outcomeOf(jobId)
    expect(ended.status, said + ended.log).toMatch(/^[AEf]$/)
    if (ended.status !== 'A') expect(ended.log).toMatch(/Fatal error: .*(Catalog|database)/)
    expect(await trial.restoreDifferences(1)).toEqual([])
    expect(await trial.restoreDifferences(jobId)).toEqual([])
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
  })
})

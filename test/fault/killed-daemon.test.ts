// kill -9 of a daemon in the middle of a backup: the Job fails with the reason, and nothing that was committed is lost.
import { Trial } from '@coffer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 240_000
const FAILED = /^[Ef]$/

describe('kill -9 in the middle of a backup', { timeout: TIMEOUT_MS }, () => {
  let trial: Trial

  beforeEach(async () => {
    trial = await Trial.start('killed')
    expect(await trial.backUp()).toMatchObject({ jobId: 1, status: 'T' })
  })

  afterEach(() => trial.close())

  /** What was committed before and during the crash comes back, and the next Job is a good one. */
  async function expectAllIsWell(failedJobId: number): Promise<void> {
    expect(await trial.restoreDifferences(1)).toEqual([])
    expect(await trial.restoreDifferences(failedJobId)).toEqual([])
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
  }

  it('filed', async () => {
    const jobId = await trial.startLongBackup()
    await trial.host.stop('filed', 'SIGKILL')
    const failed = await trial.outcomeOf(jobId)
    expect(failed.status, failed.log).toMatch(FAILED)
    expect(failed.log).toMatch(/Fatal error: .*Client "coffer-fd"/)
    expect(failed.termination).toBe('*** Backup Error ***')
    await trial.host.start('filed')
    await expectAllIsWell(jobId)
  })

  it('storage', async () => {
    const jobId = await trial.startLongBackup()
    await trial.host.stop('storage', 'SIGKILL')
    const failed = await trial.outcomeOf(jobId)
    expect(failed.status, failed.log).toMatch(FAILED)
    expect(failed.log).toMatch(/Fatal error: .*storage daemon "File"/)
    expect(failed.termination).toBe('*** Backup Error ***')
    await trial.host.start('storage')
    await expectAllIsWell(jobId)
  })

  it('director', async () => {
    const jobId = await trial.startLongBackup()
    await trial.host.stop('director', 'SIGKILL')
    await trial.host.start('director')
    expect(trial.host.logOf('director')).toContain('"adopted":true')
    const failed = await trial.outcomeOf(jobId)
    expect(failed.status, failed.log).toMatch(FAILED)
    expect(failed.log).toMatch(
      /coffer-dir JobId 2: Fatal error: the Director ended while the Job was running/,
    )
    await expectAllIsWell(jobId)
  })
})

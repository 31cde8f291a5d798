// A file daemon that is alive and says nothing more: the Job ends within the heartbeat, and names it.
import { Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Two seconds of heartbeat, twenty that a peer may take to answer, and what a busy machine takes.
const LATEST_MS = 60_000

describe('a stopped filed', { timeout: 180_000 }, () => {
  let trial: Trial

  beforeAll(async () => {
    trial = await Trial.start('silent', async (draft) => {
      await draft.edit('director.d/client/coffer-fd.conf', (text) =>
        text.replace('Client {', 'Client {\n  Heartbeat Interval = 2 seconds'),
      )
    })
  })

  afterAll(() => trial.close())

  it('ends the Job with peer-lost', async () => {
    expect(await trial.backUp()).toMatchObject({ jobId: 1, status: 'T' })
    const jobId = await trial.startLongBackup()
    const pid = trial.host.pidOf('filed')
    process.kill(pid, 'SIGSTOP')
    const stoppedMs = Date.now()
    try {
      const failed = await trial.outcomeOf(jobId)
      const tookMs = Date.now() - stoppedMs
      expect(failed.status, failed.log).toBe('E')
      expect(failed.log).toMatch(/Fatal error: .*Client "coffer-fd"/)
      expect(tookMs).toBeLessThan(LATEST_MS)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    expect(await trial.restoreDifferences(jobId)).toEqual([])
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { filedEnds } from './fake-daemons.contract.ts'
import { bench, catalog, daemons, makeBench, number, useJobBench } from './job-bench.contract.ts'

useJobBench()

describe('limits in time', () => {
  test('a Job that runs too long is canceled', async () => {
    await makeBench({ job: 'Max Run Time = 1' })
    daemons.onBackup = (_send, _ticket, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          resolve()
        }),
      )
    const { status, log } = await bench.run()
    expect(status).toBe('A')
    expect(log).toContain('Fatal error: Max Run Time of 1 sec exceeded. Job canceled.\n')
    expect(log).toContain('Termination:            Backup Canceled\n')
  })

  test('a Job that cannot start in time is canceled in the queue', async () => {
    await makeBench({ job: 'Max Start Delay = 60' })
    const { status, log } = await bench.run(undefined, { whenMs: Date.now() - 61_000 })
    expect(status).toBe('A')
    expect(log).toContain('Max Start Delay of 1 min exceeded. Job canceled.\n')
    expect(log).not.toContain('Start Backup')
  })

  test('waiting for a Volume is a wait', async () => {
    await makeBench({ pool: '', job: 'Max Wait Time = 1' })
    const { status, log } = await bench.run()
    expect(status).toBe('A')
    expect(log).toContain('Max Wait Time of 1 sec exceeded. Job canceled.\n')
  })
})

describe('the same Job twice', () => {
  /** Two of the same Job; the first one waits for its start time. */
  async function twice(job: string) {
    await makeBench({ job: `Allow Duplicate Jobs = no; ${job}` })
    const first = await bench.submit(undefined, { whenMs: Date.now() + 3_600_000 })
    const second = await bench.run()
    return { first, second, firstStatus: bench.engine.find(first)?.status }
  }

  test('the second one goes', async () => {
    const { first, firstStatus, second } = await twice('')
    expect([firstStatus, second.status]).toEqual(['t', 'A'])
    const text = `JobId ${first} already running. Duplicate job not allowed.`
    expect(second.log).toContain(`Fatal error: ${text}\n`)
    expect(second.log).toContain('Backup Canceled')
  })

  test('the first one goes when it waits', async () => {
    const { first, second } = await twice('Cancel Queued Duplicates = yes')
    expect(second.status).toBe('T')
    expect(second.log).toContain(`Cancelling duplicate JobId=${first}.\n`)
    expect(await bench.engine.waitFor(first)).toBe('A')
  })
})

describe('Reschedule On Error', () => {
  test('a Job that wrote nothing is tried again under its JobId, as often as allowed', async () => {
    await makeBench({
      job: 'Reschedule On Error = yes; Reschedule Interval = 0; Reschedule Times = 2',
    })
    let tries = 0
    daemons.onBackupSession = async (session) => {
      await session.end(0, 'f')
    }
    daemons.onBackup = async (send) => {
      tries++
      await send({ event: 'end', end: { status: 'E' } })
    }
    const { jobId, status, log } = await bench.run()
    expect([status, tries]).toEqual(['f', 3])
    expect(log.match(/Rescheduled Job \S+ at .* to re-run in 0 seconds/g)).toHaveLength(2)
    expect((await catalog.jobs.find(jobId))?.status).toBe('f')
    expect(await catalog.jobs.count({ name: `back${number}` })).toBe(1)
  })

  test('one that wrote something is tried again as a new Job', async () => {
    await makeBench({
      job: 'Reschedule On Error = yes; Reschedule Interval = 0; Reschedule Times = 1',
    })
    daemons.onBackup = filedEnds(3, 'f')
    const { jobId, status } = await bench.run()
    await bench.engine.waitForAll()
    expect(status).toBe('f')
    const rows = await catalog.jobs.list({ name: `back${number}` })
    expect(rows.map((row) => [row.jobId - jobId, row.status])).toEqual([
      [0, 'f'],
      [1, 'f'],
    ])
  })
})

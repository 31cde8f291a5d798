import { CofferError } from '@coffer/core'
import { describe, expect, test } from 'vitest'
import { filedEnds, startFakeDaemons } from './fake-daemons.contract.ts'
import {
  bench,
  catalog,
  daemons,
  makeBench,
  number,
  until,
  useJobBench,
} from './job-bench.contract.ts'
import { makeJobRequest } from './request.ts'

useJobBench()

/** The texts of a log without names of daemons and Jobs. */
function texts(log: string): string[] {
  return log.split('\n').map((line) => line.replace(/^\S+ JobId \d+: /, ''))
}

describe('a backup', () => {
  test('ends with its row closed, its files and Volumes in the Catalog, and its report', async () => {
    const { jobId, status, log } = await bench.run()
    expect(log).not.toContain('rror: ')
    expect(status).toBe('T')
    const row = await catalog.jobs.find(jobId)
    expect(row).toMatchObject({
      status: 'T',
      level: 'F',
      client: `fd${number}`,
      pool: `Full${number}`,
      files: 3,
      bytes: 2700,
      readBytes: 2400,
      errors: 0,
      volSessionId: jobId,
      volSessionTime: 1_795_000_000,
    })
    const [media] = await catalog.jobMedia.list(jobId)
    expect(media).toMatchObject({ firstIndex: 1, lastIndex: 3, startBlock: 200, endBlock: 3000 })
    expect(media?.volume).toMatch(new RegExp(`^Full${number}-\\d{4}$`))
    const volume = await catalog.media.find(media?.volume ?? '')
    expect(volume).toMatchObject({ status: 'Append', jobs: 1, bytes: 3000, blocks: 3 })
    expect(bench.troubles).toEqual([])
  })

  test('logs its lines in order', async () => {
    const { jobId, log } = await bench.run()
    const job = (await catalog.jobs.find(jobId))?.job ?? ''
    const lines = texts(log)
    const report = lines.findIndex((line) => line.startsWith('Coffer '))
    expect(
      lines.slice(0, report).map((line) => line.replace(/encryption: .*/i, 'encryption: X')),
    ).toEqual([
      'Version: 0.1.0 (21 November 2026) Test OS',
      `Start Backup JobId ${jobId}, Job=${job}`,
      `Connected Storage daemon at 127.0.0.1:${daemons.storagePort}, encryption: X`,
      ' encryption: X',
      `Connected Client: fd${number} at 127.0.0.1:${daemons.filedPort}, encryption: X`,
      ' Handshake: Immediate TLS ',
      ' encryption: X',
      'Using Device "FileDev" to write.',
      expect.stringMatching(/^Created new Volume|^ACL support is enabled$/),
      expect.stringMatching(/^Created new Volume|^ACL support is enabled$/),
      'Insert of attributes batch table with 3 entries start',
      'Insert of attributes batch table done',
    ])
    expect(lines.slice(report)).toContain('  Termination:            Backup OK')
    const [volume] = await catalog.jobMedia.volumes(jobId)
    expect(lines.slice(report)).toContain(`  Volume name(s):         ${volume ?? ''}`)
    expect(log).toMatch(/  Client: +"fd\d+" 0\.1\.0 \(21Nov26\) Test OS\n/)
  })

  test('is raised to a Full when there is none, then goes on from the last', async () => {
    const first = await bench.run(undefined, { level: 'I' })
    expect(first.log).toContain('No prior Full backup Job record found.\n')
    expect(first.log).toContain(
      'No prior or suitable Full backup found in catalog. Doing FULL backup.\n',
    )
    expect(first.log).toContain('Backup Level:           Full (upgraded from Incremental)\n')
    expect(first.log).toContain(`Pool:                   "Full${number}" (From Job resource)\n`)
    const second = await bench.run(undefined, { level: 'I' })
    const startMs = (await catalog.jobs.find(first.jobId))?.startMs
    expect(daemons.sinceMs).toEqual([0, startMs])
    expect(second.log).toMatch(/Backup Level: +Incremental, since=\d{4}-/)
    expect(second.log).toContain(`"Inc${number}" (From Job IncPool override)`)
  })

  test('with warnings in its log ends so', async () => {
    daemons.onBackup = async (send, ticket, signal) => {
      const message = { type: 'warning', text: 'Could not stat "/x"', daemon: 'fake-fd', timeMs: 1 }
      await send({ event: 'message', message })
      await filedEnds(3)(send, ticket, signal)
    }
    const { status, log } = await bench.run()
    expect(status).toBe('W')
    expect(log).toContain('fake-fd JobId')
    expect(log).toContain('Warning: Could not stat "/x"\n')
    expect(log).toContain('Termination:            Backup OK -- with warnings\n')
  })

  test('several Jobs share a Volume, each counted once', async () => {
    const ended = await Promise.all([bench.run(), bench.run(`other${number}`)])
    expect(ended.map(({ status }) => status)).toEqual(['T', 'T'])
    const volumes = await catalog.media.list({ pool: `Full${number}` })
    expect(volumes.map(({ jobs }) => jobs).reduce((a, b) => a + b)).toBe(2)
  })

  test('a Volume for one Job is used up by the first', async () => {
    await makeBench({ pool: `Label Format = "Full${number}-"; Maximum Volume Jobs = 1` })
    const [one, two] = await Promise.all([bench.run(), bench.run(`other${number}`)])
    expect([one.status, two.status]).toEqual(['T', 'T'])
    expect(one.log + two.log).toMatch(/Max Volume jobs=1 exceeded. Marking Volume "\S+" as Used.\n/)
    const volumes = await catalog.media.list({ pool: `Full${number}` })
    expect(volumes.map(({ status, jobs }) => [status, jobs])).toEqual([
      ['Used', 1],
      ['Used', 1],
    ])
  })
})

describe('what goes wrong', () => {
  test('a file daemon that vanishes is named; what was committed stays', async () => {
    daemons.onBackup = async (_send, ticket, signal) => {
      await expect.poll(async () => (await catalog.jobs.findByJob(ticket.job))?.files).toBe(3)
      void daemons.stopFiled()
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error)
        }),
      )
    }
    const { jobId, status, log } = await bench.run()
    expect(log).toMatch(new RegExp(`Fatal error: .*Client "fd${number}"`))
    expect(status).toBe('E')
    expect(log).toContain('Termination:            *** Backup Error ***\n')
    expect(await catalog.jobMedia.list(jobId)).toHaveLength(1)
    expect(await catalog.jobs.find(jobId)).toMatchObject({ status: 'E', files: 3 })
  })

  test('a storage daemon that vanishes is named', async () => {
    daemons.onBackupSession = async (session) => {
      await session.mount()
      void daemons.stopStorage()
      await session.ended
    }
    daemons.onBackup = async (send, ticket) => {
      await daemons.sessions.get(ticket.job)?.ended
      await send({ event: 'end', end: { status: 'f' } })
    }
    const { status, log } = await bench.run()
    expect(status).toBe('f')
    expect(log).toMatch(new RegExp(`Fatal error: .*storage daemon "File${number}"`))
  })

  test('a daemon that nobody started is named', async () => {
    await daemons.stopFiled()
    const { status, log } = await bench.run()
    expect(status).toBe('E')
    expect(log).toMatch(new RegExp(`Fatal error: .*Client "fd${number}"`))
  })

  test('a wrong Password is told at once', async () => {
    const strict = await startFakeDaemons('0'.repeat(32))
    await makeBench({ filedPort: strict.filedPort })
    const { status, log } = await bench.run()
    await strict.close()
    expect(status).toBe('E')
    expect(log).toMatch(/Fatal error: /)
    expect(log).not.toContain('Retrying')
    expect(log).not.toContain('secret')
  })

  test('a full disk at storage ends the Job in error', async () => {
    daemons.onBackupSession = async (session) => {
      await session.mount()
      await session.message('no space left on device', 'fatal')
      await session.end(0, 'f')
    }
    daemons.onBackup = filedEnds(0, 'E')
    const { status, log } = await bench.run()
    expect(status).toBe('f')
    expect(log).toContain('fake-sd JobId')
    expect(log).toContain('Fatal error: no space left on device\n')
    expect(log).toContain('SD termination status:  Fatal Error\n')
  })

  test('a type that runs nothing is named', async () => {
    const { status, log } = await bench.run(`archive${number}`)
    expect(status).toBe('f')
    expect(log).toContain('Fatal error: Jobs of type "Archive" are not yet supported\n')
  })

  test('a Verify Job without anything to verify says so', async () => {
    const { status, log } = await bench.run(`verify${number}`)
    expect(status).toBe('f')
    expect(log).toContain(
      `Fatal error: no good InitCatalog of Job "verify${number}" and Client "fd${number}" is in the Catalog\n`,
    )
    expect(log).toContain('  Verify Level:           Catalog\n')
  })

  test('a virtual Full of Jobs that are gone', async () => {
    const { status, log } = await bench.run(undefined, { level: 'f', jobIds: [999_999] })
    expect(status).toBe('f')
    expect(log).toContain('Fatal error: JobId 999999 is not in the Catalog\n')
  })

  test('a Catalog that fails in the middle', async () => {
    const real = catalog.attributes.session
    catalog.attributes.session = async (jobId) =>
      Object.assign(await real.call(catalog.attributes, jobId), {
        commit: () => Promise.reject(new CofferError('job-catalog-lost', 'the Catalog went away')),
      })
    try {
      const { status, log } = await bench.run()
      expect(status).toBe('f')
      expect(log).toContain('Fatal error: the Catalog went away\n')
    } finally {
      catalog.attributes.session = real
    }
  })

  test('a Catalog that is away when the Job ends gets the end later', async () => {
    const real = catalog.jobs.end.bind(catalog.jobs)
    let refusals = 1
    catalog.jobs.end = (jobId, end) =>
      refusals-- > 0 ? Promise.reject(new Error('away')) : real(jobId, end)
    try {
      const { jobId, status } = await bench.run()
      expect(status).toBe('T')
      expect(bench.troubles).toEqual([
        `the end of JobId ${jobId} could not be written to the Catalog`,
      ])
      await expect
        .poll(async () => (await catalog.jobs.find(jobId))?.status, { timeout: 5000 })
        .toBe('T')
    } finally {
      catalog.jobs.end = real
    }
  })

  test('a script before the Job that fails', async () => {
    await makeBench({ job: 'Run Before Job = "sh -c \'echo hello; exit 3\'"' })
    const { status, log } = await bench.run()
    expect(log).toContain('BeforeJob: hello\n')
    expect(log).toMatch(/Fatal error: BeforeJob script ".*" failed: exit code 3\n/)
    expect(status).toBe('f')
    expect(daemons.sinceMs).toEqual([])
  })
})

describe('waiting and canceling', () => {
  /** Holds every backup at the file daemon until it is let go. */
  function hold(): () => void {
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    daemons.onBackup = async (send, ticket, signal) => {
      const canceled = new Promise((resolve) => signal.addEventListener('abort', resolve))
      await Promise.race([gate, canceled])
      if (!signal.aborted) await filedEnds(3)(send, ticket, signal)
    }
    return release
  }

  test('a second run of the same Job waits for the first', async () => {
    const release = hold()
    const first = await bench.submit()
    const second = await bench.submit()
    await until(first, 'R')
    expect(bench.engine.find(second)).toMatchObject({
      status: 'j',
      statusText: 'is waiting on max Job jobs',
    })
    expect(bench.engine.running().map(({ jobId }) => jobId)).toEqual([first, second])
    await expect.poll(async () => (await catalog.jobs.find(second))?.status).toBe('j')
    release()
    await bench.engine.waitForAll()
    expect(await bench.engine.waitFor(first)).toBe('T')
    expect(await bench.engine.waitFor(second)).toBe('T')
    expect(bench.engine.ranCount()).toBe(2)
  })

  test('a higher priority goes first', async () => {
    const release = hold()
    const running = await bench.submit()
    const low = await bench.submit(`other${number}`, { priority: 20 })
    const high = await bench.submit(`urgent${number}`)
    await until(running, 'R')
    expect(bench.engine.find(low)?.status).toBe('p')
    expect(bench.engine.find(high)?.status).toBe('p')
    release()
    await bench.engine.waitForAll()
    const ends = await catalog.jobs.list({ jobIds: [low, high] })
    const [lowRow, highRow] = ends.sort((a, b) => a.jobId - b.jobId)
    expect(lowRow?.startMs).toBeGreaterThanOrEqual(highRow?.startMs ?? Infinity)
  })

  test('a Job that waits is canceled without having started', async () => {
    const release = hold()
    const first = await bench.submit()
    const second = await bench.submit()
    expect(bench.engine.cancel(second)).toBe(true)
    expect(await bench.engine.waitFor(second)).toBe('A')
    const log = await bench.log(second)
    expect(log).toContain('Termination:            Backup Canceled\n')
    expect(log).toContain('FD termination status:  \n')
    expect(log).not.toContain('Start Backup')
    release()
    expect(await bench.engine.waitFor(first)).toBe('T')
    expect(bench.engine.cancel(first)).toBe(false)
  })

  test('a running Job is canceled at both daemons', async () => {
    hold()
    const jobId = await bench.submit()
    await until(jobId, 'R')
    await expect.poll(async () => (await catalog.jobs.find(jobId))?.files).toBe(3)
    bench.engine.cancel(jobId)
    expect(await bench.engine.waitFor(jobId)).toBe('A')
    const log = await bench.log(jobId)
    expect(log).toContain('Backup Canceled')
    expect(log).not.toContain('Fatal')
    expect(await catalog.jobMedia.list(jobId)).toHaveLength(1)
  })

  test('without a Volume the Job asks for one, and goes on when there is one', async () => {
    await makeBench({ pool: '' })
    const jobId = await bench.submit()
    await until(jobId, 'm')
    expect(bench.engine.find(jobId)?.statusText).toBe('is waiting for an appendable Volume')
    const pool = await catalog.pools.find(`Full${number}`)
    const name = `Hand${number}`
    await catalog.media.create({ name, poolId: pool?.poolId ?? 0, mediaType: 'File', bytes: 200 })
    bench.engine.volumesChanged()
    expect(await bench.engine.waitFor(jobId)).toBe('T')
    const log = await bench.log(jobId)
    expect(log).toContain('Please use the "label" command to create a new Volume for:\n')
    expect(log).toContain(`    Pool:         Full${number}\n    Media type:   File\n`)
    expect(await catalog.jobMedia.volumes(jobId)).toEqual([name])
  })

  test('a Job that waits for a Volume can be canceled', async () => {
    await makeBench({ pool: '' })
    const jobId = await bench.submit()
    await until(jobId, 'm')
    bench.engine.cancel(jobId)
    expect(await bench.engine.waitFor(jobId)).toBe('A')
  })

  test('waiting for a Job ends with its signal', async () => {
    hold()
    const jobId = await bench.submit()
    const signal = AbortSignal.timeout(10)
    await expect(bench.engine.waitFor(jobId, signal)).rejects.toThrow()
    expect(await bench.engine.waitFor(999_999)).toBeUndefined()
    bench.engine.cancel(jobId)
  })
})

describe('other types', () => {
  const restore = {
    bootstrap: 'Volume="Full-0001"\n',
    filesExpected: 3,
    backupClient: 'fd',
    where: '/tmp/r',
    replace: 'always',
  } as const

  test('a restore', async () => {
    const { jobId, status, log } = await bench.run(`restore${number}`, { restore })
    expect(status).toBe('T')
    expect(log).toMatch(/Start Restore Job restore\d+\.\d{4}-/)
    expect(log).toContain('Using Device "FileDev" to read.\n')
    expect(log).toContain('Files Restored:         3\n')
    expect(log).toContain('Termination:            Restore OK\n')
    expect(await catalog.jobs.find(jobId)).toMatchObject({ type: 'R', files: 3, status: 'T' })
  })

  test('a restore of fewer files than expected', async () => {
    daemons.onRestore = filedEnds(2)
    const { status, log } = await bench.run(`restore${number}`, { restore })
    expect(log).toContain('Warning: File count mismatch: expected=3 , restored=2\n')
    expect(status).toBe('W')
  })

  test('a restore that storage cannot read', async () => {
    daemons.onRestoreSession = async (call) => {
      const message = { type: 'fatal', text: 'no Volume "Full-0001"', daemon: 'fake-sd', timeMs: 1 }
      await call.send({ event: 'opened', opened: { device: 'FileDev' } })
      await call.send({ event: 'message', message })
      await call.send({ event: 'end', end: { end: { status: 'f' } } })
    }
    daemons.onRestore = filedEnds(0, 'f')
    const { status, log } = await bench.run(`restore${number}`, { restore })
    expect(status).toBe('f')
    expect(log).toContain('Fatal error: no Volume "Full-0001"\n')
  })

  test('a restore from Volumes that do not hold everything', async () => {
    const backup = await catalog.jobs.find((await bench.run(`back${number}`)).jobId)
    const session = {
      volSessionId: backup?.volSessionId ?? 0,
      volSessionTime: backup?.volSessionTime ?? 0,
    }
    daemons.onRestoreSession = async (call) => {
      const ranges = [{ from: 2, to: 2 }]
      const end = { end: { status: 'E' }, missing: [{ ...session, ranges }] }
      await call.send({ event: 'opened', opened: { device: 'FileDev' } })
      await call.send({ event: 'end', end })
    }
    daemons.onRestore = filedEnds(2)
    const { status, log } = await bench.run(`restore${number}`, { restore })
    expect(status).toBe('E')
    const lost = log.match(/Error: "\/.+" is not restored: the Volumes do not hold it\n/g)
    expect(lost).toHaveLength(1)
  })

  test('a Restore Job without a bootstrap', async () => {
    const { status, log } = await bench.run(`restore${number}`)
    expect(status).toBe('f')
    expect(log).toContain('was not told what to restore')
  })

  test('an Admin Job', async () => {
    const { status, log } = await bench.run(`admin${number}`)
    expect(status).toBe('T')
    expect(log).toContain('Termination:            Admin OK\n')
  })
})

test('resources that do not exist are refused before a row is made', async () => {
  const request = makeJobRequest(bench.config, `back${number}`, { trigger: 'User', nowMs: 1 })
  await expect(bench.engine.submit({ ...request, client: 'nosuch' })).rejects.toMatchObject({
    code: 'job-resource-missing',
    message: 'Client resource "nosuch" does not exist',
  })
})

test('what was switched off holds until the next reload', () => {
  const { engine } = bench
  expect(engine.isEnabled('job', `back${number}`)).toBe(true)
  engine.setEnabled('job', `back${number}`, false)
  expect(engine.isEnabled('job', `back${number}`)).toBe(false)
  engine.reloaded()
  expect(engine.isEnabled('job', `back${number}`)).toBe(true)
  expect(engine.isEnabled('client', 'nosuch')).toBe(false)
})

import { describe, expect, test } from 'vitest'
import { filedEnds } from './fake-daemons.contract.ts'
import { bench, daemons, makeBench, number, useJobBench } from './job-bench.contract.ts'

useJobBench()

describe('scripts', () => {
  test('run before and after, with what they ask for filled in', async () => {
    await makeBench({
      job: 'Run Before Job = "echo job %n id %i"; Run After Job = "echo %e %l"; Run After Failed Job = "echo never"',
    })
    const { jobId, status, log } = await bench.run()
    expect(log).toContain(`BeforeJob: job back${number} id ${jobId}\n`)
    expect(log).toContain('AfterJob: OK Full\n')
    expect(log).not.toContain('never')
    expect(status).toBe('T')
  })

  test('of a failed Job', async () => {
    await makeBench({
      job: 'Run After Job = "echo never"; Run After Failed Job = "echo %e"',
    })
    daemons.onBackup = filedEnds(0, 'f')
    const { log } = await bench.run()
    expect(log).toContain('AfterJob: Fatal Error\n')
    expect(log).not.toContain('never')
  })
})

describe('a script block', () => {
  const script = (directives: string) =>
    makeBench({ job: `Run Script { Fail Job On Error = no; ${directives} }` })

  test.each([
    ['Runs When = Before; Runs On Client = no', 'T', ['BeforeJob']],
    ['Runs When = After; Runs On Client = no', 'T', ['AfterJob']],
    ['Runs When = Always; Runs On Client = no', 'T', ['BeforeJob', 'AfterJob']],
    ['Runs When = Never; Runs On Client = no', 'T', []],
    ['Runs When = AfterVSS; Runs On Client = no', 'T', []],
    ['Runs When = After; Runs On Client = no', 'f', []],
    ['Runs When = After; Runs On Client = no; Runs On Failure = yes', 'f', ['AfterJob']],
    ['Runs When = After; Runs On Client = no; Runs On Success = no', 'T', []],
    ['Runs When = Always; Runs On Client = yes', 'T', ['ClientBeforeJob', 'ClientAfterJob']],
  ])('with %s, in a Job that ends %s', async (directives, status, expected) => {
    await script(`${directives}; Command = "echo ran"`)
    if (status === 'f') daemons.onBackup = filedEnds(0, 'f')
    const { log } = await bench.run()
    const ran = [...log.matchAll(/JobId \d+: (\w+): (?:echo )?ran/g)]
    expect(ran.map(([, name]) => name)).toEqual(expected)
  })

  test('on the client, with its codes and its limit in time', async () => {
    await script('Runs When = Before; Timeout = 5; Command = "/bin/x %d %D %c"')
    const { status, log } = await bench.run()
    expect(log).toContain(`shell command: run ClientBeforeJob "/bin/x %d %D %c"\n`)
    const { name } = bench.config.director
    expect(log).toContain(`ClientBeforeJob: /bin/x fd${number} ${name} fd${number} within 5000\n`)
    expect(status).toBe('T')
  })

  test('on the client, that fails and may not', async () => {
    await makeBench({ job: 'Client Run Before Job = "/bin/x fails"' })
    const { status, log } = await bench.run()
    expect(log).toContain(
      'Fatal error: ClientBeforeJob script "/bin/x fails" failed: exit code 3\n',
    )
    expect(status).toBe('f')
    expect(daemons.sinceMs).toEqual([])
  })

  test('that fails after the Job leaves a warning, or an error', async () => {
    await makeBench({
      job: 'Client Run After Job = "/bin/x fails"; Run Script { Runs When = After; Command = "/bin/y fails" }',
    })
    const { status, log } = await bench.run()
    expect(log).toContain('Warning: ClientAfterJob script "/bin/x fails" failed: exit code 3\n')
    expect(log).toContain('Error: ClientAfterJob script "/bin/y fails" failed: exit code 3\n')
    expect(status).toBe('W')
  })

  test('that takes too long is ended', async () => {
    await script('Runs When = Before; Runs On Client = no; Timeout = 1; Command = "sleep 60"')
    const { log } = await bench.run()
    expect(log).toContain('Warning: BeforeJob script "sleep 60" failed: it took too long\n')
  })

  test('with console commands', async () => {
    await makeBench({
      job: 'Run Script { Runs When = After; Console = "update jobid=%i jobtype=A"; Console = "prune fails" }',
    })
    const { jobId, log } = await bench.run()
    expect(bench.consoleRuns).toEqual([
      { text: `update jobid=${jobId} jobtype=A`, allowed: 'script' },
      { text: 'prune fails', allowed: 'script' },
    ])
    expect(log).toContain('console command: run AfterJob "update jobid=%i jobtype=A"\n')
    expect(log).toContain(`AfterJob: did update jobid=${jobId} jobtype=A\n`)
    expect(log).toContain('Error: AfterJob script "prune fails" failed: as asked\n')
  })

  test('of an Admin Job without a Client says what is wrong', async () => {
    await makeBench({ job: 'Run Script { Runs When = Before; Command = "/bin/x" }' })
    const { status, log } = await bench.run(`admin${number}`, { client: '' })
    expect(log).toContain('a Job of type "Admin" has no Client to run it on')
    expect(status).toBe('f')
  })
})

describe('the Run directive', () => {
  test('starts further Jobs with what this one was given', async () => {
    await makeBench({ job: String.raw`Run = "other level=%l since=\"%s\""; Run = "fails"` })
    const { log } = await bench.run()
    expect(bench.consoleRuns).toEqual([
      { text: 'run job=other level=Full since="" cloned yes', allowed: 'run' },
      { text: 'run job=fails cloned yes', allowed: 'run' },
    ])
    expect(log).toContain('Run "other level=Full since=""": did run job=other')
    expect(log).toContain('Error: Run "fails" failed: as asked\n')
  })

  test('is not followed by a Job that was started by it', async () => {
    await makeBench({ job: 'Run = "other"' })
    await bench.run(undefined, { isClone: true })
    expect(bench.consoleRuns).toEqual([])
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { filesOf } from '../../../../test/catalog/records.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())
beforeEach(() => {
  bench.world.submitted.length = 0
})

const SUMMARY = `Run Backup job
JobName:  md5
Level:    Full
Client:   host-fd
Format:   Native
FileSet:  Everything
Pool:     Full (From Job resource)
Storage:  File (From Job resource)
When:     2026-11-21 02:09:17
Priority: 10
`

describe('run', () => {
  test('asks, lets a level be changed, and queues', async () => {
    expect(await bench.converse(['run job=md5 level=Full', 'mod', '1', '2', 'yes'])).toBe(
      `run job=md5 level=Full
Using Catalog "MyCatalog"
${SUMMARY}OK to run? (yes/mod/no): mod
Parameters to modify:
 1: Level
 2: Storage
 3: Job
 4: FileSet
 5: Client
 6: Backup Format
 7: When
 8: Priority
 9: Pool
10: Plugin Options
Select parameter to modify (1-10): 1
Levels:
1: Full
2: Incremental
3: Differential
4: Since
5: VirtualFull
Select level (1-5): 2
${SUMMARY.replace('Full\nC', 'Incremental\nC')}OK to run? (yes/mod/no): yes
Job queued. JobId=31
`,
    )
    expect(bench.world.submitted).toMatchObject([{ jobName: 'md5', level: 'I', trigger: 'User' }])
  })

  test('queues at once with yes', async () => {
    expect(await bench.converse(['run job=md5 level=Incremental priority=5 yes'])).toBe(
      'run job=md5 level=Incremental priority=5 yes\nUsing Catalog "MyCatalog"\nJob queued. JobId=31\n',
    )
    expect(bench.world.submitted).toMatchObject([{ level: 'I', priority: 5 }])
  })

  test('says no in two ways, and does not take what it does not know', async () => {
    const said = await bench.converse(['run job=md5', '6', 'no', 'run job=md5', '.'])
    expect(said).toContain('OK to run? (yes/mod/no): 6\nIllegal response 6\n')
    expect(said.match(/Job not run\.\n/g)).toHaveLength(2)
    expect(bench.world.submitted).toEqual([])
  })

  test('offers a menu for a Job that there is not', async () => {
    expect(await bench.converse(['run job=nosuch', 'x', '.'])).toBe(
      `run job=nosuch
Job "nosuch" not found
The defined Job resources are:
1: md5
2: nightly
3: RestoreFiles
4: upkeep
Select Job resource (1-4): x
Expected a positive integer, got: x
Select Job resource (1-4): .
Selection aborted, nothing done.
`,
    )
  })

  test('shows where Pool and Level come from', async () => {
    const said = await bench.converse(['run job=nightly pool=Full', 'no', 'run job=nightly', 'no'])
    expect(said).toContain('Pool:     Full (From User input)\n')
    expect(said).toContain('Pool:     Incremental (From Job IncPool override)\n')
  })

  test('refuses what makes no sense, and says why', async () => {
    const said = await bench.converse([
      'run job=md5 nonsense=1 yes',
      'run job=md5 job=md5 yes',
      'run job=md5 level=Fuller yes',
      'run job=RestoreFiles yes',
      'run job=md5 since=never yes',
      'run job=md5 migrationjob=md5 yes',
      'run job=md5 backupformat=ndmp yes',
    ])
    expect(said).toContain('"run migrationjob=" is not part of Coffer yet')
    expect(said).toContain('"run backupformat=ndmp" is not part of Coffer yet')
    expect(said).toContain('Invalid keyword: nonsense=1\n')
    expect(said).toContain('Keyword job specified twice.\n')
    expect(said).toContain('Error: Level "Fuller" is not known\n')
    expect(said).toContain('it needs a bootstrap, use the restore command\n')
    expect(said).toContain('"never" is no time (since)')
    expect(bench.world.submitted).toEqual([])
  })

  test('takes times, flags and a comment', async () => {
    await bench.converse([
      'run job=md5 when="2026-12-24 18:00" since=2026-11-01 accurate=yes comment="so it is" yes',
    ])
    expect(bench.world.submitted).toMatchObject([
      {
        whenMs: new Date(2026, 11, 24, 18).getTime(),
        sinceMs: new Date(2026, 10, 1).getTime(),
        accurate: true,
        comment: 'so it is',
      },
    ])
  })

  test('shows an Admin Job in its own way', async () => {
    expect(await bench.converse(['run job=upkeep', 'no'])).toContain(
      'Run Admin Job\nJobName:  upkeep\nFileSet:  Everything\nClient:   host-fd\nStorage:  File\n',
    )
  })

  test('changes everything else, one at a time', async () => {
    await bench.converse(
      ['run job=md5', 'mod', '4', '2', 'mod', '5', '2', 'mod', '7', '2026-12-24 18:00']
        .concat(['mod', '8', 'low', '0', 'mod', '8', '3', 'mod', '9', '2', 'mod', '10', 'x:y'])
        .concat(['mod', '6', 'tar', 'mod', '2', 'yes']),
    )
    expect(bench.world.submitted).toMatchObject([
      {
        fileset: 'Other',
        client: 'spare-fd',
        whenMs: new Date(2026, 11, 24, 18).getTime(),
        priority: 3,
        pool: { name: 'Incremental' },
        pluginOptions: 'x:y',
      },
    ])
  })

  test('answers in JSON, and does not ask there', async () => {
    const said = await bench.converse(['.api 2 compact=yes', 'run job=md5 yes', 'run job=md5'])
    expect(said).toBe(
      '.api 2 compact=yes\n{"jsonrpc":"2.0","id":null,"result":{"api":2}}run job=md5 yes\n' +
        '{"jsonrpc":"2.0","id":null,"result":{"run":{"jobid":"31"}}}run job=md5\n' +
        '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"failed","data":{"result":{},' +
        '"messages":{"error":["Error: the command asks \\"OK to run? (yes/mod/no):\\", and nobody can answer here\\n"],' +
        '"info":["Give the answer on the command line: name the resource, add `yes`.\\n"]}}}}',
    )
  })
})

describe('rerun', () => {
  test('runs a Job of the past as it was', async () => {
    const jobId = await addBackup(bench.catalog, { name: 'md5', level: 'I', files: filesOf('/a') })
    const said = await bench.converse([`rerun jobid=${jobId} yes`, 'rerun jobid=9999 yes'])
    expect(said).toContain(`rerunning jobid ${jobId}\n`)
    expect(said).toContain('Job queued. JobId=31\n')
    expect(said).toContain('JobId 9999 not found in catalog.\n')
    expect(bench.world.submitted).toMatchObject([{ jobName: 'md5', level: 'I', client: 'host-fd' }])
  })
})

describe('cancel', () => {
  const job = (jobId: number, name: string) => ({
    jobId,
    job: `${name}.2026-11-21_02.09.20_08`,
    request: { ...bench.world.submitted[0], jobName: name } as never,
    type: 'B' as const,
    level: 'F' as const,
    status: 'R' as const,
    statusText: 'is running',
    scheduledMs: 0,
    startMs: 0,
    files: 0,
    bytes: 0,
    errors: 0,
  })

  test('asks before it cancels all', async () => {
    bench.world.running.push(job(33, 'md5'))
    expect(await bench.converse(['cancel all', 'yes'])).toBe(
      `cancel all
Selected Job 33 for cancelling
Confirm cancel (yes/no): yes
JobId 33, Job md5.2026-11-21_02.09.20_08 marked to be canceled.
`,
    )
    expect(bench.world.canceled).toEqual([33])
  })

  test('does not ask for one that is named', async () => {
    expect(await bench.converse(['cancel jobid=33', 'cancel jobid=99999'])).toBe(
      `cancel jobid=33
JobId 33, Job md5.2026-11-21_02.09.20_08 marked to be canceled.
cancel jobid=99999
JobId 99999 is not running.
`,
    )
    bench.world.running.length = 0
    expect(await bench.converse(['cancel'])).toBe('cancel\nNo Jobs running.\n')
  })
})

describe('wait', () => {
  test('says how a Job ended', async () => {
    expect(await bench.converse(['wait jobid=4', 'wait'])).toBe(
      'wait jobid=4\nJobId=4\nJobStatus=OK (T)\nwait\n',
    )
  })
})

describe('messages', () => {
  test('are announced once, and shown once', async () => {
    bench.world.messages.push('21-Nov 02:09 bench-dir JobId 4: Start Backup\n')
    expect(await bench.converse(['whoami', 'version', 'messages', 'messages'])).toBe(
      `whoami
root
You have messages.
version
bench-dir Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm)
messages
21-Nov 02:09 bench-dir JobId 4: Start Backup
messages
You have no messages.
`,
    )
  })

  test('come by themselves when that is asked for', async () => {
    bench.world.messages.push('21-Nov 02:09 bench-dir JobId 5: Start Backup\n')
    const said = await bench.converse(['autodisplay on', 'time'])
    expect(said).toContain('autodisplay on\n21-Nov 02:09 bench-dir JobId 5: Start Backup\ntime\n')
  })
})

import { CofferError } from '@coffer/core'
import type { DaemonInfo, DeviceStatus, JobStatusLine } from '@coffer/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { filesOf } from '../../../../test/catalog/records.ts'
import { type ConsoleBench, NOW, startConsoleBench } from './console-bench.contract.ts'

const ENDED = new Date(2026, 10, 21, 2, 5).getTime()

function line(jobId: number, change: Partial<JobStatusLine> = {}): JobStatusLine {
  return {
    jobId,
    job: `md5.2026-11-21_02.09.17_0${jobId}`,
    level: 'F',
    type: 'B',
    status: 'T',
    files: 29,
    bytes: 3_495_978,
    errors: 0,
    startMs: ENDED,
    endMs: ENDED,
    filesExamined: 40,
    current: Buffer.from('/srv/sample/big'),
    lastBytesPerSecond: 5000,
    ...change,
  }
}

const DAEMON: DaemonInfo = {
  name: 'host-fd',
  version: '0.1.0 (21 November 2026)',
  os: 'Debian GNU/Linux 12 (bookworm)',
  startedMs: ENDED,
  jobsRun: 21,
  jobsRunning: 0,
  debugLevel: 0,
  trace: false,
  bandwidthLimit: 0,
  memoryRssBytes: 0,
}

const DEVICE: DeviceStatus = {
  name: 'FileDev',
  loaded: '',
  archiveDevice: '/var/lib/coffer/storage',
  mediaType: 'File',
  volume: '',
  pool: '',
  open: false,
  state: 'idle',
  totalBytes: 0,
  blocks: 0,
  file: 0,
  block: 0,
  blocked: '',
  readers: 0,
  writers: 0,
  autochanger: '',
}

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
  await addBackup(bench.catalog, { name: 'md5', minute: 6, files: filesOf('/a', '/b') })
  bench.world.clientStatus = {
    daemon: DAEMON,
    running: [],
    terminated: [line(16), line(24, { level: 'I', files: 5, bytes: 18 })],
    director: 'bench-dir',
    directorConnectedMs: NOW,
    plugins: [],
  }
  bench.world.storageStatus = {
    daemon: { ...DAEMON, name: 'sample-sd' },
    running: [],
    terminated: [line(16)],
    devices: [DEVICE],
    writers: [],
  }
  bench.world.scheduled = [
    {
      schedule: 'WeeklyCycle',
      jobName: 'nightly',
      type: 'B',
      level: 'D',
      priority: 10,
      whenMs: new Date(2026, 10, 21, 21).getTime(),
      pool: 'Full',
      storage: 'File',
      overrides: 'Level=Differential',
    },
  ]
}, 60_000)
afterAll(() => bench.stop())

async function said(...lines: string[]): Promise<string> {
  return bench.converse(lines)
}

describe('status', () => {
  test('of the Director', async () => {
    expect(await said('status director')).toMatchInlineSnapshot(`
      "status director
      bench-dir Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm)
      Daemon started 21-Nov-26 02:05. Jobs: run=26, running=0 db:postgresql, self-compiled

      Scheduled Jobs:
      Level          Type     Pri  Scheduled          Name               Volume
      ===================================================================================
      Differential   Backup    10  21-Nov-26 21:00    nightly            Full-0001
      ====

      Running Jobs:
      Console connected at 21-Nov-26 02:09
      No Jobs running.
      ====

      Terminated Jobs:
       JobId  Level    Files      Bytes   Status   Finished        Name 
      ====================================================================
           1  Full          2    2.000 K  OK       21-Nov-26 02:06 md5


      Client Initiated Connections (waiting for jobs):
      Connect time        Protocol            Authenticated       Name                                    
      ====================================================================================================
      ====
      "
    `)
  })

  test('of a Client', async () => {
    expect(await said('status client=host-fd')).toMatchInlineSnapshot(`
      "status client=host-fd
      Connecting to Client host-fd at localhost:29102
       Handshake: Immediate TLS, Encryption: TLS_AES_256_GCM_SHA384 TLSv1.3

      host-fd Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm)
      Daemon started 21-Nov-26 02:05. Jobs: run=21 running=0, Coffer binary
       Sizeof: boffset_t=8 size_t=8 debug=0 trace=0 bwlimit=0kB/s

      Running Jobs:
      bench-dir (director) connected at: 21-Nov-26 02:09
      No Jobs running.
      ====

      Terminated Jobs:
       JobId  Level    Files      Bytes   Status   Finished        Name 
      ======================================================================
          16  Full         29    3.495 M  OK       21-Nov-26 02:05 md5
          24  Incr          5        18   OK       21-Nov-26 02:05 md5
      ====
      "
    `)
  })

  test('of a storage daemon', async () => {
    expect(await said('status storage')).toMatchInlineSnapshot(`
      "status storage
      Automatically selected Storage: File
      Connecting to Storage daemon File at localhost:29103
       Encryption: TLS_AES_256_GCM_SHA384 TLSv1.3

      sample-sd Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm) 
      Daemon started 21-Nov-26 02:05. Jobs: run=21, running=0, Coffer binary
       Sizes: boffset_t=8 size_t=8 int32_t=4 int64_t=8 bwlimit=0kB/s

      Job inventory:

      No Jobs running.
      ====

      Jobs waiting to reserve a drive:
      ====

      Terminated Jobs:
       JobId  Level    Files      Bytes   Status   Finished        Name 
      ===================================================================
          16  Full         29    3.495 M  OK       21-Nov-26 02:05 md5
      ====

      Device status:

      Device "FileDev" (/var/lib/coffer/storage) is not open.
      ==
      ====

      Used Volume status:
      ====

      ====

      "
    `)
  })

  test('of the scheduler', async () => {
    expect(await said('status scheduler')).toMatchInlineSnapshot(`
      "status scheduler
      Scheduler Jobs:

      Schedule               Jobs Triggered
      ===========================================================
      WeeklyCycle
                             nightly

      ====

      Scheduler Preview for 7 days:

      Date                   Schedule                Overrides
      ==============================================================
      Sat 21-Nov-2026 21:00  WeeklyCycle             Level=Differential
      ====
      "
    `)
  })

  test('while Jobs run', async () => {
    const { world } = bench
    const before = { client: world.clientStatus, storage: world.storageStatus }
    const running = line(4, { status: 'R' })
    if (world.clientStatus instanceof Error || world.storageStatus instanceof Error) return
    world.clientStatus = { ...world.clientStatus, running: [running] }
    world.storageStatus = {
      ...world.storageStatus,
      running: [running],
      devices: [
        {
          ...DEVICE,
          open: true,
          volume: 'Full-0001',
          pool: 'Full',
          totalBytes: 1234,
          blocks: 2,
          block: 1234,
          writers: 1,
        },
      ],
      writers: [
        {
          jobId: 4,
          volume: 'Full-0001',
          pool: 'Full',
          device: 'FileDev',
          archiveDevice: '/var/lib/coffer/storage',
          writing: true,
        },
      ],
    }
    expect(await said('status client=host-fd', 'status storage=File')).toMatchInlineSnapshot(`
      "status client=host-fd
      Connecting to Client host-fd at localhost:29102
       Handshake: Immediate TLS, Encryption: TLS_AES_256_GCM_SHA384 TLSv1.3

      host-fd Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm)
      Daemon started 21-Nov-26 02:05. Jobs: run=21 running=0, Coffer binary
       Sizeof: boffset_t=8 size_t=8 debug=0 trace=0 bwlimit=0kB/s

      Running Jobs:
      JobId 4 Job md5.2026-11-21_02.09.17_04 is running.
          Full Backup Job started: 21-Nov-26 02:05
          Files=29 Bytes=3,495,978 Bytes/sec=13,603 Errors=0
          Bwlimit=0
          Files Examined=40
          Processing file: /srv/sample/big
      bench-dir (director) connected at: 21-Nov-26 02:09
      ====

      Terminated Jobs:
       JobId  Level    Files      Bytes   Status   Finished        Name 
      ======================================================================
          16  Full         29    3.495 M  OK       21-Nov-26 02:05 md5
          24  Incr          5        18   OK       21-Nov-26 02:05 md5
      ====
      status storage=File
      Connecting to Storage daemon File at localhost:29103
       Encryption: TLS_AES_256_GCM_SHA384 TLSv1.3

      sample-sd Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm) 
      Daemon started 21-Nov-26 02:05. Jobs: run=21, running=0, Coffer binary
       Sizes: boffset_t=8 size_t=8 int32_t=4 int64_t=8 bwlimit=0kB/s

      Job inventory:

      JobId 4 Job md5.2026-11-21_02.09.17_04 is running.
      Writing: Full Backup job md5.2026-11-21_02.09.17_04 JobId=4 Volume="Full-0001"
          pool="Full" device="FileDev" (/var/lib/coffer/storage)
          spooling=0 despooling=0 despool_wait=0
          Files=29 Bytes=3,495,978 AveBytes/sec=13,603 LastBytes/sec=5,000
      ====

      Jobs waiting to reserve a drive:
      ====

      Terminated Jobs:
       JobId  Level    Files      Bytes   Status   Finished        Name 
      ===================================================================
          16  Full         29    3.495 M  OK       21-Nov-26 02:05 md5
      ====

      Device status:

      Device "FileDev" (/var/lib/coffer/storage) is mounted with:
          Volume:      Full-0001
          Pool:        Full
          Media type:  File
          Total Bytes=1,234 Blocks=2 Bytes/block=617
          Positioned at File=0 Block=1,234
      ==
      ====

      Used Volume status:
      Full-0001 on device "FileDev" (/var/lib/coffer/storage)
          Reader=0 writers=1 reserves=0 volinuse=1
      ====

      ====

      "
    `)
    world.clientStatus = before.client
    world.storageStatus = before.storage
  })

  test('by menu', async () => {
    expect(await said('status', '5')).toContain(
      `Status available for:
1: Director
2: Storage
3: Client
4: Scheduler
5: All
Select daemon type for status (1-5): 5
bench-dir Version: `,
    )
  })

  test('of what cannot be reached goes on', async () => {
    const { clientStatus } = bench.world
    bench.world.clientStatus = new CofferError('console-gone', 'Client "host-fd" is not there')
    const text = await said('status client=nosuch', '1', 'status all')
    expect(text).toContain('Error: Client resource nosuch does not exist.\n')
    expect(text).toContain(
      'Failed to connect to Client host-fd.\nError: Client "host-fd" is not there\n====\n',
    )
    expect(text).toContain('Failed to connect to Client spare-fd.')
    bench.world.clientStatus = clientStatus
  })

  test('in JSON', async () => {
    expect(await said('.api 2', 'status director')).toMatchInlineSnapshot(`
      ".api 2
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "api": 2
        }
      }status director
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "header": {
            "director": "bench-dir",
            "version": "0.1.0",
            "release_date": "21 November 2026",
            "os": "Debian GNU/Linux 12 (bookworm)",
            "binary_info": "self-compiled",
            "daemon_started": "21-Nov-26 02:05",
            "jobs_run": 26,
            "jobs_running": 0,
            "config_warnings": false
          },
          "scheduled": [
            {
              "level": "Differential",
              "type": "Backup",
              "priority": 10,
              "scheduled": "21-Nov-26 21:00",
              "name": "nightly",
              "volume": "Full-0001",
              "pool": "Full",
              "storage": "File"
            }
          ],
          "running": [],
          "terminated": [
            {
              "jobid": 1,
              "name": "md5",
              "level": "Full",
              "type": "Backup",
              "status": "OK",
              "files": 2,
              "bytes": 2000,
              "finished": "21-Nov-26 02:06"
            }
          ],
          "client-connection": []
        }
      }"
    `)
  })

  test('in parts, for programs', async () => {
    const text = await said('.status dir running', '.status dir header', '.status nothing')
    expect(text).toContain('Console connected at 21-Nov-26 02:09\nNo Jobs running.\n====\n')
    expect(text).not.toContain('Terminated Jobs')
    expect(text).toContain('1900 Bad .status command, missing arguments.\n')
  })
})

describe('enable and disable', () => {
  test('until the next reload', async () => {
    expect(
      await said(
        'disable client=host-fd',
        'status client=host-fd',
        'show disabled',
        'enable client=host-fd',
        'disable job=nosuch',
        'enable',
        '.',
      ),
    ).toMatchInlineSnapshot(`
      "disable client=host-fd
      Client "host-fd" disabled
      Disabling is a temporary operation until the director reloads.
      For a permanent setting, please set the value of the "Enabled"
      directive in the relevant configuration resource file.
      status client=host-fd
      Client "host-fd" is disabled; skipping status call
      show disabled
      No disabled Jobs.
      Disabled Clients:
         host-fd
      No disabled Schedules.
      enable client=host-fd
      Client "host-fd" enabled
      Enabling is a temporary operation until the director reloads.
      For a permanent setting, please set the value of the "Enabled"
      directive in the relevant configuration resource file.
      disable job=nosuch
      Job "nosuch" not found
      enable
      1: Job
      2: Client
      3: Schedule
      Select what to switch (1-3): .
      Selection aborted, nothing done.
      "
    `)
  })
})

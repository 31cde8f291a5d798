import { CofferError, encodePath } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openHouse } from '../rpc/console-service.ts'
import { ALL_RIGHTS, makeRights } from './acl.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'
import { DEFAULT_CONSOLE } from './context.ts'
import { ConsoleSession } from './session.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())

async function said(...lines: string[]): Promise<string> {
  return bench.converse(lines)
}

describe('a session', () => {
  test('greets the default console and a named one', async () => {
    const greetings: string[] = []
    for (const name of [DEFAULT_CONSOLE, 'ops']) {
      await session({ name, lines: ['quit'], write: (text) => greetings.push(text) }).run()
    }
    expect(greetings).toEqual([
      `1000 OK: bench-dir Version: 0.1.0 (21 November 2026)
You are connected using the default console

Enter a period (.) to cancel a command.
`,
      `1000 OK: bench-dir Version: 0.1.0 (21 November 2026)
You are logged in as: ops

Enter a period (.) to cancel a command.
`,
    ])
  })

  test('knows small things', async () => {
    expect(await said('nosuchcommand', '', 'whoami', 'time', 'ver', '@odd', '.')).toBe(
      `nosuchcommand
nosuchcommand: is an invalid command.

whoami
root
time
Sat 21-Nov-2026 02:09:17
ver
bench-dir Version: 0.1.0 (21 November 2026) Debian GNU/Linux 12 (bookworm)
@odd
@odd: is an invalid command.
.
`,
    )
  })

  test('ends with quit, and with the end of the lines', async () => {
    expect(await session({ lines: ['quit', 'time'] }).run()).toBe(0)
    expect(await session({ lines: ['time'] }).run()).toBe(0)
  })

  test('denies commands as if they were not there', async () => {
    const rights = makeRights([{ command: ['whoami'] }])
    expect(await bench.converse(['list jobs', 'whoami', 'quit'], { name: 'ops', rights })).toBe(
      'list jobs\nlist: is an invalid command.\nwhoami\nops\nquit\n',
    )
  })

  test('leaves a command at an interrupt, and goes on', async () => {
    let text = ''
    const lines = ['run job=md5', 'INTERRUPT', 'whoami', 'quit']
    const running = session({ lines, write: (chunk) => (text += chunk) })
    await running.run()
    expect(text).toContain('Job not run.\n')
    expect(text).toContain('root\n')
    expect(bench.world.submitted).toEqual([])
  })

  test('does not run a line that is too long', async () => {
    const text = await said(`run job=${'x'.repeat(70_000)}`, 'whoami')
    expect(text).toContain('Error: the line has 70008 characters, at most 65536 are read\n')
    expect(text).toContain('root\n')
  })

  test('writes down what was done, and not what was looked at', async () => {
    bench.world.audited.length = 0
    await said('whoami', 'run job=md5', 'no', 'messages', 'st dir')
    expect(bench.world.audited).toEqual([
      'Console [default] from [127.0.0.1:40312] cmdline run job=md5',
      'Console [default] from [127.0.0.1:40312] cmdline st dir',
    ])
  })

  test('completes commands at its prompt', async () => {
    const running = session({ lines: [] })
    expect(await running.complete('vers')).toEqual(['version'])
  })
})

interface Scripted {
  readonly name?: string
  readonly lines: readonly string[]
  readonly write?: (text: string) => unknown
}

function session({ name = DEFAULT_CONSOLE, lines, write }: Scripted): ConsoleSession {
  const waiting = [...lines]
  const made: ConsoleSession = new ConsoleSession({
    director: bench.director,
    house: openHouse(),
    console: name,
    address: '127.0.0.1:40312',
    rights: ALL_RIGHTS,
    signal: new AbortController().signal,
    io: {
      write: async (text) => {
        write?.(text)
      },
      prompt: (_prompt, signal) => {
        const line = waiting.shift()
        if (line === undefined) return Promise.reject(new CofferError('console-gone', 'end'))
        if (line !== 'INTERRUPT') return Promise.resolve(line)
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error)
          })
          made.interrupt()
        })
      },
    },
  })
  return made
}

describe('help', () => {
  test('lists the commands', async () => {
    const text = await said('help')
    expect(text).toMatch(/^help\n {2}Command {12}Description\n {2}={7} {12}={11}\n/)
    expect(text).toContain('  autodisplay        Autodisplay console messages\n')
    expect(text).toContain('  trace              Turn on/off trace to file\n')
    expect(text).toMatch(
      /\n\nWhen at a prompt, entering a period \(\.\) cancels the command\.\n\n$/,
    )
  })

  test('shows the arguments of one command', async () => {
    expect(await said('help run', 'help nosuch')).toBe(
      `help run
  Command            Description
  =======            ===========
  run                Run a job

Arguments:
	job=<job-name> client=<client-name> fileset=<fileset-name>
	level=<level> storage=<storage-name> where=<directory-prefix>
	when=<universal-time-specification> pool=<pool-name>
	pluginoptions=<plugin-options-string> accurate=<yes|no>
	comment=<text> spooldata=<yes|no> priority=<number>
	jobid=<jobid> catalog=<catalog> migrationjob=<job-name>
	backupclient=<client-name> backupformat=<format>
	nextpool=<pool-name> since=<universal-time-specification>
	verifyjob=<job-name> migrationjob=<complete_name>
	[ yes ]

When at a prompt, entering a period (.) cancels the command.

help nosuch

Can't find nosuch command.

`,
    )
  })

  test('for programs', async () => {
    const text = await said('.help', '.help item=use', '.help all')
    expect(text).toContain('whoami Print the user name associated with this console -- \n')
    expect(text).toContain('.help item=use\ncatalog=<catalog>\n')
    expect(text).toContain('.help all\n.\n.actiononpurge\n.api\n')
  })
})

describe('dot commands', () => {
  test('list names', async () => {
    expect(
      await said(
        ...['.jobs', '.jobs type=R', '.clients', '.pools', '.storages', '.filesets', '.schedule'],
        ...['.types', '.volstatus', '.actiononpurge', '.catalogs', '.consoles', '.profiles'],
        ...['.levels', '.jobdefs', '.msgs', '.users', '.locations', '.media', '.mediatypes'],
        ...['.messages', '.authorized job=md5', '.bvfs_get_jobids jobid=1'],
      ),
    ).toMatchInlineSnapshot(`
      ".jobs
      nightly
      md5
      RestoreFiles
      upkeep
      .jobs type=R
      RestoreFiles
      .clients
      host-fd
      spare-fd
      .pools
      Full
      Incremental
      .storages
      File
      .filesets
      Everything
      Other
      .schedule
      WeeklyCycle
      .types
      Backup
      Admin
      Archive
      Verify
      Restore
      Migrate
      Copy
      Consolidate
      .volstatus
      Unlabeled
      Append
      Full
      Used
      Recycle
      Purged
      Cleaning
      Error
      Archive
      Disabled
      .actiononpurge
      None
      Truncate
      .catalogs
      MyCatalog
      .consoles
      *UserAgent*
      ops
      .profiles
      operator
      .levels
      Full
      Base
      Incremental
      Differential
      Since
      VirtualFull
      Catalog
      InitCatalog
      VolumeToCatalog
      DiskToCatalog
      Data
      .jobdefs
      Defaults
      .msgs
      Standard
      .users
      .locations
      .media
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      .mediatypes
      File
      .messages
      .authorized job=md5
      authorized
      .bvfs_get_jobids jobid=1

      "
    `)
  })

  test('give defaults and states', async () => {
    expect(await said('.defaults job=md5', '.jobstatus', '.api')).toMatchInlineSnapshot(`
      ".defaults job=md5
      job=md5
      pool=Full
      messages=Standard
      client=host-fd
      storage=File
      where=
      level=Full
      type=Backup
      fileset=Everything
      enabled=1
      catalog=MyCatalog
      .jobstatus
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      +-----------+---------------------------------+----------+-----------+------------+
      | jobstatus | jobstatuslong                   | severity | exitlevel | exitstatus |
      +-----------+---------------------------------+----------+-----------+------------+
      | A         | Canceled by user                |       90 | 2         | Error      |
      | B         | Blocked                         |       15 |           |            |
      | C         | Created, not yet running        |       15 |           |            |
      | D         | Verify found differences        |       15 |           |            |
      | E         | Terminated with errors          |       25 | 2         | Error      |
      | F         | Waiting for Client              |       15 |           |            |
      | I         | Incomplete job                  |       15 |           |            |
      | L         | Committing data                 |       15 |           |            |
      | M         | Waiting for media mount         |       15 |           |            |
      | R         | Running                         |       15 |           |            |
      | S         | Waiting for Storage daemon      |       15 |           |            |
      | T         | Completed successfully          |       10 | 0         | Ok         |
      | W         | Terminated with warnings        |       20 | 1         | Warning    |
      | a         | SD despooling attributes        |       15 |           |            |
      | c         | Waiting for client resource     |       15 |           |            |
      | d         | Waiting on maximum jobs         |       15 |           |            |
      | e         | Non-fatal error                 |       20 | 2         | Error      |
      | f         | Fatal error                     |      100 | 2         | Error      |
      | i         | Doing batch insert file records |       15 |           |            |
      | j         | Waiting for job resource        |       15 |           |            |
      | l         | Doing data despooling           |       15 |           |            |
      | m         | Waiting for new media           |       15 |           |            |
      | p         | Waiting on higher priority jobs |       15 |           |            |
      | q         | Queued waiting for device       |       15 |           |            |
      | s         | Waiting for storage resource    |       15 |           |            |
      | t         | Waiting on start time           |       15 |           |            |
      +-----------+---------------------------------+----------+-----------+------------+
      .api
      api: 1
      "
    `)
    bench.world.disabled.add('client spare-fd')
    expect(await said('.clients enabled', '.clients disabled')).toBe(
      '.clients enabled\nhost-fd\n.clients disabled\nspare-fd\n',
    )
  })

  test('in JSON', async () => {
    expect(
      await said(
        '.api 2 compact=yes',
        '.clients',
        '.levels',
        '.defaults pool=Full',
        'nosuch',
        'time',
      ),
    ).toMatchInlineSnapshot(`
      ".api 2 compact=yes
      {"jsonrpc":"2.0","id":null,"result":{"api":2}}.clients
      {"jsonrpc":"2.0","id":null,"result":{"clients":[{"name":"host-fd","enabled":true},{"name":"spare-fd","enabled":false}]}}.levels
      {"jsonrpc":"2.0","id":null,"result":{"levels":[{"name":"Full"},{"name":"Base"},{"name":"Incremental"},{"name":"Differential"},{"name":"Since"},{"name":"VirtualFull"},{"name":"Catalog"},{"name":"InitCatalog"},{"name":"VolumeToCatalog"},{"name":"DiskToCatalog"},{"name":"Data"}]}}.defaults pool=Full
      {"jsonrpc":"2.0","id":null,"result":{"defaults":{"pool":"Full","pool_type":"Backup","label_format":"Full-","max_volumes":0,"vol_retention":31536000,"vol_use_duration":0,"max_vol_jobs":0,"max_vol_files":0,"max_vol_bytes":0,"auto_prune":1,"recycle":1,"catalog":"MyCatalog"}}}nosuch
      {"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"failed","data":{"result":{},"messages":{"error":["nosuch: is an invalid command.\\n"]}}}}time
      {"jsonrpc":"2.0","id":null,"result":{"time":{"full":"Sat 21-Nov-2026 02:09:17","year":"2026","month":"11","day":"21","hour":"02","minute":"09","second":"17"}}}"
    `)
    bench.world.disabled.clear()
  })
})

describe('show', () => {
  test('prints resources that could be read back, without their passwords', async () => {
    const text = await said(
      'show client=host-fd',
      'show schedule=WeeklyCycle',
      'show fileset=Other',
    )
    expect(text).toMatchInlineSnapshot(`
      "show client=host-fd
      Client {
        Name = "host-fd"
        Address = "localhost"
        Port = 29102
        Password = "***"
        Catalog = "MyCatalog"
      }

      show schedule=WeeklyCycle
      Schedule {
        Name = "WeeklyCycle"
        Run = Full 1st Sat at 21:00
        Run = Incremental Mon-Fri at 21:00
      }

      show fileset=Other
      FileSet {
        Name = "Other"
        Include {
          Options {
            Signature = "MD5"
            HardLinks = No
            AclSupport = Yes
            XattrSupport = Yes
          }
          File = "/etc"
        }
      }

      "
    `)
    expect(text).not.toContain('secret')
  })

  test('knows what there is not', async () => {
    expect(await said('show client=nosuch', 'show nonsense', 'show')).toBe(
      `show client=nosuch
client resource nosuch not found.
show nonsense
Keyword nonsense not found
show
show: what to show is missing, "help show" lists it
`,
    )
  })

  test('in JSON', async () => {
    expect(await said('.api 2', 'show client=host-fd')).toMatchInlineSnapshot(`
      ".api 2
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "api": 2
        }
      }show client=host-fd
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "clients": {
            "host-fd": {
              "name": "host-fd",
              "address": "localhost",
              "port": 29102,
              "password": "***",
              "catalog": "MyCatalog"
            }
          }
        }
      }"
    `)
  })
})

describe('reload', () => {
  test('says how it went', async () => {
    const at = { file: '/etc/coffer/a.conf', line: 3, column: 7, message: 'there is no "Nmae"' }
    expect(await said('reload')).toBe('reload\nreloaded\n')
    bench.world.reload = { ok: false, faults: [at] }
    expect(await said('reload', '.api 2 compact=yes', 'reload')).toBe(
      'reload\n/etc/coffer/a.conf:3:7: there is no "Nmae"\nfailed to reload\n' +
        '.api 2 compact=yes\n{"jsonrpc":"2.0","id":null,"result":{"api":2}}reload\n' +
        '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"failed","data":{"result":{"reload":' +
        '{"success":false}},"messages":{"error":["/etc/coffer/a.conf:3:7: there is no \\"Nmae\\"\\n",' +
        '"failed to reload\\n"]}}}}',
    )
  })
})

describe('estimate', () => {
  test('shows what a backup would take', async () => {
    const text = '-rw-r--r--   1 root     root              14 2026-11-21 02:06:43  /srv/\udce9.txt'
    bench.world.estimate = [
      { event: 'line', line: { text: Buffer.from(encodePath(text)) } },
      { event: 'total', total: { files: 22, bytes: 3_495_796 } },
    ]
    expect(await said('estimate job=md5 listing')).toBe(
      `estimate job=md5 listing
Using Catalog "MyCatalog"
Connecting to Client host-fd at localhost:29102
${text}
2000 OK estimate files=22 bytes=3,495,796
`,
    )
    expect(await said('estimate job=md5 level=odd')).toContain('Level odd not valid.\n')
  })
})

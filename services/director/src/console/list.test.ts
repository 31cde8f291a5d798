import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { filesOf } from '../../../../test/catalog/records.ts'
import type { ScheduledRun } from '../director.ts'
import { makeRights } from './acl.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
  const files = filesOf('/srv/sample/a b:c.txt', '/srv/sample/new\nline', '/srv/sample/')
  await addBackup(bench.catalog, { name: 'md5', files })
  await addBackup(bench.catalog, { name: 'nightly', level: 'I', minute: 5, files, status: 'W' })
  await addBackup(bench.catalog, { name: 'md5', minute: 9, status: 'E', volume: 'Full-0002' })
  await bench.catalog.log.append([
    { jobId: 1, timeMs: Date.UTC(2026, 10, 21, 2), text: 'bench-dir JobId 1: Start Backup\n' },
    { jobId: 1, timeMs: Date.UTC(2026, 10, 21, 2), text: 'bench-dir JobId 1: Report:\n  A: b\n\n' },
  ])
}, 60_000)
afterAll(() => bench.stop())

async function said(...lines: string[]): Promise<string> {
  return bench.converse(lines)
}

describe('list', () => {
  test('jobs, in all its forms', async () => {
    expect(
      await said('list jobs', 'list jobs last', 'list jobs jobstatus=T count', 'list jobtotals'),
    ).toMatchInlineSnapshot(`
      "list jobs
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      | jobid | name    | client  | starttime           | duration | type | level | jobfiles | jobbytes | jobstatus |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      |     1 | md5     | host-fd | 2026-11-21 02:00:00 | 00:00:04 | B    | F     |        3 |    3,000 | T         |
      |     2 | nightly | host-fd | 2026-11-21 02:05:00 | 00:00:04 | B    | I     |        3 |    3,000 | W         |
      |     3 | md5     | host-fd | 2026-11-21 02:09:00 | 00:00:04 | B    | F     |        0 |        0 | E         |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      list jobs last
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      | jobid | name    | client  | starttime           | duration | type | level | jobfiles | jobbytes | jobstatus |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      |     2 | nightly | host-fd | 2026-11-21 02:05:00 | 00:00:04 | B    | I     |        3 |    3,000 | W         |
      |     3 | md5     | host-fd | 2026-11-21 02:09:00 | 00:00:04 | B    | F     |        0 |        0 | E         |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      list jobs jobstatus=T count
      +-------+
      | count |
      +-------+
      |     1 |
      +-------+
      list jobtotals
      +------+-------+-------+---------+
      | jobs | files | bytes | job     |
      +------+-------+-------+---------+
      |    2 |     3 | 3,000 | md5     |
      |    1 |     3 | 3,000 | nightly |
      +------+-------+-------+---------+
      +------+-------+-------+
      | jobs | files | bytes |
      +------+-------+-------+
      |    3 |     6 | 6,000 |
      +------+-------+-------+
      "
    `)
  })

  test('filters', async () => {
    const lines = [
      'list jobs jobid=2',
      'list jobs job=md5 jobstatus=T,W',
      'list jobs client=spare-fd',
      'list jobs jobid=99999',
      'list jobs joblevel=I limit=1 order=desc',
      'list jobs jobstatus=z',
      'list jobs order=sideways',
      'list jobs days=0 limit=x',
    ]
    expect(await said(...lines)).toMatchInlineSnapshot(`
      "list jobs jobid=2
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      | jobid | name    | client  | starttime           | duration | type | level | jobfiles | jobbytes | jobstatus |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      |     2 | nightly | host-fd | 2026-11-21 02:05:00 | 00:00:04 | B    | I     |        3 |    3,000 | W         |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      list jobs job=md5 jobstatus=T,W
      +-------+------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      | jobid | name | client  | starttime           | duration | type | level | jobfiles | jobbytes | jobstatus |
      +-------+------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      |     1 | md5  | host-fd | 2026-11-21 02:00:00 | 00:00:04 | B    | F     |        3 |    3,000 | T         |
      +-------+------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      list jobs client=spare-fd
      No results to list.
      list jobs jobid=99999
      list jobs joblevel=I limit=1 order=desc
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      | jobid | name    | client  | starttime           | duration | type | level | jobfiles | jobbytes | jobstatus |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      |     2 | nightly | host-fd | 2026-11-21 02:05:00 | 00:00:04 | B    | I     |        3 |    3,000 | W         |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      list jobs jobstatus=z
      Error: "z" is not known
      \`help\` followed by the command shows its arguments.
      list jobs order=sideways
      Error: order is asc or desc, not "sideways"
      \`help\` followed by the command shows its arguments.
      list jobs days=0 limit=x
      Error: "x" is not a number (limit)
      \`help\` followed by the command shows its arguments.
      "
    `)
  })

  test('clients, pools, storages', async () => {
    expect(await said('list clients', 'list pools', 'list storages')).toMatchInlineSnapshot(`
      "list clients
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      +----------+----------+---------------+--------------+
      | clientid | name     | fileretention | jobretention |
      +----------+----------+---------------+--------------+
      |        1 | host-fd  |     5,184,000 |   15,552,000 |
      |        2 | spare-fd |     5,184,000 |   15,552,000 |
      +----------+----------+---------------+--------------+
      list pools
      +--------+-------------+---------+---------+----------+-------------+
      | poolid | name        | numvols | maxvols | pooltype | labelformat |
      +--------+-------------+---------+---------+----------+-------------+
      |      1 | Full        |       2 |       0 | Backup   | Full-       |
      |      2 | Incremental |       0 |       0 | Backup   | Inc-        |
      +--------+-------------+---------+---------+----------+-------------+
      list storages
      +-----------+------+-------------+
      | storageid | name | autochanger |
      +-----------+------+-------------+
      |         1 | File |           0 |
      +-----------+------+-------------+
      "
    `)
  })

  test('volumes by Pool, of one Pool, and one', async () => {
    expect(
      await said(
        'list volumes',
        'list volumes pool=Full',
        'list volume=Full-0002',
        'list volume=x',
      ),
    ).toMatchInlineSnapshot(`
      "list volumes
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      Pool: Full
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      | mediaid | volumename | volstatus | enabled | volbytes  | volfiles | volretention | recycle | slot | inchanger | mediatype | lastwritten         | storage | hasencryptionkey |
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      |       1 | Full-0001  | Append    |       1 | 3,502,269 |        0 |   31,536,000 |       1 |    0 |         0 | File      | 2026-11-21 02:00:03 |         |                0 |
      |       2 | Full-0002  | Append    |       1 | 3,502,269 |        0 |   31,536,000 |       1 |    0 |         0 | File      | 2026-11-21 02:00:03 |         |                0 |
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      Pool: Incremental
      No results to list.
      list volumes pool=Full
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      | mediaid | volumename | volstatus | enabled | volbytes  | volfiles | volretention | recycle | slot | inchanger | mediatype | lastwritten         | storage | hasencryptionkey |
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      |       1 | Full-0001  | Append    |       1 | 3,502,269 |        0 |   31,536,000 |       1 |    0 |         0 | File      | 2026-11-21 02:00:03 |         |                0 |
      |       2 | Full-0002  | Append    |       1 | 3,502,269 |        0 |   31,536,000 |       1 |    0 |         0 | File      | 2026-11-21 02:00:03 |         |                0 |
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      list volume=Full-0002
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      | mediaid | volumename | volstatus | enabled | volbytes  | volfiles | volretention | recycle | slot | inchanger | mediatype | lastwritten         | storage | hasencryptionkey |
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      |       2 | Full-0002  | Append    |       1 | 3,502,269 |        0 |   31,536,000 |       1 |    0 |         0 | File      | 2026-11-21 02:00:03 |         |                0 |
      +---------+------------+-----------+---------+-----------+----------+--------------+---------+------+-----------+-----------+---------------------+---------+------------------+
      list volume=x
      No results to list.
      "
    `)
  })

  test('files as they are, with blanks, colons and line ends in their names', async () => {
    expect(await said('list files jobid=1', 'list files jobid=77', 'list files')).toBe(
      `list files jobid=1
Automatically selected Catalog: MyCatalog
Using Catalog "MyCatalog"
 /srv/sample/a b:c.txt
 /srv/sample/new
line
 /srv/sample/
list files jobid=77
JobId 77 not found in catalog.
list files
list files: jobid= is missing
`,
    )
  })

  test('the log of a Job, its Volumes, its backups', async () => {
    expect(
      await said('list joblog jobid=1', 'list jobmedia jobid=1', 'list backups client=host-fd'),
    ).toMatchInlineSnapshot(`
      "list joblog jobid=1
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
       2026-11-21 02:00:00 bench-dir JobId 1: Start Backup
       2026-11-21 02:00:00 bench-dir JobId 1: Report:
        A: b

      list jobmedia jobid=1
      +-------+------------+------------+-----------+
      | jobid | volumename | firstindex | lastindex |
      +-------+------------+------------+-----------+
      |     1 | Full-0001  |          1 |         3 |
      +-------+------------+------------+-----------+
      list backups client=host-fd
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      | jobid | name    | client  | starttime           | duration | type | level | jobfiles | jobbytes | jobstatus |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      |     1 | md5     | host-fd | 2026-11-21 02:00:00 | 00:00:04 | B    | F     |        3 |    3,000 | T         |
      |     2 | nightly | host-fd | 2026-11-21 02:05:00 | 00:00:04 | B    | I     |        3 |    3,000 | W         |
      |     3 | md5     | host-fd | 2026-11-21 02:09:00 | 00:00:04 | B    | F     |        0 |        0 | E         |
      +-------+---------+---------+---------------------+----------+------+-------+----------+----------+-----------+
      "
    `)
  })

  test('the next Volume of a Job', async () => {
    expect(await said('list nextvol job=md5', 'list nextvol job=nightly')).toContain(
      `The next Volume to be used by Job "md5" will be Full-0001
list nextvol job=nightly
Could not find next Volume for Job nightly.
`,
    )
  })

  test('a page of many rows', async () => {
    const lines = ['list files jobid=1 limit=1 offset=2', 'list joblog jobid=1 count']
    expect(await said(...lines, 'list joblog jobid=1 offset=1')).toMatchInlineSnapshot(`
      "list files jobid=1 limit=1 offset=2
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
       /srv/sample/
      list joblog jobid=1 count
      +-------+
      | count |
      +-------+
      |     2 |
      +-------+
      list joblog jobid=1 offset=1
       2026-11-21 02:00:00 bench-dir JobId 1: Report:
        A: b

      "
    `)
  })

  test('what Coffer never has', async () => {
    const lines = ['list basefiles jobid=1', 'list jobstatistics jobid=1', 'list basefiles jobid=9']
    expect(await said(...lines)).toMatchInlineSnapshot(`
      "list basefiles jobid=1
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      No results to list.
      list jobstatistics jobid=1
      No results to list.
      list basefiles jobid=9
      JobId 9 not found in catalog.
      "
    `)
  })

  test('the next Volume of a scheduled run', async () => {
    const run = { schedule: 'WeeklyCycle', jobName: 'nightly', type: 'B', level: 'F', priority: 10 }
    bench.world.scheduled = [
      { ...run, whenMs: 0, pool: 'Full', storage: 'File', overrides: '' } as ScheduledRun,
    ]
    expect(await said('list nextvol job=nightly', 'list nextvol job=nightly days=7')).toBe(
      'list nextvol job=nightly\nUsing Catalog "MyCatalog"\n' +
        'Could not find next Volume for Job nightly.\nlist nextvol job=nightly days=7\n' +
        'The next Volume to be used by Job "nightly" will be Full-0001\n',
    )
    bench.world.scheduled = []
  })

  test('nothing that it does not know', async () => {
    expect(await said('list nosuch', 'list')).toBe(
      `list nosuch
Automatically selected Catalog: MyCatalog
Using Catalog "MyCatalog"
Unknown list keyword: nosuch
list
list: what to list is missing
`,
    )
  })

  test('only what the console may see', async () => {
    const all = ['*all*']
    const rights = makeRights([{ command: all, job: ['nightly'], client: all, pool: ['Full'] }])
    const lines = [
      ...[
        'list jobs',
        'list pools',
        'list joblog jobid=1',
        'list log',
        'list jobmedia',
        'list copies',
      ],
      ...['list filesets', 'list backups client=host-fd', 'list jobtotals', 'list storages'],
    ]
    const text = await bench.converse(lines, { name: 'ops', rights })
    expect(text).not.toContain('Start Backup')
    expect(text).not.toContain('Everything')
    expect(text).not.toContain('Full-0002')
    expect(text).not.toContain('md5')
    expect(text).toContain('nightly')
    expect(text).not.toContain('Incremental')
    expect(text).toContain('JobId 1 not found in catalog.')
  })
})

describe('llist', () => {
  test('one line to a field', async () => {
    expect(
      await said(
        'llist jobs jobid=1',
        'llist volume=Full-0001',
        'llist pool=Full',
        'llist clients',
      ),
    ).toMatchInlineSnapshot(`
      "llist jobs jobid=1
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
                 jobid: 1
                   job: md5.1
                  name: md5
           purgedfiles: 0
                  type: B
                 level: F
              clientid: 1
                client: host-fd
             jobstatus: T
             schedtime: 2026-11-21 02:00:00
             starttime: 2026-11-21 02:00:00
               endtime: 2026-11-21 02:00:04
           realendtime: 2026-11-21 02:00:04
              duration: 00:00:04
              jobtdate: 1,795,226,404
          volsessionid: 0
        volsessiontime: 0
              jobfiles: 3
              jobbytes: 3,000
             joberrors: 0
       jobmissingfiles: 0
                poolid: 1
              poolname: Full
            priorjobid: 0
             filesetid: 1
               fileset: Everything

      llist volume=Full-0001
                mediaid: 1
             volumename: Full-0001
                   slot: 0
                 poolid: 1
                   pool: Full
              mediatype: File
           firstwritten: 2026-11-21 02:00:00
            lastwritten: 2026-11-21 02:00:03
              labeldate: 
                voljobs: 0
               volfiles: 0
              volblocks: 56
              volmounts: 1
               volbytes: 3,502,269
              volerrors: 0
              volwrites: 56
       volcapacitybytes: 0
              volstatus: Append
                enabled: 1
                recycle: 1
           volretention: 31,536,000
         voluseduration: 0
             maxvoljobs: 0
            maxvolfiles: 0
            maxvolbytes: 0
              inchanger: 0
                endfile: 0
               endblock: 3,502,268
              labeltype: 0
              storageid: 0
               deviceid: 0
             locationid: 0
           recyclecount: 0
           initialwrite: 
          scratchpoolid: 0
            scratchpool: 
          recyclepoolid: 0
            recyclepool: 
       hasencryptionkey: 0
                comment: 
                storage: 

      llist pool=Full
      poolid: 1
      name: Full
      numvols: 2
      maxvols: 0
      useonce: 0
      usecatalog: 1
      acceptanyvolume: 0
      volretention: 31536000
      voluseduration: 0
      maxvoljobs: 0
      maxvolbytes: 0
      autoprune: 1
      recycle: 1
      pooltype: Backup
      labelformat: Full-
      enabled: 1
      scratchpoolid: 0
      recyclepoolid: 0
      labeltype: 0
      prunablevolumes: 0
      prunablejobs: 0
      prunablebytes: 0
      llist clients
            clientid: 1
                name: host-fd
               uname: 
           autoprune: 0
       fileretention: 5,184,000
        jobretention: 15,552,000

            clientid: 2
                name: spare-fd
               uname: 
           autoprune: 0
       fileretention: 5,184,000
        jobretention: 15,552,000

      "
    `)
    expect(await said('llist jobmedia jobid=1', 'llist filesets')).toMatchInlineSnapshot(`
      "llist jobmedia jobid=1
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
       jobmediaid: 1
            jobid: 1
          mediaid: 1
       volumename: Full-0001
       firstindex: 1
        lastindex: 3
        startfile: 0
          endfile: 0
       startblock: 203
         endblock: 3,502,268

      llist filesets
         filesetid: 1
           fileset: Everything
               md5: m
        createtime: 2026-11-21 02:00:00
       filesettext: FileSet {}

      "
    `)
  })
})

describe('JSON', () => {
  test('has the same rows under their keys, all of them texts', async () => {
    const lines = ['list jobs jobid=2', 'list volumes', 'list files jobid=1', 'list joblog jobid=1']
    expect(await said('.api 2', ...lines)).toMatchInlineSnapshot(`
      ".api 2
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "api": 2
        }
      }list jobs jobid=2
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "jobs": [
            {
              "jobid": "2",
              "name": "nightly",
              "client": "host-fd",
              "starttime": "2026-11-21 02:05:00",
              "duration": "00:00:04",
              "type": "B",
              "level": "I",
              "jobfiles": "3",
              "jobbytes": "3000",
              "jobstatus": "W"
            }
          ]
        }
      }list volumes
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "volumes": {
            "Full": [
              {
                "mediaid": "1",
                "volumename": "Full-0001",
                "volstatus": "Append",
                "enabled": "1",
                "volbytes": "3502269",
                "volfiles": "0",
                "volretention": "31536000",
                "recycle": "1",
                "slot": "0",
                "inchanger": "0",
                "mediatype": "File",
                "lastwritten": "2026-11-21 02:00:03",
                "storage": "",
                "hasencryptionkey": "0"
              },
              {
                "mediaid": "2",
                "volumename": "Full-0002",
                "volstatus": "Append",
                "enabled": "1",
                "volbytes": "3502269",
                "volfiles": "0",
                "volretention": "31536000",
                "recycle": "1",
                "slot": "0",
                "inchanger": "0",
                "mediatype": "File",
                "lastwritten": "2026-11-21 02:00:03",
                "storage": "",
                "hasencryptionkey": "0"
              }
            ],
            "Incremental": []
          }
        }
      }list files jobid=1
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "filenames": [
            {
              "filename": "/srv/sample/a b:c.txt"
            },
            {
              "filename": "/srv/sample/new\\nline"
            },
            {
              "filename": "/srv/sample/"
            }
          ]
        }
      }list joblog jobid=1
      {
        "jsonrpc": "2.0",
        "id": null,
        "result": {
          "joblog": [
            {
              "time": "2026-11-21 02:00:00",
              "logtext": "bench-dir JobId 1: Start Backup\\n"
            },
            {
              "time": "2026-11-21 02:00:00",
              "logtext": "bench-dir JobId 1: Report:\\n  A: b\\n\\n"
            }
          ]
        }
      }"
    `)
  })
})

test('update stats, as text and in JSON', async () => {
  expect(await said('update stats')).toMatch(/\nUpdating 3 job record\(s\)\.\n$/)
  expect(await said('update stats days=9', '.api 2 compact=yes', 'update stats')).toMatch(
    /Updating 0 job record\(s\)\..*"result":\{"update":\{"stats":0\}\}/s,
  )
})

test('prune stats, as text and in JSON', async () => {
  await said('update stats')
  expect(await said('prune stats yes')).toMatch(/Pruned 0 job record\(s\) from the statistics\.\n$/)
  const text = await said('.api 2 compact=yes', 'prune stats yes')
  expect(text).toContain('"result":{"prune":{"stats":0}}')
})

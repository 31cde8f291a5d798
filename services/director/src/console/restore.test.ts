import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseBootstrap } from '@coffer/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { makeRights } from './acl.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench

beforeAll(async () => {
  bench = await startConsoleBench()
  await addBackup(bench.catalog, {
    name: 'md5',
    files: [
      { index: 1, path: '/srv/sample/text/small.txt', size: 14 },
      { index: 2, path: '/srv/sample/text/a.txt', size: 150_000 },
      ...[
        '/srv/sample/text/',
        '/srv/sample/names/latin1-\udce9.txt',
        '/srv/sample/names/',
        '/srv/sample/bin/random.bin',
        '/srv/sample/bin/',
        '/srv/sample/',
      ].map((path, at) => ({ index: at + 3, path, size: 10 })),
    ],
  })
  await addBackup(bench.catalog, {
    name: 'md5',
    level: 'I',
    minute: 5,
    files: [
      { index: 1, path: '/srv/sample/text/new.txt', size: 4 },
      { index: 2, path: '/srv/sample/text/' },
    ],
    deleted: ['/srv/sample/text/small.txt'],
    volume: 'Inc-0002',
  })
}, 60_000)
afterAll(() => bench.stop())
beforeEach(() => {
  bench.world.submitted.length = 0
})

async function converse(...lines: string[]): Promise<string> {
  const said = await bench.converse(lines)
  return said
    .replaceAll(bench.directory, '@DIR@')
    .replaceAll(/restore\.\d+\.bsr/g, 'restore.N.bsr')
    .replaceAll('\udce9', '<e9>')
}

/** What the Job that was queued last reads. */
function lastBootstrap(): { volume: string | undefined; files: string }[] {
  const { restore } = bench.world.submitted.at(-1) ?? {}
  return parseBootstrap(restore?.bootstrap ?? '').entries.map(({ volumes, fileIndexes }) => ({
    volume: volumes[0],
    files: fileIndexes.map(({ from, to }) => `${from}-${to}`).join(),
  }))
}

describe('restore', () => {
  test('goes through menu, tree and dialogue', async () => {
    const said = await converse(
      ...['restore storage=File', '5', '1', 'cd /srv/sample', 'pwd', 'ls', 'dir text'],
      ...['mark text', 'lsmark', 'count', 'estimate', 'find *.txt', 'unmark *', 'cd text'],
      ...['ls', 'mark *', 'nonsense', 'help', 'done', 'mod', '10', '/tmp/elsewhere', 'yes'],
    )
    expect(said).toMatchInlineSnapshot(`
      "restore storage=File
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"

      First you select one or more JobIds that contain files
      to be restored. You will be presented several methods
      of specifying the JobIds. Then you will be allowed to
      select which files from those JobIds are to be restored.

      To select the JobIds, you have the following choices:
       1: List last 20 Jobs run
       2: List Jobs where a given File is saved
       3: Enter list of comma separated JobIds to select
       4: Enter SQL list command
       5: Select the most recent backup for a client
       6: Select backup for a client before a specified time
       7: Enter a list of files to restore
       8: Enter a list of files to restore before a specified time
       9: Find the JobIds of the most recent backup for a client
      10: Find the JobIds for a backup for a client before a specified time
      11: Enter a list of directories to restore for found JobIds
      12: Select full restore to a specified Job date
      13: Cancel
      Select item:  (1-13): 5
      Defined Clients:
      1: host-fd
      2: spare-fd
      Select the Client (1-2): 1
      Automatically selected FileSet: Everything
      +-------+-------+----------+----------+---------------------+------------+
      | jobid | level | jobfiles | jobbytes | starttime           | volumename |
      +-------+-------+----------+----------+---------------------+------------+
      |     1 | F     |        8 |    8,000 | 2026-11-21 02:00:00 | Full-0001  |
      |     2 | I     |        2 |    2,000 | 2026-11-21 02:05:00 | Inc-0002   |
      +-------+-------+----------+----------+---------------------+------------+
      You have selected the following JobIds: 1,2

      Building directory tree for JobId(s) 1,2 ...  
      8 files inserted into the tree.

      You are now entering file selection mode where you add (mark) and
      remove (unmark) files to be restored. No files are initially added, unless
      you used the "all" keyword on the command line.
      Enter "done" to leave this mode.

      cwd is: /
      $ cd /srv/sample
      cwd is: /srv/sample/
      $ pwd
      cwd is: /srv/sample/
      $ ls
      bin/
      names/
      text/
      $ dir text
      drwxr-xr-x   1 0 (root) 0 (root)             0  2026-11-21 02:04:02   /srv/sample/text/
      $ mark text
      3 files newly marked.
      $ lsmark
      *text/
        *a.txt
        *new.txt
      $ count
      8 total files/dirs. 3 marked to be restored.
      $ estimate
      8 total files; 3 marked to be restored; 150,004 bytes.
      $ find *.txt
      /srv/sample/names/latin1-<e9>.txt
      */srv/sample/text/a.txt
      */srv/sample/text/new.txt
      $ unmark *
      3 files newly unmarked.
      $ cd text
      cwd is: /srv/sample/text/
      $ ls
      a.txt
      new.txt
      $ mark *
      2 files newly marked.
      $ nonsense
      Invalid command "nonsense". Enter "done" to exit.
      $ help
        Command    Description
        =======    ===========
        abort      abort and do not do restore
        add        add dir/file to be restored recursively, wildcards allowed
        cd         change current directory
        count      count marked files in and below the cd
        delete     delete dir/file to be restored recursively in dir
        dir        long list current directory, wildcards allowed
        done       leave file selection mode
        estimate   estimate restore size
        exit       same as done command
        find       find files, wildcards allowed
        help       print help
        ls         list current directory, wildcards allowed
        lsmark     list the marked files in and below the cd
        mark       mark dir/file to be restored recursively, wildcards allowed
        markdir    mark directory name to be restored (no files)
        pwd        print current working directory
        unmark     unmark dir/file to be restored recursively in dir
        unmarkdir  unmark directory name only no recursion
        quit       quit and do not do restore
        ?          print help

      $ done
      Bootstrap records written to @DIR@/bench-dir.restore.N.bsr

      The job will require the following
         Volume(s)                 Storage(s)                SD Device(s)
      ===========================================================================
         
          Full-0001                 File                      FileDev                  
          Inc-0002                  File                      FileDev                  

      Volumes marked with "*" are online.


      2 files selected to be restored.

      Using Catalog "MyCatalog"
      Run Restore job
      JobName:         RestoreFiles
      Bootstrap:       @DIR@/bench-dir.restore.N.bsr
      Where:           /tmp/restores
      Replace:         Always
      FileSet:         Everything
      Backup Client:   host-fd
      Restore Client:  host-fd
      Format:          Native
      Storage:         File
      When:            2026-11-21 02:09:17
      Catalog:         MyCatalog
      Priority:        10
      Plugin Options:  *None*
      OK to run? (yes/mod/no): mod
      Parameters to modify:
       1: Level
       2: Storage
       3: Job
       4: FileSet
       5: Restore Client
       6: Backup Format
       7: When
       8: Priority
       9: Bootstrap
      10: Where
      11: File Relocation
      12: Replace
      13: JobId
      14: Plugin Options
      Select parameter to modify (1-14): 10
      Please enter the full path prefix for restore (/ for none): /tmp/elsewhere
      Run Restore job
      JobName:         RestoreFiles
      Bootstrap:       @DIR@/bench-dir.restore.N.bsr
      Where:           /tmp/elsewhere
      Replace:         Always
      FileSet:         Everything
      Backup Client:   host-fd
      Restore Client:  host-fd
      Format:          Native
      Storage:         File
      When:            2026-11-21 02:09:17
      Catalog:         MyCatalog
      Priority:        10
      Plugin Options:  *None*
      OK to run? (yes/mod/no): yes
      Job queued. JobId=31
      "
    `)
    expect(bench.world.submitted).toMatchObject([
      {
        jobName: 'RestoreFiles',
        client: 'host-fd',
        restore: {
          where: '/tmp/elsewhere',
          replace: 'always',
          backupClient: 'host-fd',
          filesExpected: 2,
        },
      },
    ])
    expect(lastBootstrap()).toEqual([
      { volume: 'Full-0001', files: '2-2' },
      { volume: 'Inc-0002', files: '1-1' },
    ])
  })

  test('does it in one line', async () => {
    const line =
      'restore client=host-fd fileset=Everything where=/tmp/xr2 storage=File select all done yes'
    expect(await converse(line)).toMatchInlineSnapshot(`
      "restore client=host-fd fileset=Everything where=/tmp/xr2 storage=File select all done yes
      Using Catalog "MyCatalog"
      +-------+-------+----------+----------+---------------------+------------+
      | jobid | level | jobfiles | jobbytes | starttime           | volumename |
      +-------+-------+----------+----------+---------------------+------------+
      |     1 | F     |        8 |    8,000 | 2026-11-21 02:00:00 | Full-0001  |
      |     2 | I     |        2 |    2,000 | 2026-11-21 02:05:00 | Inc-0002   |
      +-------+-------+----------+----------+---------------------+------------+
      You have selected the following JobIds: 1,2

      Building directory tree for JobId(s) 1,2 ...  
      8 files inserted into the tree and marked for extraction.
      Bootstrap records written to @DIR@/bench-dir.restore.N.bsr

      The job will require the following
         Volume(s)                 Storage(s)                SD Device(s)
      ===========================================================================
         
          Full-0001                 File                      FileDev                  
          Inc-0002                  File                      FileDev                  

      Volumes marked with "*" are online.


      8 files selected to be restored.

      Using Catalog "MyCatalog"
      Job queued. JobId=31
      "
    `)
    expect(bench.world.submitted).toMatchObject([{ restore: { filesExpected: 8 } }])
    expect(lastBootstrap()).toEqual([
      { volume: 'Full-0001', files: '2-2,4-8' },
      { volume: 'Inc-0002', files: '1-2' },
    ])
  })

  test('takes JobIds, and leaves nothing behind when it is not run', async () => {
    expect(
      await converse('restore client=host-fd jobid=1 storage=File', 'mark srv', 'done', 'no'),
    ).toMatchInlineSnapshot(`
      "restore client=host-fd jobid=1 storage=File
      Using Catalog "MyCatalog"
      You have selected the following JobId: 1

      Building directory tree for JobId(s) 1 ...  
      8 files inserted into the tree.

      You are now entering file selection mode where you add (mark) and
      remove (unmark) files to be restored. No files are initially added, unless
      you used the "all" keyword on the command line.
      Enter "done" to leave this mode.

      cwd is: /
      $ mark srv
      8 files newly marked.
      $ done
      Bootstrap records written to @DIR@/bench-dir.restore.N.bsr

      The job will require the following
         Volume(s)                 Storage(s)                SD Device(s)
      ===========================================================================
         
          Full-0001                 File                      FileDev                  

      Volumes marked with "*" are online.


      8 files selected to be restored.

      Using Catalog "MyCatalog"
      Run Restore job
      JobName:         RestoreFiles
      Bootstrap:       @DIR@/bench-dir.restore.N.bsr
      Where:           /tmp/restores
      Replace:         Always
      FileSet:         Everything
      Backup Client:   host-fd
      Restore Client:  host-fd
      Format:          Native
      Storage:         File
      When:            2026-11-21 02:09:17
      Catalog:         MyCatalog
      Priority:        10
      Plugin Options:  *None*
      OK to run? (yes/mod/no): no
      Job not run.
      "
    `)
    const left = await readdir(bench.directory)
    expect(left.filter((name) => name.endsWith('.bsr'))).toEqual([])
  })

  test('takes one file, by its newest version', async () => {
    const said = await converse(
      'restore client=host-fd file=/srv/sample/text/a.txt storage=File where=/tmp/xr4 yes',
    )
    expect(said).toContain('\n1 file selected to be restored.\n')
    expect(lastBootstrap()).toEqual([{ volume: 'Full-0001', files: '2-2' }])
  })

  test('takes a list of files, and says which it does not know', async () => {
    const list = join(bench.directory, 'list')
    await writeFile(list, '/srv/sample/bin/random.bin\n/srv/nosuch\n')
    const said = await converse(`restore client=host-fd file="<${list}" storage=File yes`)
    expect(said).toContain('No database record found for: /srv/nosuch\n')
    expect(said).toContain('\n1 file selected to be restored.\n')
  })

  test('takes directories with all that is below them', async () => {
    await converse('restore client=host-fd directory=/srv/sample/text storage=File current yes')
    expect(lastBootstrap()).toEqual([
      { volume: 'Full-0001', files: '2-2' },
      { volume: 'Inc-0002', files: '1-2' },
    ])
  })

  test('restores the state before a time', async () => {
    const before = 'before="2026-11-21 02:03:00"'
    await converse(`restore client=host-fd fileset=Everything ${before} storage=File all done yes`)
    expect(lastBootstrap()).toEqual([{ volume: 'Full-0001', files: '1-8' }])
  })

  test('relocates as it is told', async () => {
    const told = 'strip_prefix=/srv add_prefix=/tmp/x add_suffix=.old replace=never comment=why'
    const said = await converse(
      `restore client=host-fd jobid=1 storage=File all done ${told}`,
      ...['mod', '12', '2', 'mod', '11', '4', '!a!b!', '5', 'mod', '9', '/nosuch', 'yes'],
    )
    expect(said).toContain(
      'Strip Prefix:    /srv\nAdd Prefix:      /tmp/x\nAdd Suffix:      .old\n',
    )
    expect(said).toContain('RegexWhere:      !a!b!\nReplace:         IfNewer\n')
    expect(said).toContain('Warning cannot open /nosuch: ERR=')
    expect(bench.world.submitted[0]).toMatchObject({
      comment: 'why',
      restore: { regexWhere: '!a!b!', replace: 'ifnewer' },
    })
    expect(bench.world.submitted[0]?.restore).not.toHaveProperty('stripPrefix')
  })

  test('offers every other choice of the menu', async () => {
    const said = await converse(
      ...[
        'restore client=host-fd fileset=Everything storage=File',
        '1',
        '2',
        '/srv/sample/text/a.txt',
      ],
      ...['3', '1,2', 'quit', 'restore client=host-fd', '4', 'SELECT 1 AS one;', '13'],
      ...['restore client=host-fd fileset=Everything', '6', 'soon', '2026-11-21 02:03', '.'],
      ...['restore client=host-fd storage=File', '7', '/srv/sample/bin/random.bin', '', 'no'],
      ...[
        'restore client=host-fd storage=File',
        '8',
        '2026-11-22',
        '/srv/sample/text/new.txt',
        '',
        'no',
      ],
      ...[
        'restore client=host-fd fileset=Everything storage=File',
        '9',
        '11',
        '/srv/sample/bin',
        '',
        'no',
      ],
      ...['restore client=host-fd fileset=Everything', '10', '2026-11-21 02:03', '13'],
      ...['restore client=host-fd', '12', '2', 'done'],
    )
    const short = said
      .replaceAll(/\nFirst you select[^]*?restored\.\n\n/g, '')
      .replaceAll(/To select the JobIds[^]*?13: Cancel\n/g, '(menu)\n')
      .replaceAll(/\nYou are now entering[^]*?leave this mode\.\n\n/g, '(introduction)\n')
      .replaceAll(/Run Restore job\n[^]*?\*None\*\n/g, '(summary)\n')
    expect(short).toMatchInlineSnapshot(`
      "restore client=host-fd fileset=Everything storage=File
      Using Catalog "MyCatalog"
      (menu)
      Select item:  (1-13): 1
      +-------+---------+---------------------+----------+----------+----------+
      | jobid | client  | starttime           | joblevel | jobfiles | jobbytes |
      +-------+---------+---------------------+----------+----------+----------+
      |     2 | host-fd | 2026-11-21 02:05:00 | I        |        2 |    2,000 |
      |     1 | host-fd | 2026-11-21 02:00:00 | F        |        8 |    8,000 |
      +-------+---------+---------------------+----------+----------+----------+
      (menu)
      Select item:  (1-13): 2
      Enter the full path of the file: /srv/sample/text/a.txt
      +-------+------------------------+---------------------+----------+----------+----------+---------+
      | jobid | name                   | starttime           | joblevel | jobfiles | jobbytes | deleted |
      +-------+------------------------+---------------------+----------+----------+----------+---------+
      |     1 | /srv/sample/text/a.txt | 2026-11-21 02:00:00 | F        |        8 |    8,000 | no      |
      +-------+------------------------+---------------------+----------+----------+----------+---------+
      (menu)
      Select item:  (1-13): 3
      Enter JobId(s), comma separated, to restore: 1,2
      You have selected the following JobIds: 1,2

      Building directory tree for JobId(s) 1,2 ...  
      8 files inserted into the tree.
      (introduction)
      cwd is: /
      $ quit
      Selection aborted, nothing done.
      restore client=host-fd
      (menu)
      Select item:  (1-13): 4
      Enter SQL list command: SELECT 1 AS one;
      +-----+
      | one |
      +-----+
      |   1 |
      +-----+
      (menu)
      Select item:  (1-13): 13
      restore client=host-fd fileset=Everything
      (menu)
      Select item:  (1-13): 6
      What was newest at the time that you enter is restored.

      Enter date as YYYY-MM-DD HH:MM:SS :soon
      Improper date format.
      Enter date as YYYY-MM-DD HH:MM:SS :2026-11-21 02:03
      +-------+-------+----------+----------+---------------------+------------+
      | jobid | level | jobfiles | jobbytes | starttime           | volumename |
      +-------+-------+----------+----------+---------------------+------------+
      |     1 | F     |        8 |    8,000 | 2026-11-21 02:00:00 | Full-0001  |
      +-------+-------+----------+----------+---------------------+------------+
      You have selected the following JobId: 1

      Building directory tree for JobId(s) 1 ...  
      8 files inserted into the tree.
      (introduction)
      cwd is: /
      $ .
      Selection aborted, nothing done.
      restore client=host-fd storage=File
      (menu)
      Select item:  (1-13): 7
      Enter file names with their paths, one to a line; <name takes those in a file.
      A blank line ends the list.
      Enter full filename: /srv/sample/bin/random.bin
      Enter full filename: 
      Bootstrap records written to @DIR@/bench-dir.restore.N.bsr

      The job will require the following
         Volume(s)                 Storage(s)                SD Device(s)
      ===========================================================================
         
          Full-0001                 File                      FileDev                  

      Volumes marked with "*" are online.


      1 file selected to be restored.

      Using Catalog "MyCatalog"
      (summary)
      OK to run? (yes/mod/no): no
      Job not run.
      restore client=host-fd storage=File
      (menu)
      Select item:  (1-13): 8
      What was newest at the time that you enter is restored.

      Enter date as YYYY-MM-DD HH:MM:SS :2026-11-22
      Enter file names with their paths, one to a line; <name takes those in a file.
      A blank line ends the list.
      Enter full filename: /srv/sample/text/new.txt
      Enter full filename: 
      Bootstrap records written to @DIR@/bench-dir.restore.N.bsr

      The job will require the following
         Volume(s)                 Storage(s)                SD Device(s)
      ===========================================================================
         
          Inc-0002                  File                      FileDev                  

      Volumes marked with "*" are online.


      1 file selected to be restored.

      (summary)
      OK to run? (yes/mod/no): no
      Job not run.
      restore client=host-fd fileset=Everything storage=File
      (menu)
      Select item:  (1-13): 9
      +-------+-------+----------+----------+---------------------+------------+
      | jobid | level | jobfiles | jobbytes | starttime           | volumename |
      +-------+-------+----------+----------+---------------------+------------+
      |     1 | F     |        8 |    8,000 | 2026-11-21 02:00:00 | Full-0001  |
      |     2 | I     |        2 |    2,000 | 2026-11-21 02:05:00 | Inc-0002   |
      +-------+-------+----------+----------+---------------------+------------+
      You have selected the following JobIds: 1,2

      (menu)
      Select item:  (1-13): 11
      Enter directories with their paths, one to a line; <name takes those in a file.
      A blank line ends the list.
      Enter directory name: /srv/sample/bin
      Enter directory name: 
      Bootstrap records written to @DIR@/bench-dir.restore.N.bsr

      The job will require the following
         Volume(s)                 Storage(s)                SD Device(s)
      ===========================================================================
         
          Full-0001                 File                      FileDev                  

      Volumes marked with "*" are online.


      2 files selected to be restored.

      (summary)
      OK to run? (yes/mod/no): no
      Job not run.
      restore client=host-fd fileset=Everything
      (menu)
      Select item:  (1-13): 10
      What was newest at the time that you enter is restored.

      Enter date as YYYY-MM-DD HH:MM:SS :2026-11-21 02:03
      +-------+-------+----------+----------+---------------------+------------+
      | jobid | level | jobfiles | jobbytes | starttime           | volumename |
      +-------+-------+----------+----------+---------------------+------------+
      |     1 | F     |        8 |    8,000 | 2026-11-21 02:00:00 | Full-0001  |
      +-------+-------+----------+----------+---------------------+------------+
      You have selected the following JobId: 1

      (menu)
      Select item:  (1-13): 13
      restore client=host-fd
      (menu)
      Select item:  (1-13): 12
      Enter JobId to get the state to restore: 2
      Selecting jobs to build the Full state at 2026-11-21 02:05:00
      +-------+-------+----------+----------+---------------------+------------+
      | jobid | level | jobfiles | jobbytes | starttime           | volumename |
      +-------+-------+----------+----------+---------------------+------------+
      |     1 | F     |        8 |    8,000 | 2026-11-21 02:00:00 | Full-0001  |
      |     2 | I     |        2 |    2,000 | 2026-11-21 02:05:00 | Inc-0002   |
      +-------+-------+----------+----------+---------------------+------------+
      You have selected the following JobIds: 1,2

      Building directory tree for JobId(s) 1,2 ...  
      8 files inserted into the tree.
      (introduction)
      cwd is: /
      $ done
      No files selected to be restored.
      "
    `)
  })

  test('keeps to what the console may see', async () => {
    const all = ['*all*']
    const rights = makeRights([
      { command: all, client: ['spare-fd'], job: all, fileset: all, storage: all, pool: all },
    ])
    const said = await bench.converse(['restore jobid=1 all done yes', 'restore jobid=77'], {
      name: 'ops',
      rights,
    })
    expect(said).toContain('Access to JobId=1 (Job "md5") not authorized. Not selected.\n')
    expect(said).toContain('JobId 77 not found in catalog.\n')
    expect(bench.world.submitted).toEqual([])
  })

  test('says why there is nothing to restore', async () => {
    const said = await converse(
      'restore client=host-fd fileset=Everything before=2020-10 all done yes',
      'restore client=host-fd jobid=2',
      'done',
      'restore nonsense',
      'restore client=spare-fd current',
    )
    expect(said).toContain('No Full backup before 2020-10-01 00:00:00 found.\n')
    expect(said).toContain('No files selected to be restored.\n')
    expect(said).toContain('Error: Unknown keyword: nonsense\n')
    expect(said).toContain('No FileSet found for client "spare-fd".\n')
  })

  test('answers in JSON', async () => {
    const line = 'restore client=host-fd fileset=Everything storage=File current all done yes'
    const said = await converse('.api 2 compact=yes', line)
    expect(said).toContain(`${line}\n{"jsonrpc":"2.0","id":null,"result":{"run":{"jobid":"31"}}}`)
  })
})

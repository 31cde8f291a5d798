import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { filesOf } from '../../../../test/catalog/records.ts'
import { makeRights } from './acl.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())
beforeEach(() => {
  bench.world.submitted.length = 0
})

async function said(...lines: string[]): Promise<string> {
  return bench.converse(lines)
}

describe('label', () => {
  test('writes a label and a Volume', async () => {
    expect(await said('label volume=TestVol pool=Full storage=File drive=0')).toBe(
      `label volume=TestVol pool=Full storage=File drive=0
Automatically selected Catalog: MyCatalog
Using Catalog "MyCatalog"
Connecting to Storage daemon File at localhost:29103 ...
Sending label command for Volume "TestVol" Slot 0 ...
3000 OK label. VolFiles=0 VolBytes=202 Volume="TestVol" Device="FileDev" (/var/lib/coffer/storage)
Catalog record for Volume "TestVol", Slot 0 successfully created.
Requesting to mount FileDev ...
3906 File device "FileDev" (/var/lib/coffer/storage) is always mounted.
`,
    )
    expect(bench.world.labels).toEqual([{ storage: 'File', volume: 'TestVol', pool: 'Full' }])
    expect(await bench.catalog.media.find('TestVol')).toMatchObject({
      pool: 'Full',
      status: 'Append',
      bytes: 202,
      mediaType: 'File',
      storage: 'File',
    })
  })

  test('asks for what is missing, and refuses a name that cannot be', async () => {
    const text = await said('label', 'bad/name', '', 'TestVol', 'Next-1', '2')
    expect(text).toContain(
      `Automatically selected Storage: File
Enter new Volume name: bad/name
Illegal character "/" in a volume name.
Enter new Volume name: 
Volume name must be at least one character long.
Enter new Volume name: TestVol
Media record for new Volume "TestVol" already exists.
Enter new Volume name: Next-1
The defined Pool resources are:
1: Full
2: Incremental
Select Pool resource (1-2): 2
`,
    )
    expect(await bench.catalog.media.find('Next-1')).toMatchObject({ pool: 'Incremental' })
  })

  test('leaves nothing in the Catalog when storage could not', async () => {
    const { label } = bench.world
    bench.world.label = { ...label, ok: false, error: '3910 Device is full' }
    expect(await said('label volume=Broken pool=Full storage=File')).toContain(
      '3910 Device is full\nLabel command failed for Volume Broken.\n',
    )
    bench.world.label = label
    expect(await bench.catalog.media.find('Broken')).toBeUndefined()
  })
})

describe('relabel', () => {
  test('takes a Volume that is free, and forgets its old name', async () => {
    expect(await said('relabel storage=File oldvolume=Next-1 volume=Other-1 pool=Full')).toContain(
      'Volume "Next-1" has VolStatus Append. It must be Purged or Recycled before relabeling.\n',
    )
    await bench.catalog.media.update('Next-1', { status: 'Purged' })
    expect(await said('relabel storage=File oldvolume=Next-1 volume=Other-1 pool=Full')).toContain(
      'Old volume "Next-1" deleted from catalog.\n',
    )
    expect(await bench.catalog.media.find('Next-1')).toBeUndefined()
    expect(await bench.catalog.media.find('Other-1')).toMatchObject({ pool: 'Full' })
  })
})

describe('update', () => {
  test('changes a Volume by what stands on the line', async () => {
    expect(
      await said(
        'update volume=TestVol volstatus=Used',
        'update volume=TestVol volretention=1d voluse=2h',
        'update volume=TestVol maxvoljobs=1 maxvolbytes=1mb recycle=no enabled=archived slot=3',
        'update volume=TestVol pool=Incremental actiononpurge=truncate',
        'update volume=TestVol volstatus=Odd',
        'update volume=nosuch volstatus=Used',
      ),
    ).toMatchInlineSnapshot(`
      "update volume=TestVol volstatus=Used
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      New Volume status is: Used
      update volume=TestVol volretention=1d voluse=2h
      New retention period is: 1 day 
      New use duration is: 2 hours 
      update volume=TestVol maxvoljobs=1 maxvolbytes=1mb recycle=no enabled=archived slot=3
      New max jobs is: 1
      New Max bytes is: 1000000
      New Recycle flag is: no
      New Slot is: 3
      New Enabled is: 2
      update volume=TestVol pool=Incremental actiononpurge=truncate
      New ActionOnPurge is: Truncate
      New Pool is: Incremental
      update volume=TestVol volstatus=Odd
      Error: Invalid VolStatus specified: Odd
      \`help\` followed by the command shows its arguments.
      update volume=nosuch volstatus=Used
      Volume "nosuch" not found in the Catalog.
      "
    `)
    expect(await bench.catalog.media.find('TestVol')).toMatchObject({
      status: 'Used',
      retentionSeconds: 86_400,
      useDurationSeconds: 7200,
      maxJobs: 1,
      maxBytes: 1_000_000,
      recycle: false,
      enabledNumber: 2,
      slot: 3,
      pool: 'Incremental',
      actionOnPurge: 1,
    })
  })

  test('changes a Volume by menu', async () => {
    expect(
      await said('update', '1', 'TestVol', '1', '4', '2', '1 week', '12', '1', '13', '16'),
    ).toMatchInlineSnapshot(`
      "update
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"
      Update choice:
      1: Volume parameters
      2: Pool from resource
      3: Slots from autochanger
      4: Long term statistics
      Choose catalog item to update (1-4): 1
      Enter a Volume name or *MediaId: TestVol
      Updating Volume "TestVol"
      Parameters to modify:
       1: Volume Status
       2: Volume Retention Period
       3: Volume Use Duration
       4: Maximum Volume Jobs
       5: Maximum Volume Files
       6: Maximum Volume Bytes
       7: Recycle Flag
       8: Slot
       9: InChanger Flag
      10: Enabled
      11: Action On Purge
      12: Pool
      13: Volume from Pool
      14: All Volumes from Pool
      15: All Volumes from all Pools
      16: Done
      Select parameter to modify (1-16): 1
       1: Append
       2: Archive
       3: Disabled
       4: Full
       5: Used
       6: Cleaning
       7: Recycle
       8: Read-Only
       9: Error
      10: Purged
      Choose new Volume Status (1-10): 4
      New Volume status is: Full
      Updating Volume "TestVol"
      Parameters to modify:
       1: Volume Status
       2: Volume Retention Period
       3: Volume Use Duration
       4: Maximum Volume Jobs
       5: Maximum Volume Files
       6: Maximum Volume Bytes
       7: Recycle Flag
       8: Slot
       9: InChanger Flag
      10: Enabled
      11: Action On Purge
      12: Pool
      13: Volume from Pool
      14: All Volumes from Pool
      15: All Volumes from all Pools
      16: Done
      Select parameter to modify (1-16): 2
      Enter Volume Retention period: 1 week
      New retention period is: 7 days 
      Updating Volume "TestVol"
      Parameters to modify:
       1: Volume Status
       2: Volume Retention Period
       3: Volume Use Duration
       4: Maximum Volume Jobs
       5: Maximum Volume Files
       6: Maximum Volume Bytes
       7: Recycle Flag
       8: Slot
       9: InChanger Flag
      10: Enabled
      11: Action On Purge
      12: Pool
      13: Volume from Pool
      14: All Volumes from Pool
      15: All Volumes from all Pools
      16: Done
      Select parameter to modify (1-16): 12
      The defined Pool resources are:
      1: Full
      2: Incremental
      Select Pool resource (1-2): 1
      New Pool is: Full
      Updating Volume "TestVol"
      Parameters to modify:
       1: Volume Status
       2: Volume Retention Period
       3: Volume Use Duration
       4: Maximum Volume Jobs
       5: Maximum Volume Files
       6: Maximum Volume Bytes
       7: Recycle Flag
       8: Slot
       9: InChanger Flag
      10: Enabled
      11: Action On Purge
      12: Pool
      13: Volume from Pool
      14: All Volumes from Pool
      15: All Volumes from all Pools
      16: Done
      Select parameter to modify (1-16): 13
      Volume defaults updated from "Full" Pool record.
      Updating Volume "TestVol"
      Parameters to modify:
       1: Volume Status
       2: Volume Retention Period
       3: Volume Use Duration
       4: Maximum Volume Jobs
       5: Maximum Volume Files
       6: Maximum Volume Bytes
       7: Recycle Flag
       8: Slot
       9: InChanger Flag
      10: Enabled
      11: Action On Purge
      12: Pool
      13: Volume from Pool
      14: All Volumes from Pool
      15: All Volumes from all Pools
      16: Done
      Select parameter to modify (1-16): 16
      "
    `)
    expect(await bench.catalog.media.find('TestVol')).toMatchObject({
      status: 'Full',
      pool: 'Full',
      maxJobs: 0,
    })
  })

  test('takes Pools from their resources', async () => {
    expect(await said('update pool=Full', 'update allfrompools', 'update slots')).toBe(
      `update pool=Full
Automatically selected Catalog: MyCatalog
Using Catalog "MyCatalog"
Pool DB record updated from resource.
update allfrompools
All Volume defaults updated from "Full" Pool record.
All Volume defaults updated from "Incremental" Pool record.
update slots
Automatically selected Storage: File
Connecting to Storage daemon File at localhost:29103 ...
no changer
`,
    )
  })

  test('changes a Job', async () => {
    const jobId = await addBackup(bench.catalog, { name: 'md5', files: filesOf('/a') })
    await said(`update jobid=${jobId} jobtype=A jobname=kept starttime="2026-01-02 03:04:05"`)
    expect(await bench.catalog.jobs.find(jobId)).toMatchObject({
      type: 'A',
      name: 'kept',
      startMs: new Date(2026, 0, 2, 3, 4, 5).getTime(),
    })
    expect(await said('update jobid=9999 jobtype=A')).toContain('JobId 9999 not found')
  })
})

describe('the slots of an autochanger', () => {
  const slot = (number: number, barcode: string, kind = 'slot') => ({
    number,
    kind,
    full: barcode !== '',
    barcode,
    loadedSlot: 0,
  })
  beforeEach(() => {
    bench.world.moves.length = 0
    bench.world.slots = {
      ok: true,
      text: '',
      drives: 1,
      slots: [
        { number: 0, kind: 'drive', full: true, barcode: 'Bar-2', loadedSlot: 2 },
        slot(1, 'Bar-1'),
        slot(2, ''),
        slot(3, 'CLN-1'),
        slot(4, ''),
        slot(5, 'Bar-5', 'import'),
      ],
    }
  })

  test('label barcodes: what the Catalog does not know, but no cleaning media', async () => {
    bench.world.labels.length = 0
    const text = await said('label barcodes storage=File pool=Full', 'yes')
    expect(text).toContain(
      `The following Volumes will be labeled:
Slot  Volume
==============
   1  Bar-1
   2  Bar-2
   3  CLN-1
Do you want to label these Volumes? (yes|no): yes
`,
    )
    expect(text).toContain('Volume "CLN-1" is a cleaning medium, as its barcode says: passed over.')
    expect(bench.world.labels.map(({ volume }) => volume)).toEqual(['Bar-1', 'Bar-2'])
    expect(await bench.catalog.media.find('Bar-2')).toMatchObject({ slot: 2, inChanger: true })
    expect(await said('label barcodes storage=File pool=Full slots=1-2 yes')).toContain(
      'No Volumes found to label, or no barcodes.\n',
    )
  })

  test('update slots brings the Catalog in line', async () => {
    expect(await said('update slots storage=File')).toContain('are up to date.\n')
    await bench.catalog.media.update('Bar-1', { slot: 4 })
    expect(await said('update slots storage=File')).toContain(
      'Catalog record for Volume "Bar-1" updated to reference slot 1.\n',
    )
    bench.world.slots = { ...bench.world.slots, slots: [slot(1, 'Bar-1'), slot(2, '')] }
    expect(await said('update slots storage=File')).toContain(
      'Catalog record for Volume "Bar-2" is no longer in the autochanger.\n',
    )
    expect(await bench.catalog.media.find('Bar-2')).toMatchObject({ slot: 0, inChanger: false })
    bench.world.slots = { ok: false, text: '"FileDev" is no autochanger', slots: [], drives: 0 }
    expect(await said('update slots storage=File')).toContain('"FileDev" is no autochanger\n')
  })

  test('status storage slots', async () => {
    expect(await said('status storage=File slots')).toBe(
      `status storage=File slots
Connecting to Storage daemon File at localhost:29103 ...
 Slot |   Volume Name    |   Status  |  Media Type    |         Pool             |
------+------------------+-----------+----------------+--------------------------|
   1  |            Bar-1 |    Append |           File |                     Full |
   2* |            Bar-2 |    Append |           File |                     Full |
   3  |            CLN-1 |         ? |              ? |                        ? |
   4  |                ? |         ? |              ? |                        ? |
   5@ |            Bar-5 |         ? |              ? |                        ? |
`,
    )
  })

  test('move, import and export', async () => {
    await said(
      'move storage=File srcslots=1 dstslots=4',
      'import storage=File',
      'export storage=File volume=Bar-1 dstslots=5',
    )
    expect(bench.world.moves).toEqual([
      { from: 1, to: 4 },
      { from: 5, to: 4 },
      { from: 1, to: 5 },
    ])
    expect(await said('export storage=File volume=Bar-1')).toContain(
      '1 Volumes to export, and 0 slots to put them in',
    )
    expect(await said('move storage=File dstslots=4')).toContain('no Volume is chosen')
  })
})

describe('prune, purge and delete', () => {
  test('prune what has lived its time', async () => {
    const jobId = await addBackup(bench.catalog, { volume: 'Old-1', files: filesOf('/a') })
    expect(await said('prune volume=Old-1 yes')).toContain(
      'Pruning volume Old-1: cannot prune as Volstatus is Append but needs to be Full or Used.\n',
    )
    await bench.catalog.media.update('Old-1', { status: 'Used' })
    expect(await said('prune volume=Old-1 yes')).toContain(
      `The current Volume (Old-1) retention period is: 1 year 
Pruning volume Old-1: 0 Jobs have expired and can be pruned.
Volume "Old-1" still contains jobs after pruning.
`,
    )
    await bench.catalog.media.update('Old-1', { retentionSeconds: 60 })
    expect(await said('prune volume=Old-1 yes')).toContain(
      `Pruning volume Old-1: 1 Jobs have expired and can be pruned.
Purging the following 1 JobIds: ${jobId}
There are no more Jobs associated with Volume "Old-1". Marking it purged.
Volume "Old-1" contains no jobs after pruning.
`,
    )
    expect(await bench.catalog.media.find('Old-1')).toMatchObject({ status: 'Purged' })
    expect(await bench.catalog.jobs.find(jobId)).toBeUndefined()
  })

  test('purge a Volume whatever its age', async () => {
    expect(await said('purge volume=TestVol yes')).toMatchInlineSnapshot(`
      "purge volume=TestVol yes
      Automatically selected Catalog: MyCatalog
      Using Catalog "MyCatalog"

      This command can be DANGEROUS!!!

      It purges (deletes) all Files from a Job,
      JobId, Client or Volume; or it purges (deletes)
      all Jobs from a Client or Volume without regard
      to retention periods. Normally you should use the
      PRUNE command, which respects retention periods.
      This command requires full access to all resources.
      No Jobs found for media TestVol to purge from catalog.
      There are no more Jobs associated with Volume "TestVol". Marking it purged.

      "
    `)
  })

  test('space is given back on purge where the Volume says so, and when it is asked for', async () => {
    const jobId = await addBackup(bench.catalog, { volume: 'Cut-1', files: filesOf('/a') })
    await bench.catalog.media.update('Cut-1', { status: 'Used', actionOnPurge: 1 })
    expect(await said('purge volume=Cut-1 yes')).toContain(
      `1 Jobs on Volume "Cut-1" purged from catalog.
There are no more Jobs associated with Volume "Cut-1". Marking it purged.
The volume 'Cut-1' has been truncated.
`,
    )
    expect(await bench.catalog.jobs.find(jobId)).toBeUndefined()
    expect(await bench.catalog.media.find('Cut-1')).toMatchObject({ status: 'Purged', bytes: 202 })
    const text = await said('truncate volstatus=Purged volume=Cut-1', 'yes')
    expect(text).toContain("Truncate listed volumes (yes/no)? yes\nThe volume 'Cut-1' has been")
    expect(await said('truncate volume=Cut-1 yes')).toContain('truncate needs volstatus=Purged')
    expect(await said('truncate volstatus=Purged volume=Old-9 yes')).toContain(
      'No results to list.',
    )
    await bench.catalog.media.update('Cut-1', { status: 'Used', actionOnPurge: 0 })
    expect(await said('purge volume=Cut-1 action=truncate')).toContain('has been truncated')
    expect(bench.world.truncated).toEqual(['Cut-1', 'Cut-1', 'Cut-1'])
  })

  test('a Volume that a promised restore point needs is not pruned, and a purge says what it costs', async () => {
    const old = await addBackup(bench.catalog, {
      volume: 'Chain-1',
      files: filesOf('/a'),
      name: 'chained',
    })
    const young = await addBackup(bench.catalog, {
      volume: 'Chain-2',
      files: filesOf('/a'),
      name: 'chained',
      level: 'I',
    })
    await bench.catalog.media.update('Chain-1', { status: 'Used', retentionSeconds: 60 })
    const text = await said('prune volume=Chain-1 yes')
    expect(text).toContain('Volume "Chain-1" still contains jobs after pruning.\n')
    expect(text).toContain(`JobId ${old} is needed by JobId ${young}, which is kept until `)
    expect(await said(`purge files jobid=${old}`)).toContain(
      `The chain of JobId ${young} has lost a Job: it cannot be restored as a whole any more.\n`,
    )
    await bench.catalog.purge.deleteJobs([old, young])
  })

  test('prune Jobs and Files of a Client, but not what it would restore now', async () => {
    const first = await addBackup(bench.catalog, {
      volume: 'Rec-1',
      files: filesOf('/a'),
      name: 'rec',
    })
    const second = await addBackup(bench.catalog, {
      volume: 'Rec-1',
      files: filesOf('/a'),
      name: 'rec',
    })
    await bench.catalog.jobs.update(first, { startMs: 1000 })
    await bench.catalog.jobs.end(first, { status: 'T', endMs: 2000, files: 1, bytes: 1, errors: 0 })
    await bench.catalog.jobs.update(second, { startMs: 3000 })
    await bench.catalog.jobs.end(second, {
      status: 'T',
      endMs: 4000,
      files: 1,
      bytes: 1,
      errors: 0,
    })
    expect(await said('prune files client=host-fd yes')).toContain(
      'Begin pruning Files older than 2 months.\nPruned Files from 1 Jobs for client host-fd',
    )
    expect(await said('prune jobs client=host-fd', 'yes')).toContain(
      'Continue? (yes/no): yes\nBegin pruning Jobs older than 6 months.\nPruned 1 Jobs for client host-fd from catalog.\n',
    )
    expect(await said('prune jobs client=host-fd yes')).toContain('No Jobs found to prune.\n')
    expect(await bench.catalog.jobs.find(first)).toBeUndefined()
    expect(await bench.catalog.jobs.find(second)).toMatchObject({ purgedFiles: false })
  })

  test('purge only with all rights', async () => {
    const rights = makeRights([{ command: ['*all*'], pool: ['Full'] }])
    const text = await bench.converse(['purge volume=Other-1 yes'], { name: 'ops', rights })
    expect(text).toContain('Error: purge requires full access to all resources\n')
    expect(await bench.catalog.media.find('Other-1')).toMatchObject({ status: 'Append' })
  })

  test('delete a Volume and Jobs', async () => {
    const jobId = await addBackup(bench.catalog, { volume: 'Old-2', files: filesOf('/a') })
    expect(
      await said(
        `delete jobid=${jobId},9999`,
        'delete volume=TestVol',
        'no',
        'delete volume=TestVol yes',
      ),
    ).toBe(
      `delete jobid=${jobId},9999
Automatically selected Catalog: MyCatalog
Using Catalog "MyCatalog"
Jobid ${jobId} and associated records deleted from the catalog.
JobId 9999 not found in catalog.
delete volume=TestVol

This command will delete volume TestVol
and all Jobs saved on that volume from the Catalog
Are you sure you want to delete Volume "TestVol"? (yes/no): no
delete volume=TestVol yes

This command will delete volume TestVol
and all Jobs saved on that volume from the Catalog
Volume TestVol deleted.
`,
    )
    expect(await bench.catalog.media.find('TestVol')).toBeUndefined()
  })
})

describe('a change of Volumes', () => {
  test('is told to the Jobs that wait for one', async () => {
    bench.world.volumeChanges = 0
    await said('list volumes', 'update volume=Other-1 volstatus=Append', 'mount storage=File')
    expect(bench.world.volumeChanges).toBe(2)
  })
})

describe('mount', () => {
  test('says what storage answers', async () => {
    expect(await said('mount', 'unmount storage=File', 'release storage=File')).toContain(
      `Automatically selected Storage: File
Connecting to Storage daemon File at localhost:29103 ...
3906 File device "FileDev" (/var/lib/coffer/storage) is always mounted.
`,
    )
  })
})

describe('SQL', () => {
  test('is asked, answered and refused in PostgreSQL’s words', async () => {
    const text = await said(
      'sqlquery',
      'SELECT name,',
      'clientid FROM client ORDER BY name;',
      'SELEC;',
      '',
      '.sql query="SELECT 1, 2"',
    )
    expect(text).toContain(
      `Enter SQL query: SELECT name,
Add to SQL query: clientid FROM client ORDER BY name;
+----------+----------+
| name     | clientid |
+----------+----------+
| host-fd  |        1 |
| spare-fd |        2 |
+----------+----------+
Enter SQL query: SELEC;
Query failed: `,
    )
    expect(text).toContain('.sql query="SELECT 1, 2"\n1\t2\n')
  })

  test('comes ready made from the Query File', async () => {
    await writeFile(
      join(bench.directory, 'query.sql'),
      ":One Client\n*Which Client?\nSELECT clientid FROM client WHERE name='%1';\n:Two\nSELECT 2 AS two;\n",
    )
    expect(await said('query', '1', 'spare-fd')).toContain(
      `Available queries:
1: One Client
2: Two
Choose a query (1-2): 1
Which Client? spare-fd
+----------+
| clientid |
+----------+
|        2 |
+----------+
`,
    )
  })
})

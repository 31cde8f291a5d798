import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { filesOf } from '../../../../test/catalog/records.ts'
import { makeRights } from './acl.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
let sample = 0
beforeAll(async () => {
  bench = await startConsoleBench()
  const files = filesOf('/srv/sample/a', '/srv/sample/b', '/srv/sample/sub/c', '/srv/sample/')
  await addBackup(bench.catalog, { name: 'md5', files })
  const changed = filesOf('/srv/sample/b')
  await addBackup(bench.catalog, {
    name: 'md5',
    level: 'I',
    minute: 5,
    files: changed,
    volume: 'V2',
  })
  sample = (await bench.catalog.files.findPath('/srv/sample/')) ?? 0
}, 60_000)
afterAll(() => bench.stop())

async function said(...lines: string[]): Promise<string> {
  const text = await bench.converse(lines)
  return text.replaceAll(/\t(?:[A-Za-z0-9+/]+ ){15}[A-Za-z0-9+/]+\t/g, '\t<lstat>\t')
}

async function json(line: string): Promise<unknown> {
  const text = await bench.converse(['.api 2 compact=yes', line])
  return JSON.parse(text.slice(text.indexOf(line) + line.length)) as unknown
}

async function fileIdOf(name: string, jobId: number): Promise<number> {
  const { rows } = await bench.catalog.sql.query(
    `SELECT fileid FROM file WHERE name = '${name}' AND jobid = ${jobId}`,
    { maximumRows: 1, readOnly: true, timeoutMs: 1000 },
  )
  return Number(rows[0]?.[0])
}

describe('browsing', () => {
  test('directories, as text', async () => {
    const text = await said('.bvfs_update', '.bvfs_lsdirs jobid=1,2 path=/srv/sample')
    const parent = (await bench.catalog.files.findPath('/srv/')) ?? 0
    const sub = (await bench.catalog.files.findPath('/srv/sample/sub/')) ?? 0
    const own = await bench.catalog.files.findInDirectory([1], parent, 'sample')
    expect(text.split('\n').slice(2, -1)).toEqual([
      `${sample}\t${String(own?.fileId)}\t1\t<lstat>\t.`,
      `${parent}\t0\t0\t<lstat>\t..`,
      `${sub}\t0\t0\t<lstat>\tsub/`,
    ])
    expect(await said('.bvfs_lsdirs jobid=1 path=')).toMatch(/\t0\t0\t<lstat>\t\/\n$/)
  })

  test('files, as text, with their newest version and in pages', async () => {
    const lines = (text: string) =>
      text
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split('\t'))
    const listed = lines(await said(`.bvfs_lsfiles jobid=1,2 pathid=${sample}`))
    expect(listed.map(([, , jobId, , name]) => [jobId, name])).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ])
    const page = await said(`.bvfs_lsfiles jobid=1,2 pathid=${sample} limit=1 offset=1`)
    expect(lines(page).map(([, , , , name]) => name)).toEqual(['b'])
    expect(await said('.bvfs_lsfiles jobid=1 path=/nowhere')).toBe(
      '.bvfs_lsfiles jobid=1 path=/nowhere\n',
    )
  })

  test('in JSON, with readable attributes', async () => {
    expect(await json('.bvfs_lsfiles jobid=1 path=/srv/sample/ limit=1')).toMatchObject({
      result: {
        files: [
          {
            type: 'F',
            pathid: sample,
            jobid: 1,
            name: 'a',
            fullpath: '/srv/sample/a',
            stat: { mode: 0o100644, size: 0, mtime: 1795226642 },
          },
        ],
      },
    })
    expect(await json('.bvfs_lsdirs jobid=1 path=/srv/sample/')).toMatchObject({
      result: { directories: [{ name: '.' }, { name: '..' }, { type: 'D', name: 'sub/' }] },
    })
  })

  test('versions and Volumes', async () => {
    const line = `.bvfs_versions jobid=0 client=host-fd pathid=${sample} fname=b`
    const rows = (await said(line))
      .split('\n')
      .slice(1, -1)
      .map((row) => row.split('\t'))
    expect(rows.map(([, , jobId, , , volume, inChanger]) => [jobId, volume, inChanger])).toEqual([
      ['2', 'V2', '0'],
      ['1', 'Full-0001', '0'],
    ])
    expect(await json(line)).toMatchObject({
      result: { versions: [{ type: 'V', jobid: 2, volumename: 'V2' }, { jobid: 1 }] },
    })
    const fileId = await fileIdOf('b', 2)
    expect(await said(`.bvfs_get_volumes fileid=${fileId}`)).toBe(
      `.bvfs_get_volumes fileid=${fileId}\nV2\n`,
    )
    expect(await json(`.bvfs_get_volumes fileid=${fileId}`)).toMatchObject({
      result: { volumes: [{ volumename: 'V2' }] },
    })
  })

  test('the Jobs that a restore needs', async () => {
    expect(await said('.bvfs_get_jobids jobid=2')).toBe('.bvfs_get_jobids jobid=2\n1,2\n')
    expect(await json('.bvfs_get_jobids jobid=2 all')).toMatchObject({
      result: { jobids: [{ id: '1' }, { id: '2' }] },
    })
  })

  test('attributes by themselves, and a cache that is not needed', async () => {
    const lstat = 'D9 BWS IGk B A A A A BAA I Br/n3S Br/n3S Br/n3S A A C'
    expect(await said(`.bvfs_decode_lstat lstat="${lstat}"`)).toContain('st_mode=33188\n')
    expect(await json(`.bvfs_decode_lstat lstat="${lstat}"`)).toMatchObject({
      result: { stat: { mode: 33188, size: 0 } },
    })
    expect(await said('.bvfs_clear_cache yes')).toBe('.bvfs_clear_cache yes\nOK\n')
  })
})

describe('a selection', () => {
  test('is restored by its name, and forgotten', async () => {
    const fileId = await fileIdOf('a', 1)
    const sub = (await bench.catalog.files.findPath('/srv/sample/sub/')) ?? 0
    bench.world.submitted.length = 0
    const text = await said(
      `.bvfs_restore jobid=1,2 fileid=${fileId} dirid=${sub} path=b2001`,
      'restore file=?b2001 client=host-fd where=/tmp/r yes',
      '.bvfs_cleanup path=b2001',
      'restore file=?b2001 client=host-fd yes',
    )
    expect(text).toContain('path=b2001\nOK\n')
    expect(text).toContain('2 files selected to be restored.')
    expect(text).toContain('Nothing was chosen under the name "b2001".')
    expect(bench.world.submitted).toMatchObject([
      { restore: { filesExpected: 2, where: '/tmp/r' } },
    ])
  })

  test('takes no other names and no nothing', async () => {
    expect(await said('.bvfs_restore jobid=1 fileid=1 path=job')).toContain('path= is missing')
    expect(await said('.bvfs_restore jobid=1 path=b21')).toContain('No files selected')
    expect(await json('.bvfs_restore jobid=99 path=b21')).toMatchObject({ error: { code: 1 } })
  })
})

test('a console browses what it may see', async () => {
  const rights = makeRights([
    { command: ['*all*'], job: ['nightly'], client: ['*all*'], catalog: ['*all*'] },
  ])
  const fileId = await fileIdOf('a', 1)
  const as = { name: 'ops', rights }
  const lines = [
    '.bvfs_lsdirs jobid=1 path=/',
    `.bvfs_get_volumes fileid=${fileId}`,
    `.bvfs_versions jobid=0 client=host-fd pathid=${sample} fname=a`,
    '.bvfs_get_jobids jobid=2',
  ]
  expect(await bench.converse(lines, as)).toBe(
    [
      lines[0],
      'Some JobIds are not authorized.',
      'Error: no Job has the jobid 1',
      '`help` followed by the command shows its arguments.',
      lines[1],
      'Error: access to JobId 1 is not authorized',
      'The ACL directives of the Console and Profile resources decide; an empty list denies all.',
      lines[2],
      lines[3],
      '',
      '',
    ].join('\n'),
  )
})

// Every command of the tables once as text and once as JSON: what it says at its simplest, and under which keys.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addBackup } from '../../../../test/catalog/backups.ts'
import { filesOf } from '../../../../test/catalog/records.ts'
import { COMMANDS } from './command-table.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'
import { DOT_COMMANDS } from './dot-command-table.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
  await writeFile(join(bench.directory, 'query.sql'), ':One\nSELECT 1 AS one;\n')
  const files = filesOf('/srv/sample/a', '/srv/sample/')
  await addBackup(bench.catalog, { name: 'md5', files })
  for (const volume of ['Gone-1', 'Gone-2', 'Old-1', 'Old-2']) {
    const pool = await bench.catalog.pools.find('Full')
    const poolId = pool?.poolId ?? 0
    await bench.catalog.media.create({ name: volume, poolId, mediaType: 'File' })
    if (volume.startsWith('Old')) await bench.catalog.media.update(volume, { status: 'Purged' })
  }
  bench.world.estimate = [{ event: 'total', total: { files: 2, bytes: 10 } }]
}, 60_000)
afterAll(() => bench.stop())

/**
 * Lines to type, the last answer of which as text is looked at; keys of the JSON result, or the error that a question
 * becomes there. In JSON only the first line is typed, or `json` instead.
 */
interface Expected {
  readonly lines: readonly string[]
  readonly text: RegExp
  readonly json?: string
  readonly keys: readonly string[] | RegExp
}

const NEEDS_ANSWER = /nobody can answer here/

const EXPECTED: Readonly<Record<string, Expected>> = {
  add: {
    lines: ['add pool=Full storage=File volume=New-1'],
    text: /^1 Volumes created in pool Full$/m,
    json: 'add pool=Full storage=File volume=New-2',
    keys: ['add'],
  },
  autodisplay: { lines: ['autodisplay on'], text: /^$/m, keys: [] },
  automount: { lines: ['automount on'], text: /^$/m, keys: [] },
  cancel: { lines: ['cancel all'], text: /No Jobs running\./, keys: [] },
  configure: {
    lines: ['configure add pool name=x'],
    text: /^Error: the configuration is not in a folder/m,
    keys: /not in a folder/,
  },
  create: { lines: ['create pool=Full'], text: /Pool/, keys: [] },
  delete: {
    lines: ['delete volume=Gone-1 yes'],
    text: /^Volume Gone-1 deleted\.$/m,
    json: 'delete volume=Gone-2 yes',
    keys: ['deleted'],
  },
  disable: { lines: ['disable job=md5'], text: /^Job "md5" disabled$/m, keys: ['disable'] },
  enable: { lines: ['enable job=md5'], text: /^Job "md5" enabled$/m, keys: ['enable'] },
  estimate: {
    lines: ['estimate job=md5'],
    text: /^2000 OK estimate files=2 bytes=10$/m,
    keys: ['estimate'],
  },
  exit: { lines: ['exit'], text: /^exit$/m, keys: [] },
  export: { lines: ['export storage=File'], text: /^no changer$/m, keys: /no changer/ },
  import: { lines: ['import storage=File'], text: /^no changer$/m, keys: /no changer/ },
  move: { lines: ['move storage=File'], text: /^no changer$/m, keys: /no changer/ },
  setbandwidth: {
    lines: ['setbandwidth client=host-fd limit=100 yes'],
    text: /^2000 OK Bandwidth/m,
    keys: ['setbandwidth'],
  },
  gui: { lines: ['gui off'], text: /^$/m, keys: [] },
  help: { lines: ['help'], text: /^ {2}Command +Description$/m, keys: ['add', 'list', 'whoami'] },
  label: {
    lines: ['label volume=Label-1 storage=File pool=Full'],
    text: /Catalog record for Volume "Label-1"/,
    json: 'label volume=Label-2 storage=File pool=Full',
    keys: [],
  },
  list: { lines: ['list jobs'], text: /\| +1 \| md5/, keys: ['jobs'] },
  llist: { lines: ['llist jobs'], text: /^ +jobid: 1$/m, keys: ['jobs'] },
  messages: { lines: ['messages'], text: /You have no messages\./, keys: [] },
  memory: { lines: ['memory'], text: /^Resident: [\d,]+/m, keys: ['memory'] },
  mount: { lines: ['mount storage=File'], text: /3906 File device/, keys: ['mount'] },
  prune: { lines: ['prune volume=New-1 yes'], text: /Volume|volume/, keys: [] },
  purge: { lines: ['purge volume=New-1 yes'], text: /DANGEROUS/, keys: [] },
  quit: { lines: ['quit'], text: /^quit$/m, keys: [] },
  query: { lines: ['query', '1'], text: /\| +1 \|/, keys: NEEDS_ANSWER },
  restore: {
    lines: ['restore client=host-fd fileset=Everything select all done yes'],
    text: /^Job queued\. JobId=\d+$/m,
    keys: ['run'],
  },
  relabel: {
    lines: ['relabel storage=File oldvolume=Old-1 volume=Re-1 pool=Full'],
    text: /Re-1/,
    json: 'relabel storage=File oldvolume=Old-2 volume=Re-2 pool=Full',
    keys: [],
  },
  release: { lines: ['release storage=File'], text: /3906 File device/, keys: ['release'] },
  reload: { lines: ['reload'], text: /^reloaded$/m, keys: ['reload'] },
  rerun: { lines: ['rerun jobid=1 yes'], text: /rerunning jobid 1/, keys: ['run'] },
  resolve: { lines: ['resolve 127.0.0.1'], text: /resolves 127\.0\.0\.1 to/, keys: ['resolve'] },
  run: { lines: ['run job=md5 yes'], text: /^Job queued\. JobId=\d+$/m, keys: ['run'] },
  status: {
    lines: ['status director'],
    text: /^bench-dir Version: /m,
    keys: ['header', 'scheduled', 'running', 'terminated'],
  },
  setdebug: { lines: ['setdebug level=0 dir'], text: /^level=0 trace=0/m, keys: ['setdebug'] },
  show: { lines: ['show pool=Full'], text: /^Pool \{$/m, keys: ['pools'] },
  sqlquery: { lines: ['sqlquery SELECT 1 AS one'], text: /\| +1 \|/, keys: ['query'] },
  time: { lines: ['time'], text: /Sat 21-Nov-2026 02:09:17/, keys: ['time'] },
  trace: { lines: ['trace off'], text: /^trace=0/m, keys: ['trace'] },
  truncate: { lines: ['truncate volstatus=Purged yes'], text: /olume/, keys: [] },
  unmount: { lines: ['unmount storage=File'], text: /3906 File device/, keys: ['unmount'] },
  umount: { lines: ['umount storage=File'], text: /3906 File device/, keys: ['unmount'] },
  update: {
    lines: ['update volume=New-1 recycle=no'],
    text: /^New Recycle flag is: no$/m,
    keys: [],
  },
  use: { lines: ['use catalog=MyCatalog'], text: /Using Catalog name=MyCatalog/, keys: ['use'] },
  var: { lines: ['var job=md5 ${Pool}-x'], text: /^Full-x$/m, keys: ['var'] },
  version: { lines: ['version'], text: /bench-dir Version: 0\.1\.0/, keys: ['version'] },
  wait: { lines: ['wait'], text: /^wait$/m, keys: [] },
  whoami: { lines: ['whoami'], text: /^root$/m, keys: ['whoami'] },
  '.': { lines: ['.'], text: /^\.$/m, keys: [] },
  '.actiononpurge': { lines: ['.actiononpurge'], text: /^Truncate$/m, keys: ['actiononpurge'] },
  '.api': { lines: ['.api 0'], text: /^api: 0$/m, json: '.api 2 compact=yes', keys: ['api'] },
  '.authorized': { lines: ['.authorized job=md5'], text: /^authorized$/m, keys: ['authorized'] },
  '.catalogs': { lines: ['.catalogs'], text: /^MyCatalog$/m, keys: ['catalogs'] },
  '.clients': { lines: ['.clients'], text: /^host-fd$/m, keys: ['clients'] },
  '.consoles': { lines: ['.consoles'], text: /^ops$/m, keys: ['consoles'] },
  '.users': { lines: ['.users'], text: /^\.users$/m, keys: ['users'] },
  '.defaults': { lines: ['.defaults job=md5'], text: /^fileset=Everything$/m, keys: ['defaults'] },
  '.filesets': { lines: ['.filesets'], text: /^Other$/m, keys: ['filesets'] },
  '.help': { lines: ['.help item=list'], text: /jobtotals/, keys: ['list'] },
  '.jobdefs': { lines: ['.jobdefs'], text: /^Defaults$/m, keys: ['jobdefs'] },
  '.jobs': { lines: ['.jobs type=R'], text: /^RestoreFiles$/m, keys: ['jobs'] },
  '.jobstatus': { lines: ['.jobstatus'], text: /Completed successfully/, keys: ['jobstatus'] },
  '.levels': { lines: ['.levels'], text: /^VirtualFull$/m, keys: ['levels'] },
  '.locations': { lines: ['.locations'], text: /^\.locations$/m, keys: ['locations'] },
  '.messages': { lines: ['.messages'], text: /^\.messages$/m, keys: [] },
  '.media': { lines: ['.media'], text: /^Full-0001$/m, keys: ['media'] },
  '.mediatypes': { lines: ['.mediatypes'], text: /^File$/m, keys: ['mediatypes'] },
  '.msgs': { lines: ['.msgs'], text: /^Standard$/m, keys: ['messages'] },
  '.pools': { lines: ['.pools type=Backup'], text: /^Full$/m, keys: ['pools'] },
  '.profiles': { lines: ['.profiles'], text: /^operator$/m, keys: ['profiles'] },
  '.quit': { lines: ['.quit'], text: /^\.quit$/m, keys: [] },
  '.sql': { lines: ['.sql query="SELECT 1, 2"'], text: /^1\t2$/m, keys: ['query'] },
  '.schedule': { lines: ['.schedule'], text: /^WeeklyCycle$/m, keys: ['schedules'] },
  '.status': { lines: ['.status dir header'], text: /^bench-dir Version/m, keys: ['header'] },
  '.storages': { lines: ['.storages'], text: /^File$/m, keys: ['storages'] },
  '.types': { lines: ['.types'], text: /^Consolidate$/m, keys: ['jobtypes'] },
  '.volstatus': { lines: ['.volstatus'], text: /^Purged$/m, keys: ['volstatus'] },
  '.bvfs_cleanup': { lines: ['.bvfs_cleanup path=b21'], text: /path=b21$/m, keys: [] },
  '.bvfs_clear_cache': { lines: ['.bvfs_clear_cache yes'], text: /^OK$/m, keys: [] },
  '.bvfs_decode_lstat': {
    lines: ['.bvfs_decode_lstat lstat="D9 BWS IGk B A A A BAA A I A A A A A C"'],
    text: /^st_mode=\d+$/m,
    keys: ['stat'],
  },
  '.bvfs_get_jobids': { lines: ['.bvfs_get_jobids jobid=1'], text: /^1$/m, keys: ['jobids'] },
  '.bvfs_get_volumes': {
    lines: ['.bvfs_get_volumes fileid=1'],
    text: /^Full-0001$/m,
    keys: ['volumes'],
  },
  '.bvfs_lsdirs': {
    lines: ['.bvfs_lsdirs jobid=1 path=/'],
    text: /\tsrv\/$/m,
    keys: ['directories'],
  },
  '.bvfs_lsfiles': {
    lines: ['.bvfs_lsfiles jobid=1 path=/srv/sample'],
    text: /\ta$/m,
    keys: ['files'],
  },
  '.bvfs_restore': {
    lines: ['.bvfs_restore jobid=1 fileid=1 path=b21'],
    text: /^OK$/m,
    keys: [],
  },
  '.bvfs_update': { lines: ['.bvfs_update'], text: /^\.bvfs_update$/m, keys: [] },
  '.bvfs_versions': {
    lines: ['.bvfs_versions jobid=0 client=host-fd pathid=4 fname=a'],
    text: /\tFull-0001\t0$/m,
    keys: ['versions'],
  },
}

const ROWS = [...COMMANDS, ...DOT_COMMANDS].filter(({ isAbsent }) => isAbsent !== true)

test('every command of the tables is here', () => {
  const names = ROWS.map(({ name }) => name)
  expect(names.filter((name) => EXPECTED[name] === undefined)).toEqual([])
})

test.each(Object.entries(EXPECTED))('%s as text', async (_name, { lines, text }) => {
  expect(await bench.converse(lines)).toMatch(text)
})

test.each(Object.entries(EXPECTED))('%s as JSON', async (name, { lines, json, keys }) => {
  const line = json ?? lines[0] ?? ''
  const said = await bench.converse(['.api 2 compact=yes', line])
  const answer = JSON.parse(said.slice(said.lastIndexOf('{"jsonrpc"'))) as {
    result?: Record<string, unknown>
    error?: { data: { messages: { error: string[] } } }
  }
  if (keys instanceof RegExp) {
    expect(answer.error?.data.messages.error.join('')).toMatch(keys)
  } else {
    expect(answer.error, name).toBeUndefined()
    expect(Object.keys(answer.result ?? {})).toEqual(expect.arrayContaining([...keys]))
  }
})

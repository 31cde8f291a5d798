// The Catalog is lost: bscan makes it again from Volumes, ours and those of a Bareos, and what was restored before is again.
import { appendFile, copyFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  coffer,
  compareTrees,
  makePlainTree,
  makeScratch,
  run,
  type RunResult,
  type Scratch,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTree } from '../golden/volumes/read-tree.ts'
import { readManifest, unpackSamples } from '../golden/volumes/unpack.ts'

const TIMEOUT_MS = 240_000

async function bscan(host: TestHost): Promise<RunResult> {
  const volumes = join(host.path, 'volumes')
  const paths = (await readdir(volumes)).sort().map((name) => join(volumes, name))
  return coffer(['bscan', '-c', host.path, '-s', '-m', ...paths])
}

/** Ids and counts of all Jobs as the console lists them. */
async function jobRows(host: TestHost): Promise<string[]> {
  const said = await host.console(['list jobs'])
  return said
    .split('\n')
    .filter((line) => /^\| +\d/.test(line))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim())
      return [1, 2, 3, 6, 7, 8, 10].map((index) => cells[index]).join(' ')
    })
}

describe('bscan of our own Volumes', { timeout: TIMEOUT_MS }, () => {
  let scratch: Scratch
  let host: TestHost
  let source: string
  let jobs: string[]

  beforeAll(async () => {
    scratch = await makeScratch('bscan')
    source = join(scratch.path, 'source')
    await makePlainTree(source)
    host = await startHost('bscan', async (draft) => {
      await draft.edit('director.d/fileset/SelfTest.conf', (text) =>
        text.replace('/usr/sbin', source),
      )
      await draft.edit(
        'director.d/job/second.conf',
        () => 'Job {\n Name = second\n JobDefs = DefaultJob\n}\n',
      )
    })
    // Two at once, into one Volume.
    await host.console([
      'run job=backup-coffer-fd level=Full yes',
      'run job=second level=Full yes',
      'wait',
    ])
    await run(['cp', '-a', source, join(scratch.path, 'as-of-full')])
    await appendFile(join(source, 'added'), 'after the Full\n')
    await host.console(['run job=backup-coffer-fd level=Incremental yes', 'wait'])
    jobs = await jobRows(host)
  }, TIMEOUT_MS)

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  async function restored(line: string, name: string): Promise<string> {
    const where = join(scratch.path, name)
    const said = await host.console([`${line} where=${where} all done yes`, 'wait', 'messages'])
    expect(terminations(said), said).toEqual(['Restore OK'])
    return join(where, source)
  }

  it('is refused while the Director runs', async () => {
    const said = await bscan(host)
    expect(said.exitCode).toBe(1)
    expect(said.stderr).toMatch(/another Director holds the Catalog: .*director=coffer-dir/)
    expect(said.stderr).toContain('coffer down')
  })

  it('makes the Catalog again', async () => {
    expect(jobs).toHaveLength(3)
    const volumes = await readdir(join(host.path, 'volumes'))
    expect(volumes.filter((name) => name.startsWith('Full'))).toEqual(['Full-0001'])
    await host.stop('director')
    await rm(join(host.path, 'state', 'director'), { recursive: true })
    const said = await bscan(host)
    expect(said, said.stderr).toMatchObject({ exitCode: 0, stderr: '' })
    for (const jobId of [1, 2, 3]) {
      const id = String(jobId)
      expect(said.stdout).toContain(`Created new JobId=${id} record for original JobId=${id}\n`)
    }
    await host.start('director')
    expect(await jobRows(host)).toEqual(jobs)
  })

  it('restores as before', async () => {
    const newest = await restored('restore client=coffer-fd fileset=SelfTest select', 'newest')
    expect(await compareTrees(source, newest)).toEqual([])
    for (const jobId of ['1', '2']) {
      const full = await restored(`restore jobid=${jobId}`, `full-${jobId}`)
      expect(await compareTrees(join(scratch.path, 'as-of-full'), full)).toEqual([])
    }
  })

  it('goes on with Incrementals where it was, on Volumes of its own', async () => {
    await appendFile(join(source, 'again'), 'after the scan\n')
    const said = await host.console(['run job=backup-coffer-fd yes', 'wait', 'messages'])
    expect(terminations(said), said).toEqual(['Backup OK'])
    expect(said).toMatch(/Backup Level: +Incremental/)
    const newest = await restored('restore client=coffer-fd fileset=SelfTest select', 'gone-on')
    expect(await compareTrees(source, newest)).toEqual([])
  })

  it('changes nothing that the Catalog knows', async () => {
    const before = await jobRows(host)
    const files = await host.console(['list files jobid=3', 'list jobmedia jobid=1'])
    await host.stop('director')
    const said = await bscan(host)
    expect(said, said.stderr).toMatchObject({ exitCode: 0 })
    expect(said.stdout).not.toContain('Created')
    await host.start('director')
    expect(await jobRows(host)).toEqual(before)
    expect(await host.console(['list files jobid=3', 'list jobmedia jobid=1'])).toBe(files)
  })
})

const WHOLE_TREE: readonly (readonly [name: string, jobId: number])[] = [
  ['md5', 4],
  ['sha1', 5],
  ['sha256', 6],
  ['sha512', 7],
  ['xxh128', 8],
  ['none', 9],
  ['gzip', 10],
  ['lzo', 11],
  ['lzfast', 12],
  ['lz4', 13],
  ['lz4hc', 14],
  ['sparse', 15],
  ['sparsegzip', 16],
  ['hardlinks', 17],
  ['noacl', 18],
  ['span', 19],
  ['mixa', 22],
  ['mixb', 23],
]

describe.skipIf(process.getuid?.() !== 0)(
  'bscan of Volumes that a Bareos wrote',
  { timeout: TIMEOUT_MS, meta: { skipReason: 'owners and devices of the samples are for root' } },
  () => {
    let scratch: Scratch
    let samples: string
    let host: TestHost

    beforeAll(async () => {
      scratch = await makeScratch('bscan-bareos')
      samples = await unpackSamples()
      host = await startHost('bscan-bareos')
      await host.stop('director')
      for (const name of await readdir(samples)) {
        if (!/-\d{4}$/.test(name)) continue
        await copyFile(join(samples, name), join(host.path, 'volumes', name))
      }
      const said = await bscan(host)
      expect(said, said.stderr).toMatchObject({ exitCode: 0, stderr: '' })
      await host.start('director')
    }, TIMEOUT_MS)

    afterAll(async () => {
      await host.close()
      await rm(samples, { recursive: true })
      await scratch.remove()
    })

    async function expectRestored(line: string, manifest: string, where: string): Promise<void> {
      const said = await host.console([
        `restore ${line} restoreclient=coffer-fd where=${where} all done yes`,
        'wait',
        'messages',
      ])
      expect(terminations(said), said).toEqual(['Restore OK'])
      const wanted = await readManifest(join(samples, manifest))
      const found = await readTree(join(where, 'srv'), 'sample')
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
    }

    it.each(WHOLE_TREE)('restores %s through the Director', async (name, jobId) => {
      const where = join(scratch.path, name)
      await expectRestored(`jobid=${String(jobId)}`, 'manifest-full.txt', where)
    })

    it.each([
      [20, 'manifest-full.txt'],
      [24, 'manifest-incr1.txt'],
      [25, 'manifest-incr2.txt'],
    ])('restores the chain as of JobId %d', async (jobId, manifest) => {
      const said = await host.console([`list jobid=${String(jobId)}`])
      const start = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.exec(said)?.[0] ?? ''
      // Shown without the fraction of its second.
      const before = nextSecond(start)
      const line = `client=sample-fd fileset=md5 pool=chain before="${before}" select`
      await expectRestored(line, manifest, join(scratch.path, `chain-${String(jobId)}`))
    })
  },
)

function nextSecond(text: string): string {
  const seconds = Number(text.slice(-2)) + 1
  expect(seconds).toBeLessThan(60)
  return text.slice(0, -2) + String(seconds).padStart(2, '0')
}

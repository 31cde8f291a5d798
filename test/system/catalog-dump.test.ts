// What outlives the loss of a Director: the dump that its nightly Job saves, and the bootstraps that it keeps in files.
import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  coffer,
  compareTrees,
  findPortBase,
  makePlainTree,
  makeScratch,
  type Scratch,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 180_000

describe('the Catalog dump and the bootstrap files', { timeout: TIMEOUT_MS }, () => {
  let scratch: Scratch
  let host: TestHost
  let source: string
  let state: string

  beforeAll(async () => {
    scratch = await makeScratch('dump')
    source = join(scratch.path, 'source')
    await makePlainTree(source)
    host = await startHost('dump', async (draft) => {
      await draft.edit('director.d/fileset/SelfTest.conf', (text) =>
        text.replace('/usr/sbin', source),
      )
      await draft.edit(
        'director.d/job/piped.conf',
        () => `Job {
  Name = piped
  JobDefs = DefaultJob
  Write Bootstrap = "|tee ${join(scratch.path, 'piped-%n-%l')}"
}
`,
      )
    })
    state = join(host.path, 'state', 'director')
  }, TIMEOUT_MS)

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  async function runJob(line: string): Promise<string> {
    const said = await host.console([`run ${line} yes`, 'wait', 'messages'])
    expect(terminations(said), said).toEqual(['Backup OK'])
    return said
  }

  async function restore(options: string, name: string): Promise<string> {
    const where = join(scratch.path, name)
    const said = await host.console([
      `restore client=coffer-fd ${options} where=${where} all done yes`,
      'wait',
      'messages',
    ])
    expect(terminations(said), said).toEqual(['Restore OK'])
    return where
  }

  it('writes a configuration that nothing is to be said about', async () => {
    const said = await coffer(['director', '-t', '-c', host.path])
    expect(said).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('keeps the bootstrap of a Full and what came after it', async () => {
    const path = join(state, 'coffer-fd.bsr')
    await writeFile(path, 'Volume="gone"\n')
    await runJob('job=backup-coffer-fd level=Full')
    const full = await readFile(path, 'utf8')
    expect(full).toMatch(/^# .* - Full - JobId 1\n/)
    expect(full).not.toContain('gone')
    await appendFile(join(source, 'added'), 'after the Full\n')
    await runJob('job=backup-coffer-fd level=Incremental')
    const both = await readFile(path, 'utf8')
    expect(both.startsWith(full)).toBe(true)
    expect(both.slice(full.length)).toMatch(/^# .* - Incremental - JobId 2\nStorage="File"\n/)
  })

  it('restores with such a file', async () => {
    const where = await restore(`bootstrap=${join(state, 'coffer-fd.bsr')}`, 'from-bootstrap')
    expect(await compareTrees(source, join(where, source))).toEqual([])
  })

  it('gives a command the bootstrap', async () => {
    await runJob('job=piped level=Full')
    const piped = await readFile(join(scratch.path, 'piped-piped-Full'), 'utf8')
    const where = await restore(`bootstrap=${join(scratch.path, 'piped-piped-Full')}`, 'from-pipe')
    expect(piped).toContain('Volume="Full-0001"')
    expect(await compareTrees(source, join(where, source))).toEqual([])
  })

  it('reports a bootstrap that cannot be written', async () => {
    await host.edit('director.d/job/piped.conf', (text) => text.replace('|tee ', '|false '))
    const said = await host.console(['reload', 'run job=piped level=Full yes', 'wait', 'messages'])
    expect(terminations(said)).toEqual(['Backup OK -- with warnings'])
    expect(said).toMatch(/the bootstrap was not written: "false .*": exit code 1/)
  })

  it('saves a dump of the Catalog every night, and the dump loads on a fresh host', async () => {
    const said = await runJob('job=BackupCatalog level=Full')
    expect(said).toContain('BeforeJob: The Catalog is in')
    const dump = join(state, 'catalog.dump')
    expect((await stat(dump)).mode & 0o777).toBe(0o600)
    expect((await readdir(state)).filter((name) => name.includes('.new-'))).toEqual([])
    const where = await restore('fileset=Catalog select', 'catalog')
    expect(await readFile(join(where, dump))).toEqual(await readFile(dump))

    const fresh = join(scratch.path, 'fresh')
    await coffer(['init', fresh, '--port-base', String(await findPortBase())])
    const loaded = await coffer(['catalog', 'load', '-c', fresh, join(where, dump)])
    expect(loaded, loaded.stderr).toMatchObject({ exitCode: 0 })
    const again = join(scratch.path, 'again.dump')
    expect(await coffer(['catalog', 'dump', '-c', fresh, again])).toMatchObject({ exitCode: 0 })
    expect(await readFile(again, 'latin1')).toBe(await readFile(dump, 'latin1'))
  })

  it('loads a dump into no other Catalog than an empty one, and only while the Director is down', async () => {
    const dump = join(state, 'catalog.dump')
    const running = await coffer(['catalog', 'load', '-c', host.path, dump])
    expect(running).toMatchObject({ exitCode: 1 })
    expect(running.stderr).toContain('another Director holds the Catalog')
    await host.stop('director')
    const filled = await coffer(['catalog', 'load', '-c', host.path, dump])
    expect(filled.stderr).toContain('the Catalog holds Jobs or Volumes already')

    const half = join(scratch.path, 'half.dump')
    const text = await readFile(dump)
    await writeFile(half, text.subarray(0, text.length >> 1))
    await rm(join(state, 'catalog'), { recursive: true })
    const cut = await coffer(['catalog', 'load', '-c', host.path, half])
    expect(cut).toMatchObject({ exitCode: 1 })
    expect(cut.stderr).toContain('it is not whole')

    const whole = await coffer(['catalog', 'load', '-c', host.path, dump])
    expect(whole, whole.stderr).toMatchObject({ exitCode: 0 })
    await host.start('director')
    const where = await restore('fileset=SelfTest select', 'from-dump')
    expect(await compareTrees(source, join(where, source))).toEqual([])
    await runJob('job=backup-coffer-fd')
  })

  it('is checked, and mended when somebody wants that', async () => {
    const dbcheck = (argv: readonly string[], input?: string) =>
      coffer(['dbcheck', '-c', host.path, ...argv], input)
    expect(await dbcheck([])).toMatchObject({ exitCode: 0, stdout: 'The Catalog is in order.\n' })
    await host.console(['sqlquery DELETE FROM client', 'sqlquery UPDATE pool SET numvols = 77'])
    const found = await dbcheck([])
    expect(found).toMatchObject({ exitCode: 1 })
    expect(found.stdout).toMatch(/^\d+ Jobs whose Client is gone: JobId 1, /m)
    expect(found.stdout).toContain('2 kinds of trouble, 0 mended, 2 left. "coffer dbcheck --fix"')
    const refused = await dbcheck(['--yes'])
    expect(refused.stderr).toContain('another Director holds the Catalog')

    await host.stop('director')
    const asked = await dbcheck(['--fix'], 'yes\n')
    expect(asked.stdout).toContain('Mend (a Client "lost-client-N" is made for them')
    expect(asked.stdout).toContain('2 kinds of trouble, 1 mended, 1 left.')
    const mended = await dbcheck(['--yes'])
    expect(mended, mended.stdout).toMatchObject({ exitCode: 0 })
    expect(await dbcheck([])).toMatchObject({ exitCode: 0, stdout: 'The Catalog is in order.\n' })
    await host.start('director')
    expect(await host.console(['list clients'])).toContain('lost-client-1')
  })
})

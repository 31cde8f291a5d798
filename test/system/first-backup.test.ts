// The first hour of a newcomer: connect, run, list, choose, restore (the fixed words and shapes of Bareos's console).
import { join } from 'node:path'
import {
  COFFER,
  compareTrees,
  run,
  makePlainTree,
  makeScratch,
  type Scratch,
  startHost,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const NOW = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`

describe('the first backup', () => {
  let scratch: Scratch
  let host: TestHost
  let source: string
  let entries: number

  beforeAll(async () => {
    scratch = await makeScratch('first')
    source = join(scratch.path, 'source')
    entries = await makePlainTree(source)
    host = await startHost('first', (draft) =>
      draft.edit('director.d/fileset/SelfTest.conf', (text) => text.replace('/usr/sbin', source)),
    )
  })

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  it('connects with the banner', async () => {
    const said = await host.console(['quit'])
    expect(said).toMatch(/^Connecting to Director localhost:\d+\n/)
    expect(said).toMatch(/\n Encryption: TLS_\w+ TLSv1\.3\n/)
    expect(said).toMatch(/\n1000 OK: coffer-dir Version: \S+ \(.+\)\n/)
    expect(said).toContain('Enter a period (.) to cancel a command.\n')
  })

  it('runs a Job from the dialogue and upgrades it to Full', async () => {
    const said = await host.console(['run job=backup-coffer-fd', 'yes', 'wait', 'messages'])
    expect(said).toMatch(
      new RegExp(
        [
          'Using Catalog "MyCatalog"',
          'Run Backup job',
          'JobName: {2}backup-coffer-fd',
          'Level: {4}Incremental',
          'Client: {3}coffer-fd',
          'Format: {3}Native',
          'FileSet: {2}SelfTest',
          'Pool: {5}Incremental \\(From Job IncPool override\\)',
          'Storage: {2}File \\(From Job resource\\)',
          `When: {5}${NOW}`,
          'Priority: 10',
          'OK to run\\? \\(yes/mod/no\\): yes',
          'Job queued. JobId=1',
        ].join('\n'),
      ),
    )
    expect(said).toContain('No prior or suitable Full backup found in catalog. Doing FULL backup.')
    expect(said).toMatch(/Created new Volume "Full-\d{4}" in catalog\./)
    expect(said).toMatch(/Backup Level: {11}Full \(upgraded from Incremental\)/)
    expect(said).toMatch(new RegExp(`FD Files Written: {7}${String(entries)}\\n`))
    expect(said).toMatch(/Termination: {12}Backup OK/)
  })

  it('reloads', async () => {
    expect(await host.console(['reload'])).toContain('reloaded')
  })

  it('lists the files', async () => {
    const said = await host.console(['list files jobid=1'])
    expect(said).toContain('Using Catalog "MyCatalog"')
    expect(said).toContain(`${source}/data/deep/a b:c.txt`)
    expect(said.match(new RegExp(source, 'g'))?.length).toBe(entries)
  })

  it('selects and restores through menu and tree', async () => {
    const where = join(scratch.path, 'restored')
    const said = await host.console([
      `restore where=${where}`,
      '5',
      'mark *',
      'count',
      'done',
      'yes',
      'wait',
      'messages',
    ])
    expect(said).toContain('1: List last 20 Jobs run')
    expect(said).toContain('13: Cancel')
    expect(said).toContain('Automatically selected Client: coffer-fd')
    expect(said).toContain('You have selected the following JobId: 1')
    expect(said).toContain('Building directory tree for JobId(s) 1')
    expect(said).toContain('cwd is: /')
    expect(said).toMatch(new RegExp(`${String(entries)} files newly marked\\.`))
    expect(said).toMatch(/Bootstrap records written to .*restore\.1\.bsr/)
    expect(said).toContain('Volumes marked with "*" are online.')
    expect(said).toMatch(/Restore Client: {2}coffer-fd/)
    expect(said).toMatch(/Start Restore Job RestoreFiles\.\d{4}-\d\d-\d\d_\d\d\.\d\d\.\d\d_\d\d/)
    expect(said).toContain('Using Device "FileStorage"')
    expect(said).toMatch(/Ready to read from volume "Full-\d{4}"/)
    expect(said).toMatch(/Termination: {12}Restore OK/)
    expect(await compareTrees(source, join(where, source))).toEqual([])
  })

  it('restores in one line', async () => {
    const where = join(scratch.path, 'one-line')
    const said = await host.console([
      `restore client=coffer-fd fileset=SelfTest where=${where} select all done yes`,
      'wait',
      'messages',
    ])
    expect(said).toMatch(/Termination: {12}Restore OK/)
    expect(await compareTrees(source, join(where, source))).toEqual([])
  })

  it('ends when nobody reads what it says', async () => {
    const script = `yes help | head -n 200 | "$1" "$2" console -c "$3" | head -n 1`
    const argv = ['sh', '-c', script, 'sh', process.execPath, COFFER, host.path]
    expect((await run(argv, { timeoutMs: 30_000 })).stdout).toMatch(/^Connecting to Director/)
  })
})

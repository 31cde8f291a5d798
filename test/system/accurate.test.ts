// Accurate backups: as of every Job of a chain the restored tree is the tree of then, whatever was deleted, renamed, moved
// in with an old time, or turned from a file into a directory; and so it is from a Catalog that bscan made.
import { execFile } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  coffer,
  compareTrees,
  makePlainTree,
  makeScratch,
  type Scratch,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 240_000

/** What happens to the tree before each Job, and the level of that Job. */
const DAYS: readonly (readonly [level: string, script: string])[] = [
  [
    'Full',
    'echo one > one; echo two > two; mkdir -p tree/sub gone/deep; echo x > tree/sub/x; echo y > gone/deep/y',
  ],
  [
    'Incremental',
    'rm one; rm -r gone; echo changed >> two; mv tree moved; touch -d 2001-01-01 old; chmod 600 docs/empty',
  ],
  [
    'Incremental',
    'mkdir one; echo in > one/in; rm docs/readme.txt; cp -a data copy; mkfifo pipe; ln -s nowhere dangling',
  ],
  ['Differential', 'rm -r one; echo again > one; rm pipe; mv copy/noise.bin copy/renamed.bin'],
  [
    'Incremental',
    'rm -r copy moved; mv -T data datum; rm dangling; mkdir gone; echo back > gone/back',
  ],
  ['Incremental', ':'],
]

describe('an accurate chain', { timeout: TIMEOUT_MS }, () => {
  let scratch: Scratch
  let host: TestHost
  let source: string

  beforeAll(async () => {
    scratch = await makeScratch('accurate')
    source = join(scratch.path, 'source')
    await makePlainTree(source)
    host = await startHost('accurate', async (draft) => {
      await draft.edit('director.d/fileset/SelfTest.conf', (text) =>
        text.replace('/usr/sbin', source),
      )
      await draft.edit('director.d/job/accurate.conf', () =>
        [
          'Job {',
          '  Name = accurate',
          '  JobDefs = DefaultJob',
          '  Accurate = yes',
          `  Write Bootstrap = "${join(scratch.path, 'state.bsr')}"`,
          '}',
          '',
        ].join('\n'),
      )
    })
  }, TIMEOUT_MS)

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  async function expectTreeOf(jobId: number, name: string): Promise<void> {
    const where = join(scratch.path, `${name}-${jobId}`)
    const said = await host.console([
      `restore where=${where}`,
      '12',
      String(jobId),
      'mark *',
      'done',
      'yes',
      'wait',
      'messages',
    ])
    expect(terminations(said), said).toEqual(['Restore OK'])
    expect(await compareTrees(join(scratch.path, `day-${jobId}`), join(where, source))).toEqual([])
  }

  it('takes what is new, changed, moved or gone', async () => {
    const counts: string[] = []
    for (const [index, [level, script]] of DAYS.entries()) {
      await promisify(execFile)('sh', ['-ec', script], { cwd: source })
      await promisify(execFile)('cp', ['-a', source, join(scratch.path, `day-${index + 1}`)])
      const said = await host.console([`run job=accurate level=${level} yes`, 'wait', 'messages'])
      expect(terminations(said), said).toEqual(['Backup OK'])
      expect(said).toMatch(/Accurate: +yes/)
      expect(said.includes('Sent Accurate information.')).toBe(level !== 'Full')
      const count = /SD Files Written: +(\d+)/.exec(said)?.[1] ?? ''
      counts.push(count)
      expect(said).toMatch(new RegExp(`FD Files Written: +${count}\\n`))
    }
    // Changed, new and gone ones count alike.
    expect(counts).toEqual(['17', '14', '12', '22', '22', '0'])
  })

  it('shows the tree without what was deleted', async () => {
    const said = await host.console(['restore', '12', '2', `cd ${source}`, 'dir', 'quit'])
    expect(said).toContain('moved/')
    expect(said).not.toMatch(/gone|\/one|tree\//)
    expect(await host.console(['list files jobid=2'])).not.toContain('gone')
  })

  it('restores the tree as of each Job', async () => {
    for (const jobId of DAYS.keys()) await expectTreeOf(jobId + 1, 'restored')
  })

  it('restores the newest by the bootstrap that the Job wrote', async () => {
    const where = join(scratch.path, 'by-bootstrap')
    const file = join(scratch.path, 'state.bsr')
    const said = await host.console([
      `run job=RestoreFiles bootstrap=${file} where=${where} yes`,
      'wait',
      'messages',
    ])
    expect(terminations(said), said).toEqual(['Restore OK'])
    expect(await compareTrees(source, join(where, source))).toEqual([])
  })

  it('does so from a Catalog that bscan made', async () => {
    await host.stop('director')
    await rm(join(host.path, 'state', 'director'), { recursive: true })
    const volumes = join(host.path, 'volumes')
    const paths = (await readdir(volumes)).sort().map((name) => join(volumes, name))
    const said = await coffer(['bscan', '-c', host.path, '-s', '-m', ...paths])
    expect(said, said.stderr).toMatchObject({ exitCode: 0, stderr: '' })
    await host.start('director')
    for (const jobId of [2, 5]) await expectTreeOf(jobId, 'scanned')
  })
})

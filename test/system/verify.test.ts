// Verify Jobs of every level: a tree as it is, and one that was changed; Volumes as they are, and one with a byte changed.
import { execFile } from 'node:child_process'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  makePlainTree,
  makeScratch,
  noise,
  type Scratch,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TIMEOUT_MS = 240_000
/** Several Volumes for one Job. */
const VOLUME_BYTES = 400_000
const LEVELS = ['InitCatalog', 'Catalog', 'VolumeToCatalog', 'DiskToCatalog', 'Data']

describe('a Verify Job', { timeout: TIMEOUT_MS }, () => {
  let scratch: Scratch
  let host: TestHost
  let source: string

  beforeAll(async () => {
    scratch = await makeScratch('verify')
    source = join(scratch.path, 'source')
    await makePlainTree(source)
    await writeFile(join(source, 'large.bin'), noise(900_000, 7))
    await sh('ln docs/readme.txt second-name; truncate -s 1M hole; echo end >> hole')
    host = await startHost('verify', async (draft) => {
      await draft.edit('director.d/fileset/SelfTest.conf', (text) =>
        text
          .replace('/usr/sbin', source)
          .replace('Signature', 'Hard Links = yes\n      Sparse = yes\n      Signature'),
      )
      await draft.edit('director.d/pool/Full.conf', (text) =>
        text.replace('}', `  Maximum Volume Bytes = ${VOLUME_BYTES}\n}`),
      )
      await draft.edit('director.d/job/verify.conf', () => LEVELS.map(jobOf).join('\n'))
    })
    await host.console(['run job=backup-coffer-fd level=Full yes', 'wait', 'messages'])
  }, TIMEOUT_MS)

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  async function sh(script: string): Promise<void> {
    await promisify(execFile)('sh', ['-ec', script], { cwd: source })
  }

  async function verify(level: string): Promise<string> {
    return host.console([`run job=${level} yes`, 'wait', 'messages'])
  }

  it('finds everything as it was', async () => {
    for (const level of LEVELS) {
      const said = await verify(level)
      expect(terminations(said), said).toEqual(['Verify OK'])
      expect(said).toMatch(new RegExp(`Verify Level: +${level}\n`))
      expect(said).toMatch(/Files Examined: +12\n/)
    }
  })

  it('reads every byte back for Data', async () => {
    const said = await verify('Data')
    expect(said).toMatch(/The content of 5 files was read: \d+ bytes/)
    expect(said).toMatch(/Ready to read from volume "Full-0003"/)
    expect(said).not.toContain('Connected Client')
  })

  it('tells what became of the tree', async () => {
    await sh('echo more >> docs/readme.txt; chmod 600 large.bin; echo new > new; rm data/deep/a*')
    for (const level of ['Catalog', 'DiskToCatalog']) {
      const said = await verify(level)
      expect(terminations(said), said).toEqual(['Verify Differences'])
      expect(said).toContain(`New file: ${source}/new`)
      expect(said).toContain(`File in the Catalog but not on disk: ${source}/data/deep/a b:c.txt`)
      expect(said).toMatch(
        new RegExp(`File: ${source}/large.bin\n +st_mode +differ. Cat: 100644 File: 100600\n`),
      )
      expect(said).toMatch(
        // The first of two links has the content.
        new RegExp(`File: ${source}/(docs/readme.txt|second-name)\n +st_size.*\n +XXH128 +differ`),
      )
      expect(said).toMatch(/Differences: +\d+\n/)
    }
    const jobs = await host.console(['list jobs jobstatus=D'])
    expect(jobs).toContain('| DiskToCatalog')
  })

  it('compares with an InitCatalog of now after the next one', async () => {
    expect(terminations(await verify('InitCatalog'))).toEqual(['Verify OK'])
    expect(terminations(await verify('Catalog'))).toEqual(['Verify OK'])
  })

  it('says which file a damaged Volume has lost', async () => {
    const volume = await volumeWith(noise(900_000, 7).subarray(600_000, 600_064))
    const said = await verify('Data')
    expect(terminations(said), said).toEqual(['*** Verify Error ***'])
    expect(said).toContain(`Volume "${volume}"`)
    expect(said).toMatch(
      new RegExp(`"${source}/large.bin" \\(Volume "Full-.*\\): \\d+ of its 900000 bytes are there`),
    )
    expect(said).not.toContain('noise.bin"')
    expect(said).toMatch(/SD termination status: +Error/)
  })

  it('needs something to verify', async () => {
    const said = await host.console(['run job=Data jobid=4711 yes', 'wait', 'messages'])
    expect(said).toContain('there is no JobId 4711')
    expect(terminations(said)).toEqual(['*** Verify Error ***'])
  })

  /** Changes a byte in the Volume that has these bytes; returns the name of the Volume. */
  async function volumeWith(bytes: Buffer): Promise<string> {
    const directory = join(host.path, 'volumes')
    for (const name of (await readdir(directory)).sort()) {
      const at = (await readFile(join(directory, name))).indexOf(bytes)
      if (at < 0) continue
      const file = await open(join(directory, name), 'r+')
      await file.write(Buffer.of(bytes[0] === 0 ? 1 : 0), 0, 1, at)
      await file.close()
      return name
    }
    throw new Error('no Volume has these bytes')
  }
})

function jobOf(level: string): string {
  return [
    'Job {',
    `  Name = ${level}`,
    '  Type = Verify',
    `  Level = ${level}`,
    ...(level.endsWith('Catalog') && !/^(Volume|Disk)/.test(level)
      ? [level === 'Catalog' ? '  Verify Job = InitCatalog' : '']
      : ['  Verify Job = backup-coffer-fd']),
    '  Client = coffer-fd',
    '  FileSet = SelfTest',
    '  Storage = File',
    '  Pool = Full',
    '  Messages = Standard',
    '}',
  ].join('\n')
}

// Volumes that a Bareos 26 wrote: listed as its own bls listed them, and extracted as its manifests describe the tree.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runBextract } from '../../../services/storage/src/tools/bextract.ts'
import { runBls } from '../../../services/storage/src/tools/bls.ts'
import { readTree } from './read-tree.ts'
import { type ManifestFile, readManifest, unpackSamples } from './unpack.ts'

const SPAN = Array.from({ length: 27 }, (_, n) => `span-00${19 + n}`)
const ONE_TREE = [
  'md5-0004',
  'sha1-0005',
  'sha256-0006',
  'sha512-0007',
  'xxh128-0008',
  'none-0009',
  'gzip-0010',
  'lzo-0011',
  'lzfast-0012',
  'lz4-0013',
  'lz4hc-0014',
  'sparse-0015',
  'sparsegzip-0016',
  'hardlinks-0017',
  'noacl-0018',
]
const isRoot = process.geteuid?.() === 0

let samples: string
let scratch: string
beforeAll(async () => {
  samples = await unpackSamples()
  scratch = await mkdtemp(join(tmpdir(), 'coffer-golden-'))
})
afterAll(async () => {
  await rm(samples, { recursive: true })
  await rm(scratch, { recursive: true })
})

interface Run {
  readonly exitCode: number
  readonly out: Buffer
  readonly errors: string
}

async function run(tool: typeof runBls, ...argv: readonly string[]): Promise<Run> {
  const out: Buffer[] = []
  const errors: Buffer[] = []
  const exitCode = await tool(argv, {
    stdout: { write: (text) => out.push(Buffer.from(text as Uint8Array)) },
    stderr: { write: (text) => errors.push(Buffer.from(text as Uint8Array)) },
    env: {},
  })
  return { exitCode, out: Buffer.concat(out), errors: Buffer.concat(errors).toString() }
}

/** Without the lines that name this moment or this machine. */
function content(listing: Buffer): string {
  const chatter = /Using device|Ready to read|End of (?:Volume|all)|Releasing device/
  return listing
    .toString('latin1')
    .split('\n')
    .filter((line) => !chatter.test(line))
    .join('\n')
}

describe('bls', () => {
  it.each(['chain-0046', 'gzip-0010', 'lz4-0013'])('lists the files of %s', async (volume) => {
    const { exitCode, out } = await run(runBls, '-V', volume, samples)
    expect(exitCode).toBe(0)
    expect(content(out)).toBe(content(await readFile(join(samples, `${volume}.bls.txt`))))
  })

  it.each(['chain-0046', 'gzip-0010', 'lz4-0013'])('lists the Jobs of %s', async (volume) => {
    const { exitCode, out } = await run(runBls, '-j', join(samples, volume))
    expect(exitCode).toBe(0)
    expect(content(out)).toBe(content(await readFile(join(samples, `${volume}.bls-j.txt`))))
  })

  it('lists the blocks of two mixed Jobs', async () => {
    const { exitCode, out } = await run(runBls, '-k', join(samples, 'mix-0048'))
    expect(exitCode).toBe(0)
    const wanted = content(await readFile(join(samples, 'mix-0048.bls-k.txt'))).trimEnd()
    // The sample holds the first hundred lines.
    expect(content(out).startsWith(wanted)).toBe(true)
  })

  it('shows the label of a Volume', async () => {
    const { out } = await run(runBls, '-L', join(samples, 'md5-0004'))
    expect(out.toString()).toContain(
      `Volume Label:
Id                : Bareos 2.0 immortal
VerNo             : 20
VolName           : md5-0004
PrevVolName       : 
VolFile           : 0
LabelType         : VOL_LABEL
LabelSize         : 167
PoolName          : md5
MediaType         : File
PoolType          : Backup
HostName          : vm`,
    )
  })

  it('finds nothing wrong with any Volume', async () => {
    for (const volume of [...ONE_TREE, 'mix-0048', 'chain-0046']) {
      const { exitCode, errors } = await run(runBls, join(samples, volume))
      expect([volume, exitCode, errors]).toEqual([volume, 0, ''])
    }
  })

  it('misses what the Volumes before hold when it gets one from the middle', async () => {
    const { exitCode, errors } = await run(runBls, join(samples, 'span-0020'))
    expect(exitCode).toBe(1)
    expect(errors).toMatch(/file 4 of session \(16, 1795226670\) lost or incomplete/)
  })
})

describe('bextract', () => {
  it.each(ONE_TREE)('gives back the tree of %s', async (volume) => {
    await expectTree([join(samples, volume)], 'manifest-full.txt')
  })

  it('joins a Job that lies on 27 Volumes', async () => {
    await expectTree(['-V', SPAN.join('|'), samples], 'manifest-full.txt')
  })

  it('gives back the tree of each of two mixed Jobs', async () => {
    for (const sessionId of [19, 20]) {
      const bsr = await bootstrap(`Volume=mix-0048\nVolSessionId=${sessionId}\n`)
      await expectTree(['-b', bsr, samples], 'manifest-full.txt')
    }
  })

  it.each([
    ['manifest-full.txt', [17]],
    ['manifest-incr1.txt', [17, 21]],
    ['manifest-incr2.txt', [17, 21, 22]],
  ])('gives back what a chain held as of %s', async (manifest, sessionIds) => {
    const parts = sessionIds.map((id) => `Volume=chain-0046\nVolSessionId=${id}\n`)
    const bsr = await bootstrap(parts.join(''))
    const { found, wanted } = await extract(['-b', bsr, samples], manifest)
    // What was deleted meanwhile is for the Director to leave out.
    for (const [name, file] of wanted) expect([name, found.get(name)]).toEqual([name, file])
  })

  it('gives back only what a list names', async () => {
    const list = await bootstrap('/srv/sample/links\n*/a.txt\n')
    const target = await mkdtemp(join(scratch, 'list-'))
    await run(runBextract, '-i', list, join(samples, 'md5-0004'), target)
    const names = (await readdir(target, { recursive: true })).sort()
    expect(names).toContain('srv/sample/links/hard1')
    expect(names).not.toContain('srv/sample/text/small.txt')
  })

  it('needs a directory to write into', async () => {
    const { exitCode } = await run(runBextract, join(samples, 'md5-0004'))
    expect(exitCode).toBe(41)
    const gone = await run(runBextract, join(samples, 'md5-0004'), join(scratch, 'gone'))
    expect(gone.exitCode).toBe(1)
  })
})

async function bootstrap(text: string): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'bsr-'))
  const path = join(directory, 'bootstrap')
  await writeFile(path, text)
  return path
}

async function expectTree(volumes: readonly string[], manifest: string): Promise<void> {
  const { found, wanted } = await extract(volumes, manifest)
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
}

interface Trees {
  readonly found: ReadonlyMap<string, ManifestFile>
  readonly wanted: ReadonlyMap<string, ManifestFile>
}

async function extract(volumes: readonly string[], manifest: string): Promise<Trees> {
  const target = await mkdtemp(join(scratch, 'tree-'))
  const { errors } = await run(runBextract, ...volumes, target)
  // Owners and devices are for root; everything else must be there without a complaint.
  if (isRoot) expect(errors).toBe('')
  const wanted = await readManifest(join(samples, manifest))
  const found = await readTree(join(target, 'srv'), 'sample')
  const isThere = ([, { kind }]: readonly [string, ManifestFile]): boolean => isRoot || kind !== 'c'
  return {
    found: new Map([...found].filter(isThere)),
    wanted: new Map([...wanted].filter(isThere)),
  }
}

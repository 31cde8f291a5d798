// Volumes cross the border both ways: we read what Bacula wrote, and Bacula's own tools read what we wrote.
import { basename, dirname, join } from 'node:path'
import {
  absentPeers,
  BACULA_PEERS,
  type Bacula,
  type BaculaBackup,
  baculaBextract,
  baculaBls,
  coffer,
  compareTrees,
  makeNastyTree,
  makePlainTree,
  makeScratch,
  reportField,
  run,
  type RunResult,
  type Scratch,
  startBacula,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const isRoot = process.getuid?.() === 0
const notRoot = isRoot ? undefined : 'devices and owners need root'

/**
 * What a listing says of each file: mode, links, owner, group, bytes, time, name. Bacula's bls takes the session labels
 * of JobId 1 for files, with the Id of the label as the name: the field that holds a Stream elsewhere is the JobId there.
 */
function listed(said: string): string[] {
  const entry =
    /^bls JobId \d+: (\S{10}) +(\d+) +(\S+) +(\S+) +(\d+) (\S+ \S+) {2}(.*?)(?=\n(?:bls JobId|\d\d-\w{3}|\d+ files))/gms
  return [...said.matchAll(entry)]
    .map((found) => found.slice(1).join(' '))
    .filter((line) => !line.endsWith(' immortal\n'))
    .sort()
}

async function countEntries(tree: string): Promise<number> {
  const found = await run(['find', tree, '-printf', '.'])
  return found.stdout.length
}

/** Bacula's bextract restores neither ACLs nor extended attributes; ours does. */
async function differencesBeyondAttributes(expected: string, actual: string): Promise<string[]> {
  const lines = await compareTrees(expected, actual)
  return lines.filter((line) => !/^\.[fdLSD]\.{7}(a\.|\.x|ax) /.test(line))
}

/** Our tool on Volumes of one directory. */
function ourTool(
  tool: 'bls' | 'bextract',
  volumePaths: readonly string[],
  { options = [], to = [] }: { options?: readonly string[]; to?: readonly string[] } = {},
): Promise<RunResult> {
  const [first = ''] = volumePaths
  const which =
    volumePaths.length === 1
      ? [first]
      : ['-V', volumePaths.map((path) => basename(path)).join('|'), dirname(first)]
  return coffer([tool, ...options, ...which, ...to])
}

const noBacula = absentPeers(...BACULA_PEERS) ?? notRoot

describe.skipIf(noBacula)('a Volume of Bacula', { meta: { skipReason: noBacula } }, () => {
  let scratch: Scratch
  let tree: string
  let bacula: Bacula

  beforeAll(async () => {
    scratch = await makeScratch('from-bacula')
    tree = join(scratch.path, 'tree')
    await makeNastyTree(tree, isRoot)
    bacula = await startBacula(tree)
  })

  afterAll(async () => {
    await bacula.close()
    await scratch.remove()
  })

  async function expectReadable(backup: BaculaBackup): Promise<void> {
    const ours = await ourTool('bls', backup.volumePaths)
    const theirs = await baculaBls(backup.volumePaths)
    expect(ours.exitCode, ours.stderr).toBe(0)
    expect(listed(theirs.stdout)).toHaveLength(backup.jobIds.length * (await countEntries(tree)))
    expect(listed(ours.stdout)).toEqual(listed(theirs.stdout))

    const to = join(scratch.path, 'extracted', basename(backup.volumePaths[0] ?? ''))
    await run(['mkdir', '-p', to])
    const extracted = await ourTool('bextract', backup.volumePaths, { to: [to] })
    expect(extracted.exitCode, extracted.stdout + extracted.stderr).toBe(0)
    expect(await compareTrees(tree, join(to, tree))).toEqual([])
  }

  it.each([
    { name: 'none' },
    { name: 'md5', signature: 'MD5' },
    { name: 'sha1', signature: 'SHA1' },
    { name: 'sha256', signature: 'SHA256' },
    { name: 'sha512', signature: 'SHA512' },
    { name: 'gzip', signature: 'MD5', compression: 'GZIP' },
    { name: 'sparse', signature: 'SHA1', sparse: true },
    { name: 'sparse-gzip', signature: 'MD5', compression: 'GZIP1', sparse: true },
    { name: 'lzo', signature: 'MD5', compression: 'LZO' },
  ] as const)('is listed and extracted: $name', async (job) => {
    await expectReadable(await bacula.backUp([job]))
  })

  it('is listed and extracted when a Job spans several', async () => {
    const backup = await bacula.backUp([
      { name: 'span', signature: 'MD5', maximumVolumeBytes: 2_000_000 },
    ])
    expect(backup.volumePaths.length).toBeGreaterThan(3)
    await expectReadable(backup)
  })

  it('is listed and extracted when it holds two Jobs, block by block in turn', async () => {
    const slow = { pool: 'mixed', bytesPerSecond: 60_000 } as const
    const backup = await bacula.backUp([
      { name: 'mixed-1', signature: 'MD5', ...slow },
      { name: 'mixed-2', signature: 'SHA1', ...slow },
    ])
    expect(backup.volumePaths).toHaveLength(1)
    const sessions = await ourTool('bls', backup.volumePaths, { options: ['-j'] })
    const labels = [...sessions.stdout.matchAll(/^(Begin|End) Job Session Record/gm)]
    expect(labels.map((label) => label[1])).toEqual(['Begin', 'Begin', 'End', 'End'])
    await expectReadable(backup)
  })

  it('has its labels and sessions told', async () => {
    const backup = await bacula.backUp([{ name: 'labels', signature: 'MD5' }])
    const labels = await ourTool('bls', backup.volumePaths, { options: ['-L'] })
    expect(labels.stdout).toContain('Bacula 1.0 immortal')
    expect(labels.stdout).toContain('labels-')
    const ours = await ourTool('bls', backup.volumePaths, { options: ['-j'] })
    const theirs = await baculaBls(backup.volumePaths, ['-j'])
    const sessions = /^(Begin|End) Job Session Record: \S+ SessId=\d+ SessTime=\d+ JobId=\d+$/gm
    expect(ours.stdout.match(sessions)).toHaveLength(2)
    expect(ours.stdout.match(sessions)?.map(withoutPlace)).toEqual(
      theirs.stdout.match(sessions)?.map(withoutPlace),
    )
  })
})

/** Blocks count from their start here and from their end there. */
function withoutPlace(line: string): string {
  return line.replace(/ \S+ SessId/, ' SessId')
}

interface OurJob {
  readonly name: string
  readonly options: string
  readonly pool?: string
  readonly maximumVolumeBytes?: string
  readonly tree: 'nasty' | 'plain'
}

const OUR_JOBS: readonly OurJob[] = [
  { name: 'plain', options: 'Signature = MD5', tree: 'nasty' },
  { name: 'sha1', options: 'Signature = SHA1', tree: 'nasty' },
  { name: 'sha256', options: 'Signature = SHA256', tree: 'nasty' },
  { name: 'sha512', options: 'Signature = SHA512', tree: 'nasty' },
  { name: 'gzip', options: 'Signature = MD5; Compression = GZIP6', tree: 'nasty' },
  { name: 'sparse', options: 'Signature = MD5; Sparse = yes', tree: 'nasty' },
  {
    name: 'sparse-gzip',
    options: 'Signature = SHA1; Sparse = yes; Compression = GZIP1',
    tree: 'nasty',
  },
  { name: 'span', options: 'Signature = MD5', maximumVolumeBytes: '2000000', tree: 'nasty' },
  {
    name: 'span-gzip',
    options: 'Signature = MD5; Compression = GZIP',
    maximumVolumeBytes: '100000',
    tree: 'nasty',
  },
  { name: 'mixed-1', pool: 'mixed', options: 'Signature = MD5', tree: 'nasty' },
  { name: 'mixed-2', pool: 'mixed', options: 'Signature = SHA1', tree: 'plain' },
]

function resourcesOf(job: OurJob, tree: string): string {
  return `
    FileSet { Name = ${job.name}; Include { Options { ${job.options}; Hard Links = yes; ACL Support = yes; XAttr Support = yes }; File = "${tree}" } }
    Job {
      Name = ${job.name}; Type = Backup; Level = Full; Client = coffer-fd; Storage = File
      FileSet = ${job.name}; Pool = ${job.pool ?? job.name}; Messages = Standard
    }`
}

function poolResource(name: string, maximumVolumeBytes: string | undefined): string {
  const limit =
    maximumVolumeBytes === undefined ? '' : `Maximum Volume Bytes = ${maximumVolumeBytes}`
  return `Pool { Name = ${name}; Pool Type = Backup; Label Format = "${name}-"; ${limit} }\n`
}

const noTools = absentPeers('bacula-sd') ?? notRoot

describe.skipIf(noTools)(
  'our Volume labelled for Bacula',
  { meta: { skipReason: noTools } },
  () => {
    let scratch: Scratch
    let host: TestHost
    const trees = { nasty: '', plain: '' }

    beforeAll(async () => {
      scratch = await makeScratch('to-bacula')
      for (const kind of ['nasty', 'plain'] as const) trees[kind] = join(scratch.path, kind)
      await makeNastyTree(trees.nasty, isRoot)
      await makePlainTree(trees.plain)
      host = await startHost('to-bacula', async (draft) => {
        await draft.edit('storage.d/device/FileStorage.conf', (text) =>
          text.replace(/\}\s*$/, '  Volume Label = Bacula\n}\n'),
        )
        const pools = new Map(OUR_JOBS.map((job) => [job.pool ?? job.name, job.maximumVolumeBytes]))
        await draft.edit('director.d/job/peers.conf', () =>
          [
            ...OUR_JOBS.map((job) => resourcesOf(job, trees[job.tree])),
            ...[...pools].map(([name, limit]) => poolResource(name, limit)),
          ].join('\n'),
        )
      })
    })

    afterAll(async () => {
      await host.close()
      await scratch.remove()
    })

    /** Runs Jobs beside each other; gives the paths of the Volumes that they wrote, in order. */
    async function backUp(names: readonly string[]): Promise<string[]> {
      const said = await host.console([
        ...names.map((name) => `run job=${name} yes`),
        'wait',
        'messages',
      ])
      expect(terminations(said), said).toEqual(names.map(() => 'Backup OK'))
      const volumes = reportField(said, 'Volume name\\(s\\)')?.split('|') ?? []
      return volumes.map((name) => join(host.path, 'volumes', name))
    }

    async function expectReadable(
      volumePaths: readonly string[],
      kinds: readonly OurJob['tree'][],
    ): Promise<void> {
      const expected = await Promise.all(kinds.map((kind) => countEntries(trees[kind])))
      const list = await baculaBls(volumePaths)
      expect(list.exitCode, list.stdout + list.stderr).toBe(0)
      expect(listed(list.stdout)).toHaveLength(expected.reduce((sum, count) => sum + count, 0))
      expect(listed((await ourTool('bls', volumePaths)).stdout)).toEqual(listed(list.stdout))

      const to = join(scratch.path, 'extracted', basename(volumePaths[0] ?? ''))
      const extracted = await baculaBextract(volumePaths, to)
      expect(extracted.exitCode, extracted.stdout + extracted.stderr).toBe(0)
      for (const kind of kinds) {
        const tree = trees[kind]
        expect(await differencesBeyondAttributes(tree, join(to, tree))).toEqual([])
      }
    }

    it.each(OUR_JOBS.filter((job) => job.pool === undefined && !job.maximumVolumeBytes))(
      'is listed and extracted by Bacula: $name',
      async ({ name, tree }) => {
        const volumes = await backUp([name])
        expect(volumes).toHaveLength(1)
        await expectReadable(volumes, [tree])
      },
    )

    it.each(OUR_JOBS.filter((job) => job.maximumVolumeBytes))(
      'is listed and extracted by Bacula when a Job spans several: $name',
      async ({ name, tree }) => {
        const volumes = await backUp([name])
        expect(volumes.length).toBeGreaterThan(2)
        await expectReadable(volumes, [tree])
      },
    )

    it('is listed and extracted by Bacula when it holds several Jobs', async () => {
      const volumes = await backUp(['mixed-1', 'mixed-2'])
      expect(volumes).toHaveLength(1)
      await expectReadable(volumes, ['nasty', 'plain'])
    })

    it('tells Bacula its sessions', async () => {
      const [volume = ''] = await backUp(['plain'])
      const said = await baculaBls([volume], ['-j'])
      expect(said.stdout).toMatch(/Begin Job Session Record: .* JobId=\d+\n {3}Job=plain\./)
      expect(said.stdout).toMatch(/ Level=F Type=B Files=\d+ Bytes=[\d,]+ Errors=0 Status=T/)
    })
  },
)

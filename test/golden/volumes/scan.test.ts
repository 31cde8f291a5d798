// What bscan reads off Volumes of a Bareos 26, and what bcopy makes of them.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeAttributes, isAttributeStream, isDigestStream, recordsOf } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BlockReader } from '../../../services/storage/src/device/block-reader.ts'
import { runBcopy } from '../../../services/storage/src/tools/bcopy.ts'
import { runBls } from '../../../services/storage/src/tools/bls.ts'
import { runBscan } from '../../../services/storage/src/tools/bscan.ts'
import type {
  CatalogSink,
  ScannedJob,
  ScannedJobEnd,
  ScannedJobMedia,
  ScannedVolume,
} from '../../../services/storage/src/tools/catalog-sink.ts'
import { unpackSamples } from './unpack.ts'

let samples: string
let scratch: string
beforeAll(async () => {
  samples = await unpackSamples()
  scratch = await mkdtemp(join(tmpdir(), 'coffer-scan-'))
})
afterAll(async () => {
  await rm(samples, { recursive: true })
  await rm(scratch, { recursive: true })
})

/** A Catalog that remembers what it was told. */
class Memory implements CatalogSink {
  readonly volumes = new Map<string, ScannedVolume>()
  readonly jobs: ScannedJob[] = []
  readonly ends: ScannedJobEnd[] = []
  readonly media: ScannedJobMedia[] = []
  readonly paths = new Map<number, string[]>()
  digests = 0
  isFinished = false

  async volume(volume: ScannedVolume): Promise<void> {
    this.volumes.set(volume.name, volume)
  }

  async beginJob(job: ScannedJob): Promise<void> {
    this.jobs.push(job)
  }

  async addRecords({ sessionId }: ScannedJob['session'], records: Buffer): Promise<void> {
    for (const { stream, data } of recordsOf(records)) {
      if (isDigestStream(stream)) this.digests++
      if (!isAttributeStream(stream)) continue
      const paths = this.paths.get(sessionId) ?? []
      this.paths.set(sessionId, [...paths, decodeAttributes(data).path])
    }
  }

  async endJob(end: ScannedJobEnd, media: readonly ScannedJobMedia[]): Promise<void> {
    this.ends.push(end)
    this.media.push(...media)
  }

  async finish(): Promise<readonly string[]> {
    this.isFinished = true
    return []
  }

  async abandon(): Promise<void> {
    this.isFinished = false
  }
}

type Tool = typeof runBscan
async function run(tool: Tool, argv: readonly string[], sink?: CatalogSink) {
  let out = ''
  let errors = ''
  const exitCode = await tool(argv, {
    stdout: { write: (text) => (out += Buffer.from(text as Uint8Array).toString()) },
    stderr: { write: (text) => (errors += text.toString()) },
    env: {},
    ...(sink === undefined ? {} : { openCatalog: async () => sink }),
  })
  return { exitCode, out, errors }
}

describe('bscan', () => {
  it('tells of every Job of a chain', async () => {
    const memory = new Memory()
    const { exitCode } = await run(runBscan, ['-s', join(samples, 'chain-0046')], memory)
    expect(exitCode).toBe(0)
    expect(memory.isFinished).toBe(true)
    expect(memory.jobs).toMatchObject([
      { jobId: 20, name: 'chain', level: 'F', type: 'B', client: 'sample-fd', fileset: 'md5' },
      { jobId: 24, level: 'I', pool: 'chain' },
      { jobId: 25, level: 'I', session: { sessionId: 22, sessionTime: 1795226670 } },
    ])
    expect(memory.ends).toMatchObject([
      { isEnded: true, status: 'T', files: 29, bytes: 3_498_886, errors: 0 },
      { isEnded: true, status: 'T', files: 5, bytes: 485 },
      { isEnded: true, status: 'T', files: 12, bytes: 150_982 },
    ])
    expect([...memory.paths.values()].map((paths) => paths.length)).toEqual([29, 5, 12])
    expect(memory.media).toMatchObject([
      { firstIndex: 1, lastIndex: 29, startBlock: 207, endBlock: 3_502_284 },
      { firstIndex: 1, lastIndex: 5, startBlock: 3_502_285, endBlock: 3_503_237 },
      { firstIndex: 1, lastIndex: 12, startBlock: 3_503_238, endBlock: 3_654_843 },
    ])
    expect(memory.volumes.get('chain-0046')).toMatchObject({
      family: 'bareos',
      pool: 'chain',
      mediaType: 'File',
      bytes: 3_654_844,
      blocks: 60,
      jobs: 3,
    })
  })

  it('finds the same JobMedia on 27 Volumes as the Catalog of that Bareos had', async () => {
    const memory = new Memory()
    const names = Array.from({ length: 27 }, (_, n) => `span-00${19 + n}`)
    await run(runBscan, ['-s', '-V', names.join('|'), samples], memory)
    expect(memory.jobs).toHaveLength(1)
    // As `list jobmedia jobid=19` of that Bareos had it.
    expect(memory.media.map(({ firstIndex, lastIndex }) => [firstIndex, lastIndex])).toEqual([
      [1, 4],
      [4, 6],
      ...Array.from({ length: 23 }, () => [6, 6]),
      [6, 27],
      [27, 29],
    ])
    expect(memory.paths.get(16)).toHaveLength(29)
    expect(memory.digests).toBe(16)
  })

  it('leaves out what it cannot tell the Job of', async () => {
    const memory = new Memory()
    const { exitCode, errors } = await run(runBscan, ['-s', join(samples, 'span-0020')], memory)
    expect(exitCode).toBe(1)
    expect(errors).toContain('begins on a Volume that is not scanned')
    expect(memory.jobs).toEqual([])
    expect(memory.paths.size).toBe(0)
  })

  it('leaves out a file whose end is missing', async () => {
    const memory = new Memory()
    await run(runBscan, ['-s', join(samples, 'span-0019')], memory)
    expect(memory.ends).toMatchObject([{ isEnded: false, status: 'E', files: 3 }])
    expect(memory.paths.get(16)).toHaveLength(3)
  })

  it('counts without a Catalog', async () => {
    const { out } = await run(runBscan, [join(samples, 'mix-0048')])
    expect(out).toContain(`Records would have been added or updated in the catalog:
      1 Media
      1 Pool
      2 Job
     58 File
      0 RestoreObject
`)
  })
})

describe('bcopy', () => {
  it('makes a Volume with the same blocks', async () => {
    const copy = join(scratch, 'copied')
    const { exitCode, out } = await run(runBcopy, [join(samples, 'mix-0048'), copy])
    expect([exitCode, out]).toEqual([0, '2 Jobs copied. 110 blocks copied.\n'])
    expect(await blocksOf(copy)).toEqual(await blocksOf(join(samples, 'mix-0048')))
    expect((await run(runBls, [copy])).errors).toBe('')
  })

  it('copies the sessions that are asked for behind what is there', async () => {
    const copy = join(scratch, 'appended')
    for (const volume of ['chain-0046', 'md5-0004']) {
      await run(runBcopy, [join(samples, volume), copy])
    }
    expect(await blocksOf(copy)).toEqual([
      ...(await blocksOf(join(samples, 'chain-0046'))),
      ...(await blocksOf(join(samples, 'md5-0004'))),
    ])
  })

  it('needs something to write to', async () => {
    expect((await run(runBcopy, [join(samples, 'md5-0004')])).exitCode).toBe(41)
  })
})

/** The checksums of a Volume's blocks, without its label. */
async function blocksOf(path: string): Promise<readonly number[]> {
  const bytes = await readFile(path)
  const reader = new BlockReader(
    { readAt: async (into, at) => bytes.copy(into, 0, at, at + into.length) },
    { endBytes: bytes.length },
  )
  const checksums: number[] = []
  for (let found = await reader.next(); found !== undefined; found = await reader.next()) {
    if (found.kind === 'block') checksums.push(found.header.checksum)
  }
  return checksums.slice(1)
}

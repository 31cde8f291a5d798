import { closeSync, lstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  compareTrees,
  makeDeepTree,
  makeNastyTree,
  makeScratch,
  run,
  type Scratch,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { FileOptions } from '@coffer/wire'
import { backUp, filesetOf, restoreAll } from './backup-loop.contract.ts'

const isRoot = process.geteuid?.() === 0
// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let scratch: Scratch
let tree: string

beforeAll(async () => {
  scratch = await makeScratch('round-trip')
  tree = join(scratch.path, 'tree')
  await makeNastyTree(tree, isRoot)
})

afterAll(async () => {
  // node cannot remove what lies below PATH_MAX.
  await run(['chmod', '-R', 'u+rwx', scratch.path])
  await run(['rm', '-rf', scratch.path])
})

let places = 0
async function newPlace(): Promise<string> {
  places += 1
  const place = join(scratch.path, `restored-${places}`)
  await mkdir(place)
  return place
}

const VARIANTS: readonly (readonly [string, Partial<FileOptions>])[] = [
  ['plain', { hardLinks: true }],
  ['MD5', { hardLinks: true, signature: 'MD5' }],
  ['sparse and XXH128', { hardLinks: true, sparse: true, signature: 'XXH128' }],
  ['GZIP', { hardLinks: true, compression: 'GZIP', compressionLevel: 6, signature: 'SHA1' }],
  ['LZ4', { hardLinks: true, compression: 'LZ4', signature: 'SHA256' }],
  [
    'LZ4HC and sparse',
    { hardLinks: true, compression: 'LZ4HC', sparse: true, signature: 'SHA512' },
  ],
  ['ZSTD', { hardLinks: true, compression: 'ZSTD', compressionLevel: 3, signature: 'XXH128' }],
  ['ZSTD and sparse', { hardLinks: true, compression: 'ZSTD', compressionLevel: 19, sparse: true }],
  ['LZO, which becomes LZ4', { hardLinks: true, compression: 'LZO', signature: 'MD5' }],
]

describe('a backup and its restore', () => {
  it.each(VARIANTS)('make the same tree again: %s', async (_name, options) => {
    const backup = await backUp(filesetOf([tree], options))
    // What nobody but root can read is missed by others, and said.
    if (isRoot) expect(backup.notes).toEqual([])
    const place = await newPlace()
    const restored = restoreAll(backup.batches, { where: place })
    if (isRoot) expect(restored.problems).toEqual([])
    expect(restored.totals.files).toBe(backup.totals.files)
    if (isRoot) expect(await compareTrees(tree, join(place, tree))).toEqual([])
  })

  it('keeps times to the nanosecond, of links and directories too', async () => {
    const backup = await backUp(filesetOf([tree], { hardLinks: true }))
    const place = await newPlace()
    restoreAll(backup.batches, { where: place })
    for (const name of [
      '.',
      'names',
      'links/symlink',
      'special/fifo',
      'links/hard2',
      'modes/600',
    ]) {
      const before = lstatSync(join(tree, name), { bigint: true })
      const after = lstatSync(join(place, tree, name), { bigint: true })
      expect([name, after.mtimeNs]).toEqual([name, before.mtimeNs])
    }
  })

  it('keeps holes, also when nobody asked for it', async () => {
    for (const sparse of [true, false]) {
      const backup = await backUp(filesetOf([tree], { sparse, signature: 'MD5' }))
      const place = await newPlace()
      restoreAll(backup.batches, { where: place })
      const before = statSync(join(tree, 'holes'))
      const after = statSync(join(place, tree, 'holes'))
      expect(after.size).toBe(before.size)
      expect(after.blocks).toBeLessThanOrEqual(before.blocks + 16)
      expect(statSync(join(place, tree, 'only-hole')).blocks).toBeLessThanOrEqual(8)
      const bytes = backup.totals.bytes
      if (sparse) expect(bytes).toBeLessThan(1_000_000)
      else expect(bytes).toBeGreaterThan(12_000_000)
    }
  })

  it('stores hard links as files of their own when that is wanted', async () => {
    const backup = await backUp(filesetOf([join(tree, 'links')], { hardLinks: false }))
    const place = await newPlace()
    restoreAll(backup.batches, { where: place })
    const restored = join(place, tree, 'links')
    expect(statSync(join(restored, 'hard1')).nlink).toBe(1)
    expect(readFileSync(join(restored, 'hard1'), 'utf8')).toBe('linked content\n')
  })

  it('goes below PATH_MAX and comes back', async () => {
    const deep = join(scratch.path, 'deep')
    await makeDeepTree(deep)
    const backup = await backUp(filesetOf([deep], { signature: 'MD5', hardLinks: true }))
    expect(backup.notes).toEqual([])
    expect(backup.totals.files).toBe(32)
    const place = await newPlace()
    const restored = restoreAll(backup.batches, { where: place })
    expect(restored.problems).toEqual([])
    expect(restored.totals.files).toBe(32)
    const again = await backUp(
      filesetOf([join(place, deep)], { signature: 'MD5', hardLinks: true }),
    )
    expect(again.totals.bytes).toBe(backup.totals.bytes)
    expect(again.totals.files).toBe(32)
  })

  it('leaves no descriptor open', async () => {
    const where = await newPlace()
    const backup = await backUp(filesetOf([tree], { hardLinks: true }))
    restoreAll(backup.batches, { where })
    // Threads that are kept for the next backup have descriptors of their own, none of them of a file.
    const open = await descriptorsBelow(tree, where)
    expect(open).toEqual([])
    const kept = openSync(join(where, tree), 'r')
    expect(await descriptorsBelow(tree, where)).toHaveLength(1)
    closeSync(kept)
  })
})

/** Paths that this process has open below these directories. */
async function descriptorsBelow(...directories: readonly string[]): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd')
  const paths = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')),
  )
  return paths.filter((path) => directories.some((directory) => path.startsWith(directory)))
}

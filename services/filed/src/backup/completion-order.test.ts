import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  compareTrees,
  makeNastyTree,
  makeScratch,
  noise,
  run,
  type Scratch,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { backUp, filesetOf, restoreAll } from './backup-loop.contract.ts'
import {
  type Choose,
  firstFirst,
  hearing,
  lastFirst,
  shuffled,
} from './completion-order.contract.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A task ends at a megabyte of content: these make two dozen, some of several batches. */
const FILES = 24
const FILE_BYTES = 600 * 1024

let scratch: Scratch
let tree: string
let expected: Buffer

beforeAll(async () => {
  scratch = await makeScratch('completion-order')
  tree = join(scratch.path, 'tree')
  await makeNastyTree(tree, process.geteuid?.() === 0)
  await mkdir(join(tree, 'large'))
  for (let i = 0; i < FILES; i++) {
    await writeFile(
      join(tree, 'large', `file-${i}`),
      noise(i % 7 === 0 ? 4 * FILE_BYTES : FILE_BYTES),
    )
  }
  // The first reading may touch times of access.
  await records(1)
  expected = await records(1)
})

afterAll(async () => {
  await run(['chmod', '-R', 'u+rwx', scratch.path])
  await scratch.remove()
})

async function records(readers: number, choose?: Choose): Promise<Buffer> {
  const fileset = filesetOf([tree], { hardLinks: true, signature: 'XXH128' })
  const hear = choose && hearing(choose)
  return Buffer.concat((await backUp(fileset, { readers, hear })).batches)
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'with %i reading threads the records are the same',
  (readers) => {
    it('when the last ends first', async () => {
      expect((await records(readers, lastFirst)).equals(expected)).toBe(true)
    })

    it('when they end in any order', async () => {
      expect((await records(readers, shuffled(readers))).equals(expected)).toBe(true)
    })
  },
)

it('what is restored of them is what was saved', async () => {
  const where = join(scratch.path, 'restored')
  await mkdir(where)
  const { problems } = restoreAll([await records(8, firstFirst)], { where })
  expect(problems).toEqual([])
  expect(await compareTrees(tree, join(where, tree))).toEqual([])
})

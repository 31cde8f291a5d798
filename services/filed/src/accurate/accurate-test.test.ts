import { linkSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeLstat, FILE_TYPE, knownFileBytes, writeKnownFile } from '@coffer/core'
import { makeScratch, type Scratch } from '@coffer/test-kit'
import type { FileOptions } from '@coffer/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesetOf } from '../backup/backup-loop.contract.ts'
import { contentDigest } from '../backup/content-digest.ts'
import { taskStat } from '../backup/file-task.ts'
import { readMounts } from '../fileset/mounts.ts'
import { type WalkedFile, walkFileSet } from '../fileset/walk.ts'
import { AccurateTest } from './accurate-test.ts'
import { KnownList } from './known-list.ts'
import { KnownTable } from './known-table.ts'

const FAR_AHEAD = 2n ** 62n
const checkCancelled = (): void => undefined

let scratch: Scratch
let root: string

beforeEach(async () => {
  scratch = await makeScratch('accurate-unit')
  root = join(scratch.path, 'root')
  mkdirSync(join(root, 'sub'), { recursive: true })
  writeFileSync(join(root, 'one'), 'one')
  writeFileSync(join(root, 'sub', 'two'), 'two')
})

afterEach(() => scratch.remove())

function walk(options: Partial<FileOptions>, known?: AccurateTest): WalkedFile[] {
  const fileset = filesetOf([root], options)
  const items = walkFileSet({ fileset, since: 0, known, mounts: readMounts(), openLinks: false })
  return [...items].filter((item) => item.kind === 'file')
}

interface Wish {
  readonly options?: Partial<FileOptions>
  readonly racySinceNs?: bigint
  /** Stored names that could not be looked at. */
  readonly skipped?: readonly string[]
}

/** What a second walk saves, after `change`, against the state that a first one found; deletions with a minus. */
async function saves(change: () => void, wish: Wish = {}): Promise<string[]> {
  const options = { signature: 'MD5', ...wish.options }
  const files = walk(options).map((file) => ({
    path: file.stored,
    lstat: encodeLstat(taskStat(file.stat, 0)),
    digest:
      file.type === FILE_TYPE.regular
        ? contentDigest(file.access, { name: 'MD5', sparse: false, checkCancelled })
        : '',
    deltaSeq: 0,
  }))
  const bytes = new Uint8Array(files.reduce((sum, file) => sum + knownFileBytes(file), 0))
  files.reduce((at, file) => writeKnownFile(file, bytes, at), 0)
  const list = await KnownList.create(scratch.path, 'test')
  try {
    await list.append(bytes)
    change()
    const known = new AccurateTest({
      table: new KnownTable(list.place),
      racySinceNs: wish.racySinceNs ?? FAR_AHEAD,
      checkCancelled,
    })
    for (const path of wish.skipped ?? []) known.skipBelow(Buffer.from(root + path))
    return walk(options, known).map(({ stored, type }) => {
      const name = stored.toString().slice(root.length)
      return type === FILE_TYPE.deleted ? `-${name}` : name
    })
  } finally {
    await list.close()
  }
}

const keepTimes = (path: string, change: () => void): void => {
  utimesSync(path, 1, 1)
  change()
  utimesSync(path, 1, 1)
}

describe('an accurate walk', () => {
  it('saves nothing when nothing has changed', async () => {
    expect(await saves(() => undefined)).toEqual([])
  })

  it('finds a renamed directory although its files have their old times', async () => {
    const rename = (): void => renameSync(join(root, 'sub'), join(root, 'bus'))
    const saved = await saves(rename, { options: { accurate: 's' } })
    expect(saved).toEqual(['/bus/two', '/bus/', '-/sub/two', '-/sub/'])
  })

  it('finds a file that became a directory, and tells that the file is gone', async () => {
    const saved = await saves(
      () => {
        rmSync(join(root, 'one'))
        mkdirSync(join(root, 'one'))
      },
      { options: { accurate: 's' } },
    )
    expect(saved).toEqual(['/one/', '-/one'])
  })

  it('reads the content when the letters say so', async () => {
    const path = join(root, 'one')
    utimesSync(path, 1, 1)
    const change = (): void => keepTimes(path, () => writeFileSync(path, 'eno'))
    expect(await saves(change, { options: { accurate: 'ms' } })).toEqual([])
    keepTimes(path, () => writeFileSync(path, 'one'))
    expect(await saves(change, { options: { accurate: 'ms1' } })).toEqual(['/one'])
  })

  it('saves everything under the letter A', async () => {
    expect(await saves(() => undefined, { options: { accurate: 'A' } })).toHaveLength(4)
  })

  it('saves again what changed after the Job before had begun', async () => {
    expect(await saves(() => undefined, { racySinceNs: 0n })).toHaveLength(4)
    expect(await saves(() => undefined, { racySinceNs: 0n, options: { accurate: 'ps' } })).toEqual(
      [],
    )
  })

  it('does not take for deleted what it could not look at', async () => {
    const change = (): void => {
      rmSync(join(root, 'sub'), { recursive: true })
      rmSync(join(root, 'one'))
    }
    const options = { accurate: 's' }
    expect(await saves(change, { options, skipped: ['/sub', '/on'] })).toEqual(['-/one'])
  })

  it('takes a file for deleted whose size the FileSet does not want any more', async () => {
    const size = { kind: 'smaller', begin: 10, end: 0 }
    const grow = (): void => writeFileSync(join(root, 'one'), 'much larger than ten bytes')
    expect(await saves(grow, { options: { accurate: 's', size } })).toEqual(['-/one'])
  })

  it('knows stripped paths by the names that are stored', async () => {
    const options = { stripPath: 2, accurate: 's' }
    const saved = await saves(() => linkSync(join(root, 'one'), join(root, 'three')), { options })
    expect(saved).toHaveLength(1)
  })
})

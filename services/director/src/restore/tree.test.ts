import { encodeLstat } from '@coffer/core'
import { describe, expect, test } from 'vitest'
import type { SelectedFile, TreeEntry } from '../catalog/files.ts'
import { RestoreTree, type TreeFiles } from './tree.ts'

const SAMPLE = [
  '/srv/sample/',
  '/srv/sample/bin/',
  '/srv/sample/bin/random.bin',
  '/srv/sample/emptydir/',
  '/srv/sample/names/',
  '/srv/sample/names/größe.txt',
  '/srv/sample/names/latin1-\udce9.txt',
  '/srv/sample/text/',
  '/srv/sample/text/a.txt',
  '/srv/sample/text/empty',
  '/srv/sample/text/renamed.txt',
  '/srv/sample/text/small.txt',
]

describe('a tree', () => {
  test('has a working directory', async () => {
    const tree = await openTree(SAMPLE)
    expect(tree.cwd).toBe('/')
    expect(await tree.countAll()).toBe(12)
    expect(await tree.changeDirectory('srv/sample')).toBe(true)
    expect(tree.cwd).toBe('/srv/sample/')
    expect(await tree.changeDirectory('nosuch')).toBe(false)
    expect(await tree.changeDirectory('text')).toBe(true)
    expect(await tree.changeDirectory('../..')).toBe(true)
    expect(tree.cwd).toBe('/srv/')
    expect(await tree.changeDirectory('/')).toBe(true)
    expect(tree.cwd).toBe('/')
  })

  test('lists by name, with wildcards and paths', async () => {
    const tree = await openTree(SAMPLE)
    expect(await namesOf(tree)).toEqual(['srv'])
    await tree.changeDirectory('/srv/sample')
    expect(await namesOf(tree)).toEqual(['bin', 'emptydir', 'names', 'text'])
    expect(await namesOf(tree, '*e*')).toEqual(['emptydir', 'names', 'text'])
    expect(await namesOf(tree, 'text/*.txt')).toEqual(['a.txt', 'renamed.txt', 'small.txt'])
    expect(await namesOf(tree, '/srv/')).toEqual(['sample'])
    expect(await tree.list('/nosuch/*')).toBeUndefined()
  })

  test('marks and unmarks, and says how many changed', async () => {
    const tree = await openTree(SAMPLE)
    await tree.changeDirectory('/srv/sample')
    expect(await tree.mark('text', true, 'tree')).toBe(5)
    expect(await tree.mark('text', true, 'tree')).toBe(0)
    expect(await tree.countMarked()).toBe(5)
    expect(await tree.mark('*', false, 'tree')).toBe(5)
    await tree.changeDirectory('text')
    expect(await tree.mark('*', true, 'tree')).toBe(4)
    expect(await markedOf(tree)).toEqual([9, 10, 11, 12])
  })

  test('knows marks with exceptions', async () => {
    const tree = await openTree(SAMPLE)
    await tree.changeDirectory('/srv/sample')
    expect(await tree.mark('/srv', true, 'tree')).toBe(12)
    expect(await tree.mark('text/*.txt', false, 'tree')).toBe(3)
    expect(await tree.mark('*n*', false, 'tree')).toBe(5)
    expect(await tree.countMarked()).toBe(4)
    expect(await markedOf(tree)).toEqual([1, 4, 8, 10])
    expect(await tree.mark('*', true, 'tree')).toBe(8)
    expect(await tree.countMarked()).toBe(12)
  })

  test('marks everything at once', async () => {
    const tree = await openTree(['/', ...SAMPLE])
    tree.markAll(true)
    expect(await tree.countMarked()).toBe(13)
    expect(await tree.mark('srv', false, 'tree')).toBe(12)
    expect(await markedOf(tree)).toEqual([1])
    expect(await namesOf(tree)).toEqual(['srv'])
    tree.markAll(false)
    expect(await tree.countMarked()).toBe(0)
    expect(await tree.mark('*', true, 'tree')).toBe(13)
  })

  test('marks directories alone', async () => {
    const tree = await openTree(SAMPLE)
    await tree.changeDirectory('/srv/sample')
    expect(await tree.mark('*', true, 'self')).toBe(4)
    expect(await markedOf(tree)).toEqual([2, 4, 5, 8])
    expect(await tree.mark('t*', false, 'self')).toBe(1)
    expect(await tree.countMarked()).toBe(3)
  })

  test('finds names anywhere', async () => {
    const tree = await openTree(SAMPLE)
    await tree.mark('/srv/sample/text', true, 'tree')
    const found: string[] = []
    const { parseGlob } = await import('./glob.ts')
    for await (const { path, isMarked } of tree.find(parseGlob('*.txt'))) {
      found.push(`${isMarked ? '*' : ''}${path}`)
    }
    expect(found).toEqual([
      '/srv/sample/names/größe.txt',
      '/srv/sample/names/latin1-\udce9.txt',
      '*/srv/sample/text/a.txt',
      '*/srv/sample/text/renamed.txt',
      '*/srv/sample/text/small.txt',
    ])
  })

  test('shows drives beside the root', async () => {
    const tree = await openTree(['C:/', 'C:/Users/', 'C:/Users/x.doc', '/etc/', '/etc/hosts'])
    expect(await namesOf(tree)).toEqual(['C:', 'etc'])
    expect(await tree.changeDirectory('C:/Users')).toBe(true)
    expect(tree.cwd).toBe('C:/Users/')
    expect(await tree.mark('x*', true, 'tree')).toBe(1)
    expect(await tree.changeDirectory('/')).toBe(true)
    expect(await tree.mark('C:', true, 'tree')).toBe(2)
    expect(await markedOf(tree)).toEqual([1, 2, 3])
  })
})

async function namesOf(tree: RestoreTree, pattern?: string): Promise<string[] | undefined> {
  const items = await tree.list(pattern)
  return items?.map(({ entry }) => entry.name)
}

async function markedOf(tree: RestoreTree): Promise<number[]> {
  const marked: number[] = []
  for await (const batch of tree.marked()) marked.push(...batch.map((row) => row.fileIndex))
  expect(new Set(marked).size).toBe(marked.length)
  return marked.sort((a, b) => a - b)
}

/** A Job that saved these paths, FileIndex by position. */
function openTree(paths: readonly string[]): Promise<RestoreTree> {
  return RestoreTree.open(treeFiles(paths), [1])
}

function treeFiles(paths: readonly string[]): TreeFiles {
  const directories = [
    ...new Set([
      '',
      ...paths.flatMap((path) =>
        [...path.matchAll(/\//g)].map((slash) => path.slice(0, slash.index + 1)),
      ),
    ]),
  ]
  const saved = (path: string): number => paths.indexOf(path) + 1
  const pathOf = (pathId: number): string => directories[pathId - 1] ?? ''
  const lstat = encodeLstat({ ...NO_STAT, size: 10 })
  const rows = (pathId: number): SelectedFile[] =>
    paths
      .filter((path) => path.startsWith(pathOf(pathId)))
      .map((path) => ({ jobId: 1, fileIndex: saved(path), path, lstat }))
  const entry = (path: string): TreeEntry => {
    const isDirectory = path.endsWith('/')
    const trimmed = isDirectory ? path.slice(0, -1) : path
    return {
      name: trimmed.slice(trimmed.lastIndexOf('/') + 1),
      isDirectory,
      pathId:
        directories.indexOf(isDirectory ? path : path.slice(0, path.lastIndexOf('/') + 1)) + 1,
      jobId: saved(path) > 0 ? 1 : 0,
      fileIndex: saved(path),
      fileId: saved(path),
      lstat: saved(path) > 0 ? lstat : '',
      digest: '',
    }
  }
  const listDirectory = (pathId: number): TreeEntry[] => {
    const directory = pathOf(pathId)
    const all = [...new Set([...directories, ...paths])]
    return all
      .filter((path) => path !== directory && path.startsWith(directory))
      .filter((path) => !path.slice(directory.length, -1).includes('/'))
      .map(entry)
  }
  return {
    rootPathId: async () => 1,
    findPath: async (path) => directories.indexOf(path) + 1 || undefined,
    isVisible: async () => true,
    listDirectory: async (_chain, pathId) => listDirectory(pathId),
    findInDirectory: async (_chain, pathId, name) =>
      listDirectory(pathId).find((each) => each.name === name),
    count: async (_chain, pathId) => rows(pathId).length,
    walk: async function* (_chain, pathId) {
      yield rows(pathId)
    },
    walkIndexes: async function* (_chain, pathId) {
      yield rows(pathId).map((row) => ({ ...row, isDirectory: row.path.endsWith('/') }))
    },
  }
}

const NO_STAT = {
  dev: 0,
  ino: 0n,
  mode: 0,
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 0,
  blocks: 0,
  atime: 0,
  mtime: 0,
  ctime: 0,
  linkFileIndex: 0,
  flags: 0,
  dataStream: 0,
}

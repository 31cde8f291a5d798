import {
  chmodSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { makeScratch, run, type Scratch } from '@coffer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FILE_TYPE } from '@coffer/core'
import { loadPosix } from '@coffer/files'
import { filesetOf } from '../backup/backup-loop.contract.ts'
import { LinkTable } from './links.ts'
import { deviceKey, readMounts } from './mounts.ts'
import { seconds, type WalkedFile, type WalkItem, type WalkOptions, walkFileSet } from './walk.ts'

let scratch: Scratch
let root: string

beforeEach(async () => {
  scratch = await makeScratch('walk')
  root = join(scratch.path, 'root')
  mkdirSync(root)
})

afterEach(() => scratch.remove())

function file(path: string, content = path): string {
  const full = join(root, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, content)
  return full
}

function walk(
  fileset: WalkOptions['fileset'] = filesetOf([root]),
  more: Partial<WalkOptions> = {},
): WalkItem[] {
  return [...walkFileSet({ fileset, since: 0, mounts: readMounts(), openLinks: false, ...more })]
}

function saved(items: readonly WalkItem[]): WalkedFile[] {
  return items.filter((item) => item.kind === 'file')
}

function names(items: readonly WalkItem[]): string[] {
  return saved(items)
    .map((item) => item.stored.toString().slice(root.length))
    .sort()
}

function notes(items: readonly WalkItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'note' ? [item.text.replaceAll(root, '')] : []))
}

describe('walk', () => {
  it('gives a directory after what is in it, numbered without gaps', () => {
    file('a/b/one')
    file('a/two')
    const items = saved(walk())
    expect(items.map((item) => item.fileIndex)).toEqual([1, 2, 3, 4, 5])
    const at = (name: string) => items.findIndex((item) => item.stored.toString() === root + name)
    expect(at('/a/b/one')).toBeLessThan(at('/a/b/'))
    expect(at('/a/b/')).toBeLessThan(at('/a/'))
    expect(at('/a/two')).toBeLessThan(at('/a/'))
    expect(at('/')).toBe(4)
    expect(items[4]?.type).toBe(FILE_TYPE.directoryEnd)
  })

  it('takes a single file, and says what is not there', () => {
    const one = file('one')
    const items = walk(filesetOf([one, join(root, 'none'), 'relative/path']))
    expect(saved(items)).toHaveLength(1)
    expect(notes(items)).toEqual([
      'Could not stat "/none": ERR=No such file or directory',
      '"relative/path" is not saved: it is no absolute path',
    ])
    expect(items.filter((item) => item.kind === 'note').every((note) => note.isError)).toBe(true)
  })

  it('does not follow links', () => {
    file('real/inside')
    symlinkSync('real', join(root, 'link'))
    const link = saved(walk()).find((item) => item.stored.toString().endsWith('/link'))
    expect(link?.type).toBe(FILE_TYPE.symlink)
    expect(link?.link?.toString()).toBe('real')
    expect(names(walk())).not.toContain('/link/inside')
  })

  it('leaves out what the patterns leave out, with all that is below', () => {
    file('keep/a.c')
    file('keep/a.o')
    file('skip/b.c')
    const options = [{ wildFile: ['*.o'], wildDir: ['*/skip'], exclude: true }, {}]
    expect(names(walk(filesetOf([root], options)))).toEqual(['/', '/keep/', '/keep/a.c'])
  })

  it('leaves out a directory that holds a marker', () => {
    file('a/.nobackup')
    file('a/x')
    file('b/x')
    const fileset = filesetOf([root], {}, { excludeDirContaining: ['.nobackup', '.nobak'] })
    expect(names(walk(fileset))).toEqual(['/', '/b/', '/b/x'])
  })

  it('saves directories but does not enter them without recursion', () => {
    file('a/x')
    file('y')
    const items = walk(filesetOf([root], { recurse: false }))
    expect(names(items)).toEqual(['/', '/a/', '/y'])
    expect(notes(items)).toEqual(['Recursion turned off. Will not descend from  into /a'])
  })

  it('stops at other file systems, or enters them', () => {
    const dev = filesetOf(['/dev'], { wildFile: ['*'], exclude: true })
    const crossing = walk(dev).filter(
      (item) => item.kind === 'note' && item.text.includes('/dev/shm'),
    )
    expect(crossing).toHaveLength(1)
    expect(crossing[0]).toMatchObject({
      type: 'info',
      text: '/dev/shm is a different filesystem. Will not descend from /dev into /dev/shm',
    })
    const all = walk(filesetOf(['/dev'], [{ wildFile: ['*'], exclude: true }, { oneFs: false }]))
    expect(notes(all).filter((text) => text.includes('different filesystem'))).toEqual([])
  })

  it('knows types of file systems', () => {
    const types = readMounts()
    expect(types.get(deviceKey(BigInt(0)))).toBeUndefined()
    const items = walk(filesetOf(['/proc/self'], { fsType: ['ext4'] }))
    expect(saved(items).map((item) => item.type)).toEqual([FILE_TYPE.symlink])
    const proc = walk(filesetOf(['/proc'], { fsType: ['ext4'] }))
    expect(saved(proc)).toHaveLength(1)
    expect(notes(proc)).toEqual([
      'Disallowed filesystem proc. Will not descend from /proc into /proc',
    ])
  })

  it('takes only files of the wanted size', () => {
    file('small', 'x')
    file('large', 'x'.repeat(1000))
    const size = { kind: 'greater', begin: 500, end: 500 }
    expect(names(walk(filesetOf([root], { size })))).toEqual(['/', '/large'])
  })

  it('takes what has changed, by either time', () => {
    file('old')
    file('new')
    const now = Math.floor(Date.now() / 1000)
    utimesSync(join(root, 'old'), now - 9000, now - 9000)
    expect(names(walk(undefined, { since: now - 5000 }))).toEqual(['/', '/new', '/old'])
    const byContent = filesetOf([root], { mtimeOnly: true })
    expect(names(walk(byContent, { since: now - 5000 }))).toEqual(['/', '/new'])
    const later = walk(undefined, { since: now + 5000 })
    expect(saved(later)).toEqual([])
    expect(later.filter((item) => item.kind === 'skip')).toHaveLength(3)
  })

  it('refers further hard links to the first', () => {
    const first = file('a')
    linkSync(first, join(root, 'b'))
    const items = saved(walk(filesetOf([root], { hardLinks: true })))
    const [one, two] = items
    expect(one?.type).toBe(FILE_TYPE.regular)
    expect(two).toMatchObject({ type: FILE_TYPE.linkSaved, linkFileIndex: 1 })
    expect(two?.link).toEqual(one?.stored)
    const apart = saved(walk(filesetOf([root], { hardLinks: false })))
    expect(apart.map((item) => item.type)).toEqual([3, 3, 5])
  })

  it('skips sockets and says so', async () => {
    const server = createServer().listen(join(root, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    const items = walk()
    server.close()
    expect(names(items)).toEqual(['/'])
    expect(notes(items)).toEqual(['Socket file skipped: /socket'])
  })

  it.skipIf(process.geteuid?.() === 0)(
    'says which directories it may not read',
    { meta: { skipReason: 'root may read everything' } },
    () => {
      file('closed/x')
      chmodSync(join(root, 'closed'), 0)
      const items = walk()
      chmodSync(join(root, 'closed'), 0o700)
      expect(names(items)).toEqual(['/', '/closed/'])
      expect(notes(items)).toEqual(['Could not open directory "/closed": ERR=Permission denied'])
    },
  )

  it('goes on when files vanish under it', () => {
    for (let i = 0; i < 10; i++) file(`d/${i}`)
    const seen: WalkItem[] = []
    for (const item of walkFileSet({
      fileset: filesetOf([root]),
      since: 0,
      mounts: new Map(),
      openLinks: false,
    })) {
      if (seen.length === 0) for (let i = 0; i < 10; i++) rmSync(join(root, `d/${i}`))
      seen.push(item)
    }
    const lost = seen.filter((item) => item.kind === 'note')
    expect(lost).toHaveLength(9)
    expect(lost.every((note) => !note.isError && note.type === 'notsaved')).toBe(true)
  })

  it('leaves out what is marked as not worth a backup, when asked', async () => {
    file('marked/x')
    file('plain')
    const marked = await run(['chattr', '+d', join(root, 'marked')])
    if (marked.exitCode !== 0) return
    const { posix } = loadPosix()
    const fileset = filesetOf([root], { honorNoDump: true })
    expect(names(walk(fileset, { posix }))).toEqual(['/', '/plain'])
    expect(names(walk(filesetOf([root]), { posix }))).toHaveLength(4)
  })

  it('strips leading directories from stored names', () => {
    file('x')
    const depth = root.split('/').length - 2
    const items = saved(walk(filesetOf([root], { stripPath: depth })))
    expect(items.map((item) => item.stored.toString())).toEqual(['/root/x', '/root/'])
  })

  it('holds no more directories open than it must', () => {
    mkdirSync(join(root, Array.from({ length: 400 }, () => 'd').join('/')), { recursive: true })
    expect(saved(walk())).toHaveLength(401)
  })
})

describe('times', () => {
  it('round down before the epoch', () => {
    expect(seconds(-1n)).toBe(-1)
    expect(seconds(-1_000_000_000n)).toBe(-1)
    expect(seconds(1_999_999_999n)).toBe(1)
  })
})

describe('link table', () => {
  it('forgets a file when all its links were seen', () => {
    const table = new LinkTable()
    table.remember({ dev: 1n, ino: 2n, nlink: 3n }, { fileIndex: 7, path: Buffer.from('/a') })
    expect(table.find(1n, 2n)?.fileIndex).toBe(7)
    expect(table.size).toBe(1)
    expect(table.find(1n, 2n)?.fileIndex).toBe(7)
    expect(table.size).toBe(0)
    expect(table.find(1n, 2n)).toBeUndefined()
  })
})

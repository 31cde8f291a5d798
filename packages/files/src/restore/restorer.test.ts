import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@coffer/test-kit'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FILE_TYPE, STREAM } from '@coffer/core'
import { type FileSource, type Outcome, recordsFor, restore } from './records.contract.ts'
import { createRestorer, type RestoreOptions, type RestoreProblem } from './restorer.ts'

let base: string
let where: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'coffer-restorer-'))
  where = join(base, 'where')
})

afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

function restoreFiles(
  files: readonly FileSource[],
  options: Partial<RestoreOptions> = {},
): Outcome {
  return restore(recordsFor(files), { where, ...options })
}

function texts(outcome: Outcome): string[] {
  return outcome.problems.map(({ kind, text }) => `${kind}: ${text.replaceAll(base, '')}`)
}

const directory = (path: string, more: Partial<FileSource> = {}): FileSource => ({
  path,
  type: FILE_TYPE.directoryEnd,
  ...more,
})

describe('files', () => {
  it('come with content, mode and times, and nothing temporary stays', () => {
    const fraction = { mtimeNs: 123_456_789, atimeNs: 5 }
    const outcome = restoreFiles([
      { path: '/d/a', content: 'hello', mode: 0o640, fraction },
      { path: '/d/empty' },
      directory('/d/', { mode: 0o711 }),
    ])
    expect(outcome).toEqual({ problems: [], totals: { files: 3, bytes: 5, errors: 0, skipped: 0 } })
    const stat = statSync(join(where, 'd/a'), { bigint: true })
    expect(readFileSync(join(where, 'd/a'), 'utf8')).toBe('hello')
    expect(Number(stat.mode) & 0o7777).toBe(0o640)
    expect(stat.mtimeNs).toBe(1_600_000_000_123_456_789n)
    const parent = statSync(join(where, 'd'))
    expect(parent.mode & 0o7777).toBe(0o711)
    expect(parent.mtimeMs).toBe(1_600_000_000_000)
    expect(readdirSync(join(where, 'd')).sort()).toEqual(['a', 'empty'])
  })

  it('make the directories on their way, which nobody else may enter until the end', () => {
    const seen: number[] = []
    restoreFiles([{ path: '/x/y/file', content: 'a' }], {
      restored: () => seen.push(statSync(join(where, 'x')).mode & 0o777),
    })
    expect(seen).toEqual([0o700])
    expect(statSync(join(where, 'x/y')).mode & 0o777).toBe(0o755)
  })

  it('replace what is there, or do not', () => {
    const target = join(where, 'f')
    const cases = [
      ['always', 0, 'new'],
      ['never', 0, 'old'],
      ['ifnewer', -10, 'new'],
      ['ifnewer', 10, 'old'],
      ['ifolder', 10, 'new'],
      ['ifolder', -10, 'old'],
    ] as const
    for (const [replace, delta, expected] of cases) {
      mkdirSync(where, { recursive: true })
      writeFileSync(target, 'old')
      utimesSync(target, 1_600_000_000 + delta, 1_600_000_000 + delta)
      const { totals } = restoreFiles([{ path: '/f', content: 'new' }], { replace })
      expect([replace, delta, readFileSync(target, 'utf8')]).toEqual([replace, delta, expected])
      expect(totals.skipped).toBe(expected === 'old' ? 1 : 0)
    }
  })

  it('are only those that are wanted', () => {
    const wants = (path: string): boolean => path.endsWith('b')
    restoreFiles(
      [
        { path: '/a', content: '1' },
        { path: '/b', content: '2' },
      ],
      { wants },
    )
    expect(readdirSync(where)).toEqual(['b'])
  })

  it('keep a setuid bit only with their owner', () => {
    const stat = { uid: 4242, gid: 4242 }
    restoreFiles([{ path: '/s', content: 'x', mode: 0o6755, stat }], { owner: false })
    expect(statSync(join(where, 's')).mode & 0o7777).toBe(0o755)
  })

  it('of a name that is not UTF-8 have it again', () => {
    restoreFiles([{ path: Buffer.from('/l\xe9', 'latin1'), content: 'x' }])
    const [name] = readdirSync(where, { encoding: 'buffer' })
    expect(name).toEqual(Buffer.from('l\xe9', 'latin1'))
  })

  it('that came out of a fifo become files, as long as they are', () => {
    const stat = { mode: 0o010644, size: 0 }
    const outcome = restoreFiles([{ path: '/p', type: FILE_TYPE.fifo, content: 'dump', stat }])
    expect(outcome.problems).toEqual([])
    expect(readFileSync(join(where, 'p'), 'utf8')).toBe('dump')
    expect(statSync(join(where, 'p')).mode & 0o7777).toBe(0o644)
  })

  it('of 255 bytes in their name are made', () => {
    const name = 'n'.repeat(255)
    expect(restoreFiles([{ path: `/${name}`, content: 'x' }]).problems).toEqual([])
    expect(readdirSync(where)).toEqual([name])
  })
})

describe('damage', () => {
  it('in the content is told, and what there is does not pass for the file', () => {
    const outcome = restoreFiles([
      { path: '/bad', content: 'hello', digest: '00'.repeat(16) },
      { path: '/good', content: 'world' },
    ])
    expect(texts(outcome)).toEqual([
      'error: "/where/bad" is not restored: its content does not have the digest that was stored with it;' +
        ' what there is of it is "/where/bad.damaged"',
    ])
    expect(readdirSync(where).sort()).toEqual(['bad.damaged', 'good'])
    expect(outcome.totals).toMatchObject({ files: 1, errors: 1 })
  })

  it('is seen with every digest, expected or not', () => {
    const both: readonly FileSource[] = [
      { path: '/a', content: 'first' },
      { path: '/b', content: 'second', digest: 'ff'.repeat(16) },
    ]
    expect(restoreFiles(both).totals.errors).toBe(1)
    expect(restoreFiles([...both].reverse()).totals.errors).toBe(1)
  })

  it('that cuts a file short is told', () => {
    const outcome = restoreFiles([{ path: '/short', content: 'hello', size: 9, digest: false }])
    expect(texts(outcome)[0]).toContain('it is cut short: 5 bytes instead of 9')
    expect(existsSync(join(where, 'short'))).toBe(false)
  })

  it('is not a file that changed while it was saved', () => {
    const outcome = restoreFiles([{ path: '/log', content: 'hello', size: 3 }])
    expect(texts(outcome)).toEqual([
      'warning: "/where/log" has 5 bytes instead of 3: it changed while it was saved',
    ])
    expect(outcome.totals).toMatchObject({ files: 1, errors: 0 })
  })

  it('of attributes costs that file and no other', () => {
    const records = recordsFor([
      { path: '/a', content: '1' },
      { path: '/b', content: '2' },
      { path: '/c', content: '3' },
    ])
    const broken = records.map((record) =>
      record.fileIndex === 2 && record.stream === STREAM.unixAttributes
        ? { ...record, data: Buffer.from('garbage') }
        : record,
    )
    const outcome = restore(broken, { where })
    expect(readdirSync(where).sort()).toEqual(['a', 'c'])
    expect(texts(outcome)[0]).toContain('FileIndex 2: an attribute record cannot be read')
    const lost = records.filter((r) => r.fileIndex !== 2 || r.stream !== STREAM.unixAttributes)
    rmSync(where, { recursive: true })
    expect(texts(restore(lost, { where }))).toEqual([
      'error: records of FileIndex 2 without its attributes: the file is not restored',
    ])
    expect(readdirSync(where).sort()).toEqual(['a', 'c'])
  })

  it('of compressed data costs that file and no other', () => {
    const extra = [{ stream: STREAM.compressedData, data: Buffer.from('GZIP0000') }]
    const outcome = restoreFiles([
      { path: '/z', size: 4, type: 3, extra },
      { path: '/k', content: 'k' },
    ])
    expect(texts(outcome)[0]).toContain('compressed data cannot be unpacked')
    expect(readdirSync(where)).toEqual(['k'])
  })

  it('never makes anything but a problem of any records', () => {
    const good = recordsFor([
      { path: '/a', content: 'some content' },
      { path: '/l', type: FILE_TYPE.symlink, link: 'a' },
      directory('/d/'),
    ])
    const record = fc.oneof(
      fc.record({
        fileIndex: fc.integer({ min: -8, max: 5 }),
        stream: fc.constantFrom(1, 2, 3, 4, 6, 10, 20, 26, 29, 30, 40, 1007, 1998, 777),
        data: fc.uint8Array({ maxLength: 60 }),
      }),
      fc.constantFrom(...good),
    )
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        restore(records, { where })
      }),
      { numRuns: 60 },
    )
  })
})

describe('links', () => {
  it('of the symbolic kind are made as they were, times too', () => {
    const outcome = restoreFiles([
      { path: '/l', type: FILE_TYPE.symlink, link: '/no/where', mode: 0o777 },
    ])
    expect(outcome.problems).toEqual([])
    expect(readlinkSync(join(where, 'l'))).toBe('/no/where')
    expect(lstatSync(join(where, 'l')).mtimeMs).toBe(1_600_000_000_000)
  })

  it('of the hard kind share their file again', () => {
    const files: FileSource[] = [
      { path: '/d/a', content: 'x', nlink: 2 },
      { path: '/e/b', type: FILE_TYPE.linkSaved, link: '/d/a' },
    ]
    for (let round = 0; round < 2; round++) {
      expect(restoreFiles(files).problems).toEqual([])
      expect(statSync(join(where, 'e/b')).ino).toBe(statSync(join(where, 'd/a')).ino)
      expect(readdirSync(join(where, 'e'))).toEqual(['b'])
    }
  })

  it('to a file that was not restored are told, not made to something else', () => {
    mkdirSync(where)
    writeFileSync(join(where, 'a'), 'another file')
    const outcome = restoreFiles([{ path: '/b', type: FILE_TYPE.linkSaved, link: '/a' }])
    expect(texts(outcome)).toEqual([
      'error: "/where/b" is not restored: it is a hard link to "/a", which was not restored before it',
    ])
    expect(existsSync(join(where, 'b'))).toBe(false)
  })

  it('go to the file that stays because of Replace', () => {
    mkdirSync(where)
    writeFileSync(join(where, 'a'), 'old')
    restoreFiles(
      [
        { path: '/a', content: 'new', nlink: 2 },
        { path: '/b', type: FILE_TYPE.linkSaved, link: '/a' },
      ],
      { replace: 'never' },
    )
    expect(readFileSync(join(where, 'b'), 'utf8')).toBe('old')
  })
})

describe('the way out of the place', () => {
  it('through ".." is refused', () => {
    const outcome = restoreFiles([
      { path: '/../escaped', content: 'x' },
      { path: '/a/../../escaped', content: 'x' },
      { path: '/a/..', content: 'x' },
      directory('/../dir/'),
    ])
    expect(outcome.totals).toMatchObject({ files: 0, errors: 4 })
    expect(readdirSync(base)).toEqual(['where'])
  })

  it('through a link that the Job itself brings is refused', () => {
    const outside = join(base, 'outside')
    mkdirSync(outside)
    const outcome = restoreFiles([
      { path: '/link', type: FILE_TYPE.symlink, link: outside },
      { path: '/link/planted', content: 'x' },
      { path: '/link/deep/planted', content: 'x' },
      directory('/link/sub/'),
    ])
    expect(readdirSync(outside)).toEqual([])
    expect(outcome.totals).toMatchObject({ files: 1, errors: 3 })
    expect(texts(outcome)[0]).toContain('"link" on the way is a symbolic link')
  })

  it("through a link that stands there is refused, and a link in the file's place is replaced", () => {
    const outside = join(base, 'outside')
    mkdirSync(outside)
    mkdirSync(where)
    writeFileSync(join(outside, 'victim'), 'precious')
    symlinkSync(outside, join(where, 'dir'))
    symlinkSync(join(outside, 'victim'), join(where, 'file'))
    const outcome = restoreFiles([
      { path: '/dir/victim', content: 'x' },
      { path: '/file', content: 'mine' },
    ])
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('precious')
    expect(readFileSync(join(where, 'file'), 'utf8')).toBe('mine')
    expect(lstatSync(join(where, 'file')).isSymbolicLink()).toBe(false)
    expect(outcome.totals).toMatchObject({ files: 1, errors: 1 })
  })

  it('to the place itself may lead through links: the operator named it', () => {
    const real = join(base, 'real')
    mkdirSync(real)
    symlinkSync(real, join(base, 'alias'))
    const outcome = restoreFiles([{ path: '/f', content: 'x' }], {
      where: join(base, 'alias', 'in'),
    })
    expect(outcome.problems).toEqual([])
    expect(existsSync(join(real, 'in/f'))).toBe(true)
  })

  it('in place may lead through an old link of ours, not through a new one', () => {
    const real = join(base, 'real')
    mkdirSync(real)
    symlinkSync(real, join(base, 'home'))
    const file: FileSource = { path: `${base}/home/f`, content: 'x' }
    const later = Date.now() + 10_000
    expect(restoreFiles([file], { where: '', nowMs: later }).problems).toEqual([])
    expect(existsSync(join(real, 'f'))).toBe(true)
    rmSync(join(real, 'f'))
    expect(restoreFiles([file], { where: '/', nowMs: Date.now() - 10_000 }).totals.errors).toBe(1)
    expect(existsSync(join(real, 'f'))).toBe(false)
  })
})

describe('directories', () => {
  it('replace a file of their name', () => {
    mkdirSync(where)
    writeFileSync(join(where, 'd'), 'a file')
    expect(restoreFiles([directory('/d/')]).problems).toEqual([])
    expect(statSync(join(where, 'd')).isDirectory()).toBe(true)
  })

  it('are not replaced by a file', () => {
    mkdirSync(join(where, 'd/full'), { recursive: true })
    const outcome = restoreFiles([{ path: '/d', content: 'x' }])
    expect(texts(outcome)[0]).toMatch(/^error: "\/where\/d" is not restored: ERR=/u)
    expect(statSync(join(where, 'd')).isDirectory()).toBe(true)
    expect(readdirSync(where)).not.toContain('.coffer-test-1')
  })

  it('that shut even their owner out come out closed, with what is in them', () => {
    const outcome = restoreFiles([
      { path: '/c/inside', content: 'x', mode: 0 },
      directory('/c/', { mode: 0 }),
    ])
    expect(outcome.problems).toEqual([])
    const closed = statSync(join(where, 'c'))
    chmodSync(join(where, 'c'), 0o700)
    expect(closed.mode & 0o777).toBe(0)
    expect(closed.mtimeMs).toBe(1_600_000_000_000)
  })
})

describe('an end before the end', () => {
  it('leaves no unfinished file', () => {
    const problems: RestoreProblem[] = []
    const restorer = createRestorer({
      where,
      replace: 'always',
      tag: 'test',
      nowMs: Date.now(),
      report: (problem) => problems.push(problem),
    })
    const records = recordsFor([{ path: '/a', content: 'x'.repeat(100_000) }])
    for (const record of records.slice(0, 2)) restorer.accept(record)
    expect(restorer.current).toBe('/a')
    expect(restorer.abort()).toMatchObject({ files: 0 })
    expect(readdirSync(where)).toEqual([])
  })

  it.runIf(process.geteuid?.() === 0)('on a full disk is told once and stops', async () => {
    mkdirSync(where)
    const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', where])
    if (mounted.exitCode !== 0) return
    try {
      const outcome = restoreFiles([
        { path: '/small', content: 'x' },
        { path: '/large', content: Buffer.alloc(1_000_000, 'x') },
        { path: '/after', content: 'y' },
      ])
      expect(texts(outcome)).toEqual([
        'fatal: no space for "/where/large": ERR=No space left on device',
      ])
      expect(readdirSync(where)).toEqual(['small'])
      expect(outcome.totals).toMatchObject({ files: 1, errors: 1 })
    } finally {
      await run(['umount', where])
    }
  })
})

describe('what cannot be restored', () => {
  it('is told for each file', () => {
    const outcome = restoreFiles([
      {
        path: '/e',
        type: 3,
        size: 5,
        extra: [{ stream: STREAM.encryptedData, data: Buffer.alloc(16) }],
      },
      {
        path: '/w',
        type: 3,
        size: 5,
        extra: [{ stream: STREAM.win32Data, data: Buffer.alloc(16) }],
      },
      { path: '/r', type: FILE_TYPE.reparse },
      { path: '/gone', type: FILE_TYPE.deleted },
    ])
    expect(texts(outcome)).toEqual([
      'error: "/where/e" is not restored: the record with the key of its content is missing',
      'error: "/where/w" is not restored: its content is in the form of Windows',
      'error: "/where/r" is not restored: it is of type 21, which cannot be restored here',
    ])
    expect(readdirSync(where)).toEqual([])
  })
})

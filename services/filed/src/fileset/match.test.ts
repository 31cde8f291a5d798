import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileOptions, Include } from '@coffer/wire'
import { compileExpression } from './expression.ts'
import {
  compileInclude,
  DEFAULT_OPTIONS,
  matchesSize,
  stripComponents,
  verdictOf,
} from './match.ts'
import { compileWild } from './wild.ts'

function include(...blocks: readonly Partial<FileOptions>[]): Include {
  const options = blocks.map((block) => ({ ...DEFAULT_OPTIONS, ...block }))
  return { options, files: [], plugins: [], excludeDirContaining: [] }
}

function verdict(
  blocks: readonly Partial<FileOptions>[],
  path: string,
  more: { readonly directory?: boolean; readonly excludes?: readonly string[] } = {},
): FileOptions | undefined {
  const excludes = (more.excludes ?? []).map((entry) => Buffer.from(entry))
  return verdictOf(compileInclude(include(...blocks), excludes), path, more.directory ?? false)
}

describe('wild cards', () => {
  it.each([
    ['*.o', '/src/a.o', true],
    ['*.o', '/src/a.c', false],
    ['/home/*/cache', '/home/ann/deep/cache', true],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a?c', '/a/c', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]x]y', ']y', true],
    ['[a-]y', '-y', true],
    ['[[:digit:]]*', '7 files', true],
    ['[[:digit:]]*', 'x7', false],
    ['a[b', 'a[b', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['', '', true],
    ['*', '', true],
    ['**', 'anything', true],
  ])('%j against %j is %s', (pattern, path, expected) => {
    expect(compileWild(pattern, false)(path)).toBe(expected)
  })

  it('ignore case when asked', () => {
    expect(compileWild('*.JPG', true)('/x/a.jpg')).toBe(true)
    expect(compileWild('/README', true)('/readme')).toBe(true)
    expect(compileWild('*.JPG', false)('/x/a.jpg')).toBe(false)
  })

  it('agree with the plain meaning of stars', () => {
    const part = fc.constantFrom('a', 'b', '/', '*')
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.constantFrom('a', 'b', '/')), (pattern, text) => {
        const expression = pattern.map((p) => (p === '*' ? '[^]*' : p)).join('')
        const expected = new RegExp(`^${expression}$`, 'u').test(text.join(''))
        expect(compileWild(pattern.join(''), false)(text.join(''))).toBe(expected)
      }),
    )
  })

  it('never take long', () => {
    const test = compileWild('*a*a*a*a*a*a*a*a*b', false)
    expect(test('a'.repeat(5000))).toBe(false)
  })

  it('take anything for a pattern', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        compileWild(pattern, false)(text)
      }),
    )
  })
})

describe('regular expressions', () => {
  it.each([
    ['^/home/[^/]*/Music', '/home/ann/Music/x', true],
    ['\\.(mp3|avi)$', '/a.avi', true],
    ['[[:alpha:]]{3}$', '/x1abc', true],
    ['(?i)readme', '/ReadMe', true],
    ['\\_x', '/_x', true],
  ])('%s against %s is %s', (source, path, expected) => {
    expect(compileExpression(source, false)(path)).toBe(expected)
  })

  it('that are none are refused by name', () => {
    expect(() => compileExpression('a(b', false)).toThrow('"a(b" cannot be used')
    expect(() => compileExpression('a'.repeat(5000), false)).toThrow('too long')
  })
})

describe('verdict', () => {
  it('is that of the first block with a matching pattern', () => {
    const blocks = [
      { wild: ['*.gz'], signature: 'MD5' },
      { wild: ['*.tar.gz'], exclude: true },
      { signature: 'SHA1' },
    ]
    expect(verdict(blocks, '/a.tar.gz')?.signature).toBe('MD5')
    expect(verdict(blocks, '/a.txt')?.signature).toBe('SHA1')
  })

  it('leaves out what an excluding block matches', () => {
    const blocks = [{ wild: ['*.o'], exclude: true }, { signature: 'SHA1' }]
    expect(verdict(blocks, '/a.o')).toBeUndefined()
    expect(verdict(blocks, '/a.c')?.signature).toBe('SHA1')
  })

  it('leaves out all that comes to an excluding block without patterns', () => {
    const blocks = [{ wildFile: ['*.c'] }, { exclude: true }]
    expect(verdict(blocks, '/a.c')).toBeDefined()
    expect(verdict(blocks, '/a.h')).toBeUndefined()
  })

  it('keeps patterns for directories and files apart', () => {
    const blocks = [{ wildDir: ['*/tmp'], regexFile: ['~$'], exclude: true }, {}]
    expect(verdict(blocks, '/x/tmp', { directory: true })).toBeUndefined()
    expect(verdict(blocks, '/x/tmp')).toBeDefined()
    expect(verdict(blocks, '/x/a~')).toBeUndefined()
    expect(verdict(blocks, '/x/a~', { directory: true })).toBeDefined()
  })

  it('sees a directory with a slash when the pattern has one at its end', () => {
    const blocks = [{ wildDir: ['*/tmp/'], regexDir: ['/cache/$'], exclude: true }, {}]
    expect(verdict(blocks, '/x/tmp', { directory: true })).toBeUndefined()
    expect(verdict(blocks, '/x/cache', { directory: true })).toBeUndefined()
    const inside = [{ wildDir: ['/x/*'], exclude: true }, {}]
    expect(verdict(inside, '/x', { directory: true })).toBeDefined()
    expect(verdict(inside, '/x/y', { directory: true })).toBeUndefined()
  })

  it('asks Exclude blocks last', () => {
    const excludes = ['/proc', '*.bak', '/var/tmp/']
    expect(verdict([{}], '/proc', { directory: true, excludes })).toBeUndefined()
    expect(verdict([{}], '/etc/x.bak', { excludes })).toBeUndefined()
    expect(verdict([{}], '/var/tmp', { directory: true, excludes })).toBeUndefined()
    expect(verdict([{}], '/proc2', { excludes })).toBeDefined()
    expect(verdict([{ wild: ['*.bak'] }], '/etc/x.bak', { excludes })).toBeDefined()
  })
})

describe('sizes', () => {
  const size = (kind: string, begin: number, end = begin) => ({ kind, begin, end })

  it('match as they say', () => {
    expect(matchesSize(null, 5)).toBe(true)
    expect(matchesSize(size('smaller', 10), 10)).toBe(false)
    expect(matchesSize(size('smaller', 10), 9)).toBe(true)
    expect(matchesSize(size('greater', 10), 10)).toBe(false)
    expect(matchesSize(size('greater', 10), 11)).toBe(true)
    expect(matchesSize(size('range', 5, 10), 10)).toBe(true)
    expect(matchesSize(size('range', 5, 10), 11)).toBe(false)
    expect(matchesSize(size('approximate', 99, 101), 100)).toBe(true)
  })
})

describe('stripped paths', () => {
  it.each([
    ['/a/b/c', 1, '/b/c'],
    ['/a/b/c', 2, '/c'],
    ['/a/b/c', 3, '/a/b/c'],
    ['/a', 1, '/a'],
    ['/a/b', 0, '/a/b'],
  ])('%s less %d is %s', (path, count, expected) => {
    expect(stripComponents(path, count)).toBe(expected)
  })
})

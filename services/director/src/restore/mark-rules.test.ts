import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literalGlob, parseGlob } from './glob.ts'
import { entryPath, MarkRules, splitDirectory } from './mark-rules.ts'

/** Whether a path is marked, found from the top as a walk finds it. */
function isMarked(rules: MarkRules, path: string): boolean {
  const isDirectory = path.endsWith('/')
  const names = path.split('/').filter((name) => name !== '')
  let directory = '/'
  let inherited = rules.stateOf('/')
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) return rules.isMarked(directory, name, inherited)
    inherited = rules.below(directory, name, inherited)
    directory = entryPath(directory, name, true)
  }
  return isDirectory && inherited
}

test('a mark reaches down until another one takes over', () => {
  const rules = new MarkRules()
  rules.set('/', parseGlob('*'), true, 'tree')
  rules.set('/srv/', literalGlob('cache'), false, 'tree')
  rules.set('/srv/cache/', parseGlob('*.keep'), true, 'tree')
  expect(isMarked(rules, '/etc/hosts')).toBe(true)
  expect(isMarked(rules, '/srv/')).toBe(true)
  expect(isMarked(rules, '/srv/cache/')).toBe(false)
  expect(isMarked(rules, '/srv/cache/deep/file')).toBe(false)
  expect(isMarked(rules, '/srv/cache/x.keep')).toBe(true)
  expect(rules.stateOf('/srv/cache/deep/')).toBe(false)
})

test('a later rule above ends those below it', () => {
  const rules = new MarkRules()
  rules.set('/a/b/', parseGlob('*'), true, 'tree')
  rules.set('/', parseGlob('a'), false, 'tree')
  expect(isMarked(rules, '/a/b/file')).toBe(false)
  expect(rules.hasRulesAtOrBelow('/a/')).toBe(false)
})

test('a directory may be marked alone', () => {
  const rules = new MarkRules()
  rules.set('/', parseGlob('a'), true, 'self')
  expect(isMarked(rules, '/a/')).toBe(true)
  expect(isMarked(rules, '/a/file')).toBe(false)
  rules.set('/a/', parseGlob('file'), true, 'tree')
  rules.set('/', parseGlob('a'), false, 'self')
  expect(isMarked(rules, '/a/')).toBe(false)
  expect(isMarked(rules, '/a/file')).toBe(true)
})

test('drives stand beside the root', () => {
  expect(entryPath('/', 'C:', true)).toBe('C:/')
  expect(entryPath('/', 'etc', true)).toBe('/etc/')
  expect(splitDirectory('C:/')).toEqual({ parent: '/', name: 'C:' })
  expect(splitDirectory('C:/Users/')).toEqual({ parent: 'C:/', name: 'Users' })
  expect(splitDirectory('/etc/')).toEqual({ parent: '/', name: 'etc' })
  const rules = new MarkRules()
  rules.set('/', parseGlob('C:'), true, 'tree')
  expect(rules.stateOf('C:/Users/')).toBe(true)
  rules.set('C:/Users/', parseGlob('*'), false, 'tree')
  expect(rules.childrenWithRules('/')).toEqual(['C:'])
  rules.set('/', parseGlob('*'), true, 'tree')
  expect(rules.stateOf('C:/Users/')).toBe(true)
})

test('what can be counted as a whole is known', () => {
  const rules = new MarkRules()
  expect(rules.uniformState('/', true)).toBe(true)
  rules.set('/', parseGlob('*'), true, 'tree')
  expect(rules.uniformState('/', false)).toBe(true)
  rules.set('/', parseGlob('e*'), false, 'tree')
  expect(rules.uniformState('/', false)).toBeUndefined()
  rules.set('/a/b/', parseGlob('x'), false, 'tree')
  expect(rules.childrenWithRules('/')).toEqual(['a'])
  expect(rules.childrenWithRules('/a/')).toEqual(['b'])
})

test('rules say the same as marking every file would', () => {
  const paths = ['a', 'b', 'c'].flatMap((top) => [
    `/${top}/`,
    ...['x', 'y'].flatMap((name) => [`/${top}/${name}/`, `/${top}/${name}/1`, `/${top}/${name}/2`]),
    `/${top}/file`,
  ])
  const directories = ['/', ...paths.filter((path) => path.endsWith('/'))]
  const step = fc.record({
    directory: fc.constantFrom(...directories),
    pattern: fc.constantFrom('*', 'a', 'b', 'x', '1', '[ab]', '?', 'f*'),
    isMarked: fc.boolean(),
    scope: fc.constantFrom('tree' as const, 'self' as const),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const rules = new MarkRules()
      const marked = new Set<string>()
      for (const { directory, pattern, isMarked: mark, scope } of steps) {
        const glob = parseGlob(pattern)
        rules.set(directory, glob, mark, scope)
        for (const path of paths) {
          if (!isHit(path, directory, glob.matches, scope)) continue
          if (mark) marked.add(path)
          else marked.delete(path)
        }
      }
      expect(paths.filter((path) => isMarked(rules, path))).toEqual(
        paths.filter((path) => marked.has(path)),
      )
    }),
  )
})

function isHit(
  path: string,
  directory: string,
  matches: (name: string) => boolean,
  scope: string,
): boolean {
  if (!path.startsWith(directory) || path === directory) return false
  const [name = '', ...deeper] = path.slice(directory.length).split('/')
  const isChild = deeper.length === 0 || (deeper.length === 1 && deeper[0] === '')
  return matches(name) && (isChild || scope === 'tree')
}

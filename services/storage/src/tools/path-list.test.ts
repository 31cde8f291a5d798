import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compilePattern, loadPathFilter } from './path-list.ts'

describe('compilePattern', () => {
  it.each([
    ['/etc', '/etc', true],
    ['/etc', '/etc/hosts', true],
    ['/etc/', '/etc/ssl/cert.pem', true],
    ['/etc', '/etcetera', false],
    ['/etc/*.conf', '/etc/a.conf', true],
    ['/etc/*.conf', '/etc/ssl/a.conf', false],
    ['/etc/**.conf', '/etc/ssl/a.conf', true],
    ['/a?c', '/abc', true],
    ['/a?c', '/a/c', false],
    ['/a.c', '/abc', false],
    ['/with[brackets]', '/with[brackets]', true],
    ['/new', '/new\nline', false],
  ])('%j holds for %j: %s', (line, path, holds) => {
    expect(compilePattern(line)(path)).toBe(holds)
  })
})

describe('loadPathFilter', () => {
  it('takes what is included and not excluded', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'coffer-list-'))
    const include = join(directory, 'include')
    const exclude = join(directory, 'exclude')
    await writeFile(include, '/etc\n\n/srv\n')
    await writeFile(exclude, '/etc/ssl\n')
    const wants = await loadPathFilter({ include, exclude })
    expect(['/etc/hosts', '/etc/ssl/key', '/srv/a', '/usr'].map(wants)).toEqual([
      true,
      false,
      true,
      false,
    ])
    const all = await loadPathFilter({ include: undefined, exclude: undefined })
    expect(all('/anything')).toBe(true)
    const missing = loadPathFilter({ include: join(directory, 'gone'), exclude: undefined })
    await expect(missing).rejects.toMatchObject({ code: 'tool-file' })
    await rm(directory, { recursive: true })
  })
})

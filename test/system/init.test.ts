// `coffer init`, `up` and `down` as an administrator meets them.
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coffer, findPortBase, makeScratch, type Scratch } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('coffer init', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await makeScratch('init')
  })
  afterAll(() => scratch.remove())

  it('writes a configuration that has no fault, with secrets that others cannot read', async () => {
    const path = join(scratch.path, 'good')
    expect((await coffer(['init', path])).exitCode).toBe(0)
    for (const daemon of ['director', 'storage', 'filed']) {
      expect(await coffer([daemon, '-t', '-c', path])).toMatchObject({ exitCode: 0 })
    }
    const { mode } = await stat(join(path, 'director.d', 'client', 'coffer-fd.conf'))
    expect(mode & 0o007).toBe(0)
  })

  it('gives every configuration passwords of its own', async () => {
    const texts = await Promise.all(
      ['a', 'b'].map(async (name) => {
        await coffer(['init', join(scratch.path, name)])
        return readFile(join(scratch.path, name, 'console.conf'), 'utf8')
      }),
    )
    expect(texts[0]).toMatch(/Password = "[\w-]{43}"/)
    expect(texts[0]).not.toBe(texts[1])
  })

  it('refuses a directory that holds something, and leaves it alone', async () => {
    const path = join(scratch.path, 'full')
    await mkdir(path)
    await writeFile(join(path, 'mine'), '1')
    const said = await coffer(['init', path])
    expect(said.exitCode).toBe(1)
    expect(said.stderr).toContain('is not empty, nothing was written')
    expect(await readdir(path)).toEqual(['mine'])
  })

  it.each(['0', '65533', 'x'])('refuses the port base %s', async (base) => {
    const said = await coffer(['init', join(scratch.path, 'port'), '--port-base', base])
    expect(said.exitCode).toBe(41)
    expect(said.stderr).toContain('HINT: ')
  })
})

describe('coffer up and down', () => {
  let scratch: Scratch
  let path: string
  beforeAll(async () => {
    scratch = await makeScratch('up')
    path = join(scratch.path, 'host')
    await coffer(['init', path, '--port-base', String(await findPortBase())])
  })
  afterAll(async () => {
    await coffer(['down', path])
    await scratch.remove()
  })

  it('starts three daemons, once', async () => {
    const first = await coffer(['up', path, '--detach'])
    expect(first).toMatchObject({ exitCode: 0 })
    const second = await coffer(['up', path, '--detach'])
    expect(second.exitCode).toBe(1)
    expect(second.stderr).toMatch(/runs already as process \d+/)
    const again = await coffer(['director', '-f', '-c', path])
    expect(again.exitCode).toBe(1)
    expect(again.stdout + again.stderr).toContain('already-running')
  })

  it('stops them', async () => {
    const said = await coffer(['down', path])
    expect(said.stdout).toBe('Stopped: director, filed, storage\n')
    expect((await coffer(['down', path])).stdout).toBe('Nothing runs.\n')
  })
})

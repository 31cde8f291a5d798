// The commands of docs/encryption.md, run as they stand, and what they promise.
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { COFFER, coffer, findPortBase, makeScratch, run, type Scratch } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PAGE = fileURLToPath(new URL('../../docs/encryption.md', import.meta.url))
const BLOCK = /^```(sh|console) run\n([\s\S]*?)^```$/gm
const SECRET = 'nobody but the client reads this line '

describe('docs/encryption.md', () => {
  let scratch: Scratch
  let portBase: number

  beforeAll(async () => {
    scratch = await makeScratch('encryption-doc')
    portBase = await findPortBase()
    await mkdir(join(scratch.path, 'bin'))
    await symlink(COFFER, join(scratch.path, 'bin/coffer'))
    await mkdir(join(scratch.path, 'tree'))
    await writeFile(join(scratch.path, 'tree/secret.txt'), SECRET.repeat(2000))
  })

  afterAll(async () => {
    await coffer(['down', join(scratch.path, 'coffer')])
    await scratch.remove()
  })

  const host = () => join(scratch.path, 'coffer')

  async function runShell(line: string): Promise<void> {
    const ports = line.startsWith('coffer init') ? ` --port-base ${portBase}` : ''
    const path = `PATH="${join(scratch.path, 'bin')}:$PATH"`
    const { exitCode, stderr } = await run(['sh', '-c', `export ${path}; ${line}${ports}`])
    expect({ line, exitCode, stderr }).toMatchObject({ line, exitCode: 0 })
    if (ports !== '') await saveTree()
  }

  /** The page's FileSet is of a real system; a test needs to know what is in it. */
  async function saveTree(): Promise<void> {
    const path = join(host(), 'director.d/fileset/SelfTest.conf')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('/usr/sbin', join(scratch.path, 'tree')))
  }

  async function runConsole(body: string): Promise<void> {
    const said = await coffer(['console', '-c', host()], body)
    expect(said.exitCode, said.stderr).toBe(0)
    expect(said.stdout).not.toContain('is an invalid command')
    expect(said.stdout).not.toMatch(/\*\*\* (Backup|Restore) Error \*\*\*|not restored/)
    if (body.includes('run job')) expect(said.stdout).toMatch(/Encryption: +yes/)
  }

  it('works from top to bottom, and no Volume holds a plain byte', {
    timeout: 180_000,
  }, async () => {
    const page = await readFile(PAGE, 'utf8')
    for (const [, kind, block = ''] of page.matchAll(BLOCK)) {
      const body = block.replaceAll('/srv/coffer', host())
      if (kind === 'console') await runConsole(body)
      else for (const line of body.trim().split('\n')) await runShell(line)
    }
    const volumes = await readdir(join(host(), 'volumes'))
    for (const name of volumes) {
      const volume = await readFile(join(host(), 'volumes', name))
      expect(volume.includes('secret.txt')).toBe(true)
      expect(volume.includes(SECRET.trim())).toBe(false)
    }
    for (const place of ['restored', 'recovered', 'extracted']) {
      const file = join(host(), place, scratch.path, 'tree/secret.txt')
      expect(await readFile(file, 'utf8'), place).toBe(SECRET.repeat(2000))
    }
  })
})

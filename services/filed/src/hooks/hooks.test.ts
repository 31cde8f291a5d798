import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePlainTree, makeScratch, type Scratch } from '@coffer/test-kit'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { filesetOf } from '../backup/backup-loop.contract.ts'
import { FiledRig, type JobOutcome } from '../filed-rig.contract.ts'
import { hookDirectory } from './hook-directory.ts'
import { listHooks } from './hook-list.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const isRoot = process.getuid?.() === 0
let scratch: Scratch
let directory: string
let seen: string
let rig: FiledRig

beforeAll(async () => {
  scratch = await makeScratch('hooks')
  directory = join(scratch.path, 'hooks.d')
  seen = join(scratch.path, 'seen')
  await makePlainTree(join(scratch.path, 'tree'))
  rig = await FiledRig.start(scratch.path, '', `Hooks Directory = "${directory}"; Hook Timeout = 2`)
})

beforeEach(async () => {
  rig.batches = []
  rig.onBatch = () => undefined
  await rm(directory, { recursive: true, force: true })
  await writeFile(seen, '')
})

afterAll(async () => {
  await rig.stop()
  await scratch.remove()
})

async function hook(name: string, body: string, mode = 0o755): Promise<string> {
  await mkdir(directory, { recursive: true })
  const path = join(directory, name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, mode)
  return path
}

const witness = (name: string) => hook(name, `echo "${name} $#:$1:$2" >> ${seen}`)
const lines = async () => (await readFile(seen, 'utf8')).split('\n').filter((line) => line !== '')
const backUp = () => rig.backup(filesetOf([join(scratch.path, 'tree')]))

function texts(outcome: JobOutcome, type: string): string[] {
  return outcome.messages.filter((message) => message.type === type).map((message) => message.text)
}

describe('a Job', () => {
  test('without a directory of hooks says nothing of them', async () => {
    const backup = await backUp()
    expect(backup.end?.status).toBe('T')
    expect(backup.messages.filter(({ text }) => /hook/iu.test(text))).toEqual([])
  })

  test('calls every hook in three states, in the order of their names', async () => {
    await witness('20-b')
    await witness('10-a')
    const backup = await backUp()
    expect(backup.end?.status).toBe('T')
    expect(await lines()).toEqual(
      ['pre', 'inspect', 'post'].flatMap((state) => [
        `10-a 2:backup:${state}`,
        `20-b 2:backup:${state}`,
      ]),
    )
    await writeFile(seen, '')
    const restore = await rig.restore({ where: join(scratch.path, 'back') })
    expect(restore.end?.status).toBe('T')
    expect((await lines()).filter((line) => line.startsWith('10-a'))).toEqual([
      '10-a 2:restore:pre',
      '10-a 2:restore:inspect',
      '10-a 2:restore:post',
    ])
    const told = texts(restore, 'info').find((text) => text.startsWith('Hook 20-b restore post'))
    expect(told).toMatch(/^Hook 20-b restore post: ok \(\d+\.\ds\)$/u)
  })

  test('shows what they print, and the errors as warnings', async () => {
    await hook('talk', '[ $2 = pre ] || exit 0; echo HELLO; echo OOPS >&2')
    const backup = await backUp()
    expect(texts(backup, 'info')).toContain('talk: HELLO')
    expect(texts(backup, 'warning')).toEqual(['talk: OOPS'])
  })

  test('tells them which Job it is', async () => {
    await hook('env', `[ $2 = pre ] && echo "$COFFER_JOBNAME $COFFER_LEVEL $PATH" >> ${seen}; :`)
    await backUp()
    expect(await lines()).toEqual([`Test F ${process.env['PATH'] ?? ''}`])
  })

  test('stops at the first that fails: nothing is sent, nothing else is called', async () => {
    const failing = await hook('10-x', `echo "$2" >> ${seen}; exit 3`)
    await witness('20-later')
    const backup = await backUp()
    expect(backup.end?.status).toBe('f')
    expect(texts(backup, 'fatal')).toEqual([`HookError: ${failing} backup pre: exit code 3`])
    expect(texts(backup, 'info')).toContainEqual(
      expect.stringMatching(/^Hook 10-x backup pre: exit code 3 \(/u),
    )
    expect(await lines()).toEqual(['pre'])
    expect(rig.batches).toEqual([])
  })

  test('fails when the last hook does, although everything is stored', async () => {
    await hook('late', '[ $2 != post ]')
    const backup = await backUp()
    expect(backup.end?.status).toBe('f')
    expect(texts(backup, 'fatal')).toEqual([
      expect.stringMatching(/late backup post: exit code 1$/u),
    ])
    expect(rig.batches.length).toBeGreaterThan(0)
  })

  test('does not wait for ever', async () => {
    await hook('slow', 'exec tail -f /dev/null')
    const backup = await backUp()
    expect(texts(backup, 'fatal')).toEqual([
      expect.stringMatching(/slow backup pre: no end within 2 seconds$/u),
    ])
  })

  test('refuses hooks that others may change', async () => {
    const path = await hook('open', `echo ran >> ${seen}`, 0o777)
    expect(texts(await backUp(), 'fatal')).toEqual([
      `"${path}" is writable by others: no hook is run`,
    ])
    await chmod(path, 0o755)
    await chmod(directory, 0o775)
    expect(texts(await backUp(), 'fatal')).toEqual([
      `"${directory}" is writable by others: no hook is run`,
    ])
    expect(await lines()).toEqual([])
  })
})

describe('a directory of hooks', () => {
  test('lists programs, not signatures, directories, hidden files and backups of editors', async () => {
    for (const name of ['b', 'b.sig', '.hidden', 'b~', 'a']) await hook(name, ':')
    await mkdir(join(directory, 'folder'))
    await chmod(join(directory, 'a'), 0o644)
    expect(await listHooks(directory)).toEqual([
      { name: 'a', path: join(directory, 'a'), enabled: false },
      { name: 'b', path: join(directory, 'b'), enabled: true },
    ])
  })

  test.runIf(isRoot)('is refused when a hook belongs to somebody else', async () => {
    await chown(await hook('theirs', ':'), 65_534, 65_534)
    await expect(listHooks(directory)).rejects.toMatchObject({
      code: 'hook-unsafe',
      message: expect.stringContaining('belongs to the user 65534'),
    })
  })

  test('is the configured one, or that of TKLBAM', () => {
    expect(hookDirectory('/a', { TKLBAM_HOOKS: '/b' })).toBe('/a')
    expect(hookDirectory(undefined, { TKLBAM_HOOKS: '/b', TKLBAM_CONF: '/c' })).toBe('/b')
    expect(hookDirectory(undefined, { TKLBAM_CONF: '/etc/tklbam' })).toBe('/etc/tklbam/hooks.d')
    expect(hookDirectory(undefined, {})).toBe('/etc/coffer/hooks.d')
  })
})

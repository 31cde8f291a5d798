import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takePidFile } from './pid-file.ts'

let directory = ''
let path = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-pid-'))
  path = join(directory, 'sd.pid')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

describe('a pid file', () => {
  it('names this process, and goes when it is released', async () => {
    const file = await takePidFile(directory, 'sd')
    expect(file.path).toBe(path)
    expect((await readFile(path, 'utf8')).split('\n')[0]).toBe(String(process.pid))
    expect(await readdir(directory)).toEqual(['sd.pid'])
    await file.release()
    expect(await readdir(directory)).toEqual([])
  })

  it('of a process that lives refuses another', async () => {
    // Any other process will do.
    await writeFile(path, `${process.ppid}\n`)
    await expect(takePidFile(directory, 'sd')).rejects.toMatchObject({
      code: 'already-running',
      message: `process ${process.ppid} holds "${path}"`,
    })
    expect(await readdir(directory)).toEqual(['sd.pid'])
  })

  it.each([
    ['of a process that was killed', async () => `${await deadPid()}\n`],
    [
      'of an earlier process with a pid that is taken again',
      async () => `${process.ppid}\nboot 1\n`,
    ],
    ['of ourselves in an earlier life', async () => `${process.pid}\nboot 1\n`],
    ['that makes no sense', async () => 'x\n'],
    ['that is empty', async () => ''],
  ])('%s is replaced', async (_what, content) => {
    await writeFile(path, await content())
    const file = await takePidFile(directory, 'sd')
    expect((await readFile(path, 'utf8')).split('\n')[0]).toBe(String(process.pid))
    await file.release()
    expect(await readdir(directory)).toEqual([])
  })

  it('of a process that has ended and was not waited for is replaced', async () => {
    // The shell becomes a sleep, which does not wait for the child it inherits.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer]
    await writeFile(path, pid)
    await expect
      .poll(() => takePidFile(directory, 'sd').then((file) => file.release()))
      .toBeUndefined()
    parent.kill()
  })

  it('is not removed when it is no longer ours', async () => {
    const file = await takePidFile(directory, 'sd')
    await writeFile(path, `${process.ppid}\n`)
    await file.release()
    expect(await readdir(directory)).toEqual(['sd.pid'])
  })

  it('needs a directory that can be written', async () => {
    await writeFile(path, '')
    await expect(takePidFile(path, 'sd')).rejects.toMatchObject({
      code: 'working-directory-unusable',
    })
  })
})

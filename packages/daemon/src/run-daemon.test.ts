import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// A real process: signals, exit codes and kill -9 cannot be had otherwise. It runs the built package.
const CHILD = `
import { createLog, runDaemon } from '@coffer/daemon'
const [directory, how] = process.argv.slice(1)
const log = createLog({ name: 'sd', level: 'info' })
const forever = new Promise((resolve) => setTimeout(resolve, 100_000))
process.exit(await runDaemon({
  name: 'sd',
  workingDirectory: directory,
  log,
  drainMs: how === 'hang' ? 200 : 5000,
  start: async (context) => {
    const keepAlive = setInterval(() => undefined, 1000)
    if (how === 'nostart') throw new Error('no start')
    if (how === 'throw') setTimeout(() => { throw new Error('uncaught') }, 50)
    if (how === 'reject') setTimeout(() => Promise.reject(new Error('unhandled')), 50)
    if (how === 'fail') setTimeout(() => context.fail(new Error('gave up')), 50)
    return {
      close: async () => {
        log.info({ aborted: context.signal.aborted }, 'draining')
        if (how === 'hang' || how === 'slow') await forever
        clearInterval(keepAlive)
      },
      reload: async () => {
        if (how === 'badreload') throw new Error('bad')
        log.info({}, 'reloaded')
      },
    }
  },
}))
`

let directory = ''
const children: ChildProcess[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-daemon-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

interface Daemon {
  readonly child: ChildProcess
  readonly messages: () => string[]
  readonly exit: Promise<number | null>
}

function start(how = 'well'): Daemon {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', CHILD, directory, how], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return {
    child,
    messages: () =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { msg: string }).msg),
    exit: once(child, 'exit').then(([code]) => code as number | null),
  }
}

async function started(how?: string): Promise<Daemon> {
  const daemon = start(how)
  await expect.poll(() => daemon.messages(), { timeout: 10_000 }).toContain('started')
  return daemon
}

describe('a daemon', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains on %s and exits 0', async (signal) => {
    const daemon = await started()
    expect(await readdir(directory)).toEqual(['sd.pid'])
    daemon.child.kill(signal)
    expect(await daemon.exit).toBe(0)
    expect(daemon.messages()).toEqual(['started', 'shutting down', 'draining', 'ended'])
    expect(await readdir(directory)).toEqual([])
  })

  it('reads its configuration again on SIGHUP, and survives a bad one', async () => {
    const daemon = await started()
    daemon.child.kill('SIGHUP')
    await expect.poll(() => daemon.messages()).toContain('reloaded')
    const other = await (daemon.child.kill('SIGTERM'), daemon.exit.then(() => started('badreload')))
    other.child.kill('SIGHUP')
    await expect.poll(() => other.messages()).toContain('reload failed')
    other.child.kill('SIGTERM')
    expect(await other.exit).toBe(0)
  })

  it.each([
    ['nostart', 'cannot start'],
    ['throw', 'failed'],
    ['reject', 'failed'],
    ['fail', 'failed'],
  ])('that breaks (%s) says so and exits 1', async (how, message) => {
    const daemon = start(how)
    expect(await daemon.exit).toBe(1)
    expect(daemon.messages()).toContain(message)
    expect(await readdir(directory)).toEqual([])
  })

  it('that does not drain in its time exits 1', async () => {
    const daemon = await started('hang')
    daemon.child.kill('SIGTERM')
    expect(await daemon.exit).toBe(1)
  })

  it('that is asked twice does not wait', async () => {
    const daemon = await started('slow')
    daemon.child.kill('SIGTERM')
    await expect.poll(() => daemon.messages()).toContain('draining')
    daemon.child.kill('SIGTERM')
    expect(await daemon.exit).toBe(1)
  })

  it('is alone in its working directory', async () => {
    const daemon = await started()
    const second = start()
    expect(await second.exit).toBe(1)
    expect(second.messages()).toEqual(['cannot start'])
    daemon.child.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
  })

  it('starts again after it was killed', async () => {
    const daemon = await started()
    daemon.child.kill('SIGKILL')
    await daemon.exit
    expect(await readdir(directory)).toEqual(['sd.pid'])
    const again = await started()
    expect((await readFile(join(directory, 'sd.pid'), 'utf8')).split('\n')[0]).toBe(
      String(again.child.pid),
    )
    again.child.kill('SIGTERM')
    expect(await again.exit).toBe(0)
  })

  it('is started once, however many try at the same time', async () => {
    const first = await started()
    first.child.kill('SIGKILL')
    await first.exit
    const rivals = Array.from({ length: 4 }, () => start())
    const up = () => rivals.filter((rival) => rival.messages().includes('started'))
    const refused = () => rivals.filter((rival) => rival.messages().includes('cannot start'))
    await expect.poll(() => refused().length, { timeout: 20_000 }).toBe(3)
    await expect.poll(() => up().length).toBe(1)
    up()[0]?.child.kill('SIGTERM')
    expect((await Promise.all(rivals.map((rival) => rival.exit))).sort()).toEqual([0, 1, 1, 1])
  })
})

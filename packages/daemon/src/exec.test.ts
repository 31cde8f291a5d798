import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, startProcess } from './exec.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-exec-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const node = (script: string) => [process.execPath, '-e', script] as const

/** A process that starts another one; the pids of both stand in a file. */
function family(name: string, ignoring = ''): readonly [string, ...string[]] {
  const file = JSON.stringify(join(directory, name))
  return node(`
    ${ignoring}
    const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${ignoring};setInterval(() => {}, 1000); console.log('up')`)}], { stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout.once('data', () => {
      require('fs').writeFileSync(${file}, process.pid + ' ' + child.pid)
      console.log('ready')
    })
    setInterval(() => {}, 1000)`)
}

async function aliveOf(name: string): Promise<number[]> {
  const pids = (await readFile(join(directory, name), 'utf8')).split(' ').map(Number)
  const alive = await Promise.all(pids.map(isAlive))
  return pids.filter((_pid, index) => alive[index])
}

/** One that has ended and whose parent does not care stays in the process table. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat !== undefined && !stat.includes(') Z ')
}

describe('a command', () => {
  it('gives its exit code and the end of what it said', async () => {
    const result = await runCommand({
      argv: node("console.log('out'); console.error('err'); process.exit(3)"),
    })
    expect(result).toMatchObject({
      exitCode: 3,
      signal: undefined,
      timedOut: false,
      truncated: false,
    })
    expect(result.stdoutTail.toString()).toBe('out\n')
    expect(result.stderrTail.toString()).toBe('err\n')
  })

  it('is not read by a shell', async () => {
    const nasty = '$(id) `id` ; * "x" \'y\' \n'
    const argv = [...node('process.stdout.write(process.argv[1])'), nasty] as const
    expect((await runCommand({ argv })).stdoutTail.toString()).toBe(nasty)
  })

  it('reads what it is given and sees only the environment it is given', async () => {
    const script =
      "process.stdin.on('data', (d) => process.stdout.write(d + '|' + Object.keys(process.env)))"
    const result = await runCommand({
      argv: node(script),
      stdin: 'input',
      env: { JOB: '7' },
      cwd: directory,
    })
    expect(result.stdoutTail.toString()).toBe('input|JOB')
  })

  it('tells its lines as they come', async () => {
    const lines: string[] = []
    await runCommand({
      argv: node("console.log('a\\nb'); process.stderr.write('c')"),
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    })
    expect(lines.sort()).toEqual(['stderr c', 'stdout a', 'stdout b'])
  })

  it('of any length of output takes bounded memory', async () => {
    const script =
      "const b = 'x'.repeat(1e6); for (let i = 0; i < 20; i++) process.stdout.write(b); process.stdout.write('end')"
    const result = await runCommand({ argv: node(script), keepBytes: 1000 })
    expect(result.stdoutTail.length).toBe(1000)
    expect(result.stdoutTail.toString().endsWith('xend')).toBe(true)
    expect(result.truncated).toBe(true)
  })

  it('that does not exist is 127 with the reason', async () => {
    const result = await runCommand({ argv: ['/no/such/program'] })
    expect(result.exitCode).toBe(127)
    expect(result.stderrTail.toString()).toBe(
      'cannot start "/no/such/program": no such file or directory',
    )
    const denied = await runCommand({ argv: [directory] })
    expect(denied.exitCode).toBe(127)
    expect(denied.stderrTail.toString()).toContain('EACCES')
  })

  it('that takes too long is killed with all it started', async () => {
    const result = await runCommand({ argv: family('slow'), timeoutMs: 1500, killGraceMs: 1000 })
    expect(result).toMatchObject({ timedOut: true, aborted: false, signal: 'SIGTERM' })
    await expect.poll(() => aliveOf('slow')).toEqual([])
  })

  it('that ignores the request to end is killed all the same', async () => {
    const argv = family('deaf', "process.on('SIGTERM', () => {})")
    const result = await runCommand({ argv, timeoutMs: 1500, killGraceMs: 100 })
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' })
    await expect.poll(() => aliveOf('deaf')).toEqual([])
  })

  it('ends when its caller gives it up', async () => {
    const controller = new AbortController()
    const result = await runCommand({
      argv: node("console.log('ready'); setInterval(() => {}, 1000)"),
      signal: controller.signal,
      onLine: () => controller.abort(),
    })
    expect(result).toMatchObject({ aborted: true, timedOut: false })
    const early = await runCommand({
      argv: node('setInterval(() => {}, 1000)'),
      signal: AbortSignal.abort(),
    })
    expect(early.aborted).toBe(true)
  })

  it('that leaves a process behind with its pipes does not hold us', async () => {
    const script =
      "require('child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' }).unref(); console.log('done')"
    const result = await runCommand({ argv: node(script) })
    expect(result.exitCode).toBe(0)
    expect(result.stdoutTail.toString()).toBe('done\n')
  })
})

describe('a process', () => {
  it('talks over its pipes and ends with all it started', async () => {
    const child = startProcess({ argv: family('tree') })
    const [first] = (await child.stdout.take(1).toArray()) as [Buffer]
    expect(first.toString()).toBe('ready\n')
    expect(await aliveOf('tree')).toHaveLength(2)
    expect(await child.stop()).toMatchObject({ signal: 'SIGTERM' })
    await expect.poll(() => aliveOf('tree')).toEqual([])
    expect(await child.stop()).toMatchObject({ signal: 'SIGTERM' })
  })

  it('that cannot start says why', async () => {
    const child = startProcess({ argv: ['/no/such/program'] })
    expect(await child.ended).toEqual({
      exitCode: 127,
      signal: undefined,
      startError: 'cannot start "/no/such/program": no such file or directory',
    })
    expect(await child.stop()).toMatchObject({ exitCode: 127 })
  })
})

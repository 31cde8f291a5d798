// Memory of the three daemons while many small files and one huge sparse file are saved and restored.
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DAEMONS,
  makeScratch,
  noise,
  reportField,
  run,
  type Scratch,
  setFileSet,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const SMALL_FILES = 200_000
const FILES_PER_DIRECTORY = 1_000
const SPARSE_BYTES = 20 * 2 ** 30
const LIMIT_MIB = 300
const TIMEOUT_MS = 300_000

// In a process of its own: synchronous calls are the fastest way to make many files.
const MAKE_FILES = `
  const { mkdirSync, writeFileSync } = require('node:fs')
  const bytes = require('node:crypto').randomBytes(8192)
  for (let i = 0; i < ${String(SMALL_FILES)}; i++) {
    const directory = String(Math.floor(i / ${String(FILES_PER_DIRECTORY)}))
    if (i % ${String(FILES_PER_DIRECTORY)} === 0) mkdirSync(directory)
    const size = 512 + ((i * 2654435761) >>> 0) % 3584
    writeFileSync(directory + '/file-' + i, bytes.subarray(i % 4096, (i % 4096) + size))
  }
`

/** A megabyte in every gigabyte, and holes between. */
async function makeSparse(path: string): Promise<void> {
  const file = await open(path, 'w')
  const data = noise(2 ** 20)
  for (let at = 0; at < SPARSE_BYTES; at += 2 ** 30) await file.write(data, 0, data.length, at)
  await file.truncate(SPARSE_BYTES)
  await file.close()
}

describe('memory', { timeout: TIMEOUT_MS }, () => {
  let scratch: Scratch
  let host: TestHost
  const figures: string[] = []

  beforeAll(async () => {
    scratch = await makeScratch('memory')
    const made = await run(
      [
        'sh',
        '-c',
        'mkdir small && cd small && exec "$@"',
        'sh',
        process.execPath,
        '-e',
        MAKE_FILES,
      ],
      { cwd: scratch.path },
    )
    if (made.exitCode !== 0) throw new Error(made.stderr)
    const sparse = join(scratch.path, 'sparse')
    await makeSparse(sparse)
    host = await startHost('memory')
  }, TIMEOUT_MS)

  afterAll(async () => {
    process.stdout.write(`Largest resident memory\n${figures.join('\n')}\n`)
    await host.close()
    await scratch.remove()
  }, TIMEOUT_MS)

  /** Largest resident size of each daemon during the work, in MiB. */
  async function watched(what: string, work: () => Promise<void>): Promise<void> {
    // Forgets what was before (proc(5), clear_refs).
    for (const daemon of DAEMONS) await writeFile(`/proc/${host.pidOf(daemon)}/clear_refs`, '5')
    const startMs = performance.now()
    await work()
    const seconds = Math.round((performance.now() - startMs) / 1000)
    const peaks = await Promise.all(DAEMONS.map(async (daemon) => [daemon, await peakMib(daemon)]))
    const words = peaks.map(([daemon, mib]) => `${String(daemon)} ${String(mib)} MiB`).join(', ')
    const figure = `${what}: ${words} (${String(seconds)} s)`
    figures.push(figure)
    for (const [, mib] of peaks) expect(mib, figure).toBeLessThan(LIMIT_MIB)
  }

  async function peakMib(daemon: (typeof DAEMONS)[number]): Promise<number> {
    const status = await readFile(`/proc/${host.pidOf(daemon)}/status`, 'utf8')
    const kib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])
    expect(kib).toBeGreaterThan(0)
    return Math.round(kib / 1024)
  }

  async function backUp(path: string, options: string): Promise<string> {
    await setFileSet(host, [path], options)
    const said = await host.console(
      ['reload', 'run job=backup-coffer-fd level=Full yes', 'wait', 'messages'],
      TIMEOUT_MS,
    )
    expect(terminations(said), said).toEqual(['Backup OK'])
    return said
  }

  async function restore(jobId: number): Promise<void> {
    const where = join(scratch.path, 'restored')
    const said = await host.console(
      [`restore jobid=${String(jobId)} where=${where} all done yes`, 'wait', 'messages'],
      TIMEOUT_MS,
    )
    expect(terminations(said), said).toEqual(['Restore OK'])
    await rm(where, { recursive: true })
  }

  it('does not grow with the number of files', async () => {
    await watched('backup of 200,000 small files', async () => {
      const said = await backUp(join(scratch.path, 'small'), 'Signature = XXH128')
      const directories = SMALL_FILES / FILES_PER_DIRECTORY + 1
      const files = reportField(said, 'FD Files Written')?.replaceAll(',', '')
      expect(files).toBe(String(SMALL_FILES + directories))
    })
    await watched('restore of 200,000 small files', () => restore(1))
  })

  it('does not grow with the size of a file', async () => {
    await watched('backup of a sparse file of 20 GB', async () => {
      await backUp(join(scratch.path, 'sparse'), 'Signature = XXH128\n Sparse = yes')
    })
    await watched('restore of a sparse file of 20 GB', () => restore(3))
  })
})

// A second process that opens a Catalog, as another user if wanted, and can be killed without warning.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ChildDirector {
  readonly pid: number
  /** Lines it printed until it opened the Catalog or failed: "open …" or "failed CODE TEXT". */
  readonly outcome: string
  /** Ends it in order; its Catalog is closed. */
  close(): Promise<void>
  kill(): Promise<void>
}

const dist = (path: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../${path}`, import.meta.url)))

const PROGRAM = `
  import { openCatalog } from ${dist('services/director/dist/catalog/open.js')}
  import { systemClock } from ${dist('packages/core/dist/index.js')}
  const [workingDirectory] = process.argv.slice(1)
  const log = { info: () => undefined, warn: () => undefined }
  try {
    const catalog = await openCatalog({
      name: 'MyCatalog', directorName: 'child-dir', workingDirectory, clock: systemClock, log })
    const job = { name: 'orphan', type: 'B', level: 'F', scheduledMs: Date.now() }
    const jobId = await catalog.jobs.create({ ...job, job: 'orphan.' + process.pid })
    await catalog.jobs.update(jobId, { status: 'R', startMs: Date.now() })
    console.log('open ' + catalog.description)
    process.stdin.resume()
    process.stdin.once('end', async () => { await catalog.close() })
  } catch (error) {
    console.log('failed ' + error.code + ' ' + error.message)
    process.exitCode = 1
  }
`

/** Resolves when the child has opened the Catalog or said why it could not. Runs the build in dist. */
export async function startChildDirector(
  workingDirectory: string,
  uid?: number,
): Promise<ChildDirector> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, workingDirectory],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: '/',
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  )
  const lines = createInterface({ input: child.stdout })
  const outcome = await new Promise<string>((resolve) => {
    lines.once('line', resolve)
    child.once('close', () => {
      resolve('failed without a word')
    })
  })
  const ended = async (end: (child: ChildProcess) => void) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    end(child)
    await exit
  }
  return {
    pid: child.pid ?? 0,
    outcome,
    close: () => ended(() => child.stdin.end()),
    kill: () => ended(() => child.kill('SIGKILL')),
  }
}

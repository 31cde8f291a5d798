// One daemon per working directory: a pid file that says who runs there, and is believed only while that very process
// lives.
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CofferError } from '@coffer/core'

export interface PidFile {
  readonly path: string
  /** Removes it, when it is still ours. */
  release(): Promise<void>
}

const NO_SUCH_FILE = 'ENOENT'
const EXISTS = 'EEXIST'
const MAX_ATTEMPTS = 5
const ENDED = 'ended'
const ENDED_STATES: ReadonlySet<string> = new Set(['Z', 'X'])

/**
 * Takes `<workingDirectory>/<name>.pid`. Line 1 is the pid, line 2 tells this process from a later one with the same
 * pid. A file that a killed process left behind is replaced; two starters at once cannot both succeed, because the file
 * appears by link(2), whole and only where none is.
 * @throws CofferError already-running, working-directory-unusable
 */
export async function takePidFile(workingDirectory: string, name: string): Promise<PidFile> {
  const path = join(workingDirectory, `${name}.pid`)
  const own = `${path}.${process.pid}`
  const content = `${process.pid}\n${await processMark(process.pid)}\n`
  try {
    await mkdir(workingDirectory, { recursive: true, mode: 0o750 })
    await writeFile(own, content, { mode: 0o644 })
    await linkOverStale(own, path)
  } catch (error) {
    if (error instanceof CofferError) throw error
    throw new CofferError(
      'working-directory-unusable',
      `cannot write to the working directory "${workingDirectory}"`,
      { cause: error },
    )
  } finally {
    await rm(own, { force: true }).catch(() => undefined)
  }
  return {
    path,
    release: async () => {
      if ((await readIfThere(path)) === content) await rm(path, { force: true })
    },
  }
}

/** The process that holds `<workingDirectory>/<name>.pid`, or undefined when none that lives does. */
export async function findDaemon(
  workingDirectory: string,
  name: string,
): Promise<number | undefined> {
  const content = await readIfThere(join(workingDirectory, `${name}.pid`))
  return content === undefined ? undefined : livingPid(content)
}

async function linkOverStale(own: string, path: string): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (await tryLink(own, path)) return
    const found = await readIfThere(path)
    if (found === undefined) continue
    await refuseIfAlive(found, path)
    await removeStale(own, path, found)
  }
  throw new CofferError('already-running', `"${path}" is being taken by another process`)
}

async function tryLink(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (errnoOf(error) === EXISTS) return false
    throw error
  }
}

/** Moves the file away; if another starter replaced it since it was read, puts that one back. */
async function removeStale(own: string, path: string, stale: string): Promise<void> {
  const aside = `${own}.stale`
  try {
    await rename(path, aside)
    if ((await readIfThere(aside)) !== stale) await tryLink(aside, path)
  } catch (error) {
    if (errnoOf(error) !== NO_SUCH_FILE) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

async function refuseIfAlive(content: string, path: string): Promise<void> {
  const pid = await livingPid(content)
  if (pid !== undefined) {
    throw new CofferError('already-running', `process ${pid} holds "${path}"`)
  }
}

/** The process that wrote this content, when it lives and is another one than this. */
async function livingPid(content: string): Promise<number | undefined> {
  const [pidText = '', mark = ''] = content.split('\n')
  const pid = /^[1-9]\d{0,9}$/.test(pidText) ? Number(pidText) : undefined
  // A container starts its daemon as process 1 again and again.
  if (pid === undefined || pid === process.pid || !isAlive(pid)) return undefined
  const current = await processMark(pid)
  const isLater = mark !== '' && current !== '' && mark !== current
  return isLater || current === ENDED ? undefined : pid
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

/** Boot and start time of a process on Linux; ENDED when nobody took note of its end, '' where /proc does not tell. */
async function processMark(pid: number): Promise<string> {
  const stat = await readIfThere(`/proc/${pid}/stat`)
  const boot = await readIfThere('/proc/sys/kernel/random/boot_id')
  if (stat === undefined || boot === undefined) return ''
  // From field 3 on: before it stands the program's name, which may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (ENDED_STATES.has(fields[0] ?? '')) return ENDED
  return `${boot.trim()} ${fields[22 - 3] ?? ''}`
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === NO_SUCH_FILE || errnoOf(error) === 'ESRCH') return undefined
    throw error
  }
}

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

// The embedded PostgreSQL as a whole: makes its files, starts it, adopts one that a killed Director left, stops it.
//
// States of the server as postmaster.pid tells them, and what `start` does:
//   no file, or a dead process's    starts one (pg_ctl waits for it)
//   starting                        waits (recovery after a crash may take minutes)
//   ready                           adopts it
//   stopping                        waits until it is gone, then starts one
// A start that fails while processes of a killed server still hold its memory is tried again for a while.
import { lstat, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CofferError } from '@coffer/core'
import { findBinaries } from './binaries.ts'
import { CATALOG_ROLE, configurationFiles } from './configuration.ts'
import {
  type ClusterDirectories,
  clusterDirectories,
  makeDirectories,
  makeServers,
  SERVER_PORT,
} from './directories.ts'
import {
  findPostmaster,
  isPostgres,
  type PostmasterFile,
  readSmallFile,
} from './postmaster-file.ts'
import { preparePrograms, type Programs } from './program-tree.ts'
import type { ProgramEnd, RunProgram } from './run-program.ts'
import { decideServerUser, type ServerUser } from './server-user.ts'

export interface EmbeddedServerOptions {
  readonly workingDirectory: string
  readonly runProgram: RunProgram
  /** Where the socket goes when its path would be too long; /run and /tmp in this order when not given. */
  readonly shortParents?: readonly [string, ...string[]]
  readonly signal?: AbortSignal | undefined
}

export interface EmbeddedServer {
  readonly socketDirectory: string
  readonly version: string
  /** A server was found running and taken over. */
  readonly adopted: boolean
  /** Starts it again when it is gone; does nothing while it runs. Throws `catalog-start`. */
  ensureRunning(): Promise<void>
  /** Ends its sessions and stops it; does nothing when it is gone. */
  stop(): Promise<void>
}

const INITDB_TIMEOUT_MS = 300_000
// Recovery after a crash replays up to max_wal_size.
const RECOVERY_TIMEOUT_MS = 600_000
const POLL_MS = 15
const LINGERING_MS = 15_000
const STOP_TIMEOUT_MS = 120_000
const STARTUP_LOG = 'startup.log'
const QUOTED_LINES = 4

/** Brings the server up. Throws `catalog-directory`, `catalog-no-server`, `catalog-start`. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const shortParents = options.shortParents ?? (process.getuid?.() === 0 ? ['/run'] : ['/tmp'])
  const directories = clusterDirectories(options.workingDirectory, shortParents)
  const user = await decideServerUser(directories.data)
  await makeDirectories(directories, user)
  const wantedMajor = await majorOf(directories.data)
  const { runProgram } = options
  const binaries = await findBinaries({ runProgram, wantedMajor })
  const programs = await preparePrograms(binaries, directories, user)
  const cluster: Cluster = { directories, user, programs, runProgram, signal: options.signal }
  if (wantedMajor === undefined) await initialize(cluster)
  await writeConfiguration(cluster)
  const adopted = await bringUp(cluster)
  const running = await findPostmaster(directories.data, user.uid)
  return {
    // One that is adopted may have been given another place by another user.
    socketDirectory: running?.socketDirectory || directories.socket,
    version: programs.version,
    adopted,
    ensureRunning: async () => {
      await bringUp(cluster)
    },
    stop: () => stop(cluster),
  }
}

interface Cluster {
  readonly directories: ClusterDirectories
  readonly user: ServerUser
  readonly programs: Programs
  readonly runProgram: RunProgram
  readonly signal: AbortSignal | undefined
}

/** Major release that made the data directory, undefined when there is none. */
async function majorOf(data: string): Promise<number | undefined> {
  const exists = await stat(data).then(
    () => true,
    () => false,
  )
  if (!exists) return undefined
  const version = await readSmallFile(join(data, 'PG_VERSION'))
  const major = Number.parseInt(version ?? '', 10)
  if (Number.isInteger(major)) return major
  throw new CofferError('catalog-start', `"${data}" is not a data directory of PostgreSQL`)
}

/** Makes the data directory beside its place and moves it there whole, so that a crash leaves none or a good one. */
async function initialize(cluster: Cluster): Promise<void> {
  const { directories, user } = cluster
  await removeUnfinished(directories.top)
  const fresh = `${directories.data}.new-${process.pid}`
  await makeServers(fresh, user)
  const end = await run(cluster, INITDB_TIMEOUT_MS, 'initdb', [
    `--pgdata=${fresh}`,
    `--username=${CATALOG_ROLE}`,
    '--auth=peer',
    '--encoding=SQL_ASCII',
    '--locale=C',
    '--no-instructions',
  ])
  if (end.exitCode !== 0) throw startError('initdb failed', end.stderrTail.toString())
  await rename(fresh, directories.data)
}

async function removeUnfinished(top: string): Promise<void> {
  const left = (await readdir(top)).filter((name) => name.startsWith('data.new-'))
  await Promise.all(left.map((name) => rm(join(top, name), { recursive: true, force: true })))
}

async function writeConfiguration({ directories, user, programs }: Cluster): Promise<void> {
  const files = configurationFiles(directories, programs.major, user.ownName)
  for (const [name, text] of Object.entries(files)) {
    const path = join(directories.etc, name)
    await writeFile(`${path}.new`, text, { mode: 0o644 })
    await rename(`${path}.new`, path)
  }
}

/** Resolves when the server takes connections; true when it was there already. */
async function bringUp(cluster: Cluster): Promise<boolean> {
  const { directories, user } = cluster
  let found = await findPostmaster(directories.data, user.uid)
  if (found?.status === 'stopping') {
    await untilGone(found.pid, user.uid)
    found = undefined
  }
  if (found === undefined) {
    await startWithPatience(cluster)
    return false
  }
  await untilReady(cluster, found)
  // It runs with the configuration of the Director that started it.
  signalServer(found.pid, 'SIGHUP')
  return true
}

async function startWithPatience(cluster: Cluster): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      await start(cluster)
      return
    } catch (error) {
      const lingering =
        error instanceof CofferError && /shared memory|still in use/u.test(error.message)
      if (!lingering || waitedMs >= LINGERING_MS) throw error
      await delay(100, undefined, pickSignal(cluster))
    }
  }
}

async function start(cluster: Cluster): Promise<void> {
  const { directories } = cluster
  // Files that another program's process number keeps alive, or a dead server's that nobody has collected yet, would
  // stop PostgreSQL; we know that they are stale.
  await rm(join(directories.data, 'postmaster.pid'), { force: true })
  await rm(join(directories.socket, `.s.PGSQL.${SERVER_PORT}.lock`), { force: true })
  await rm(join(directories.log, STARTUP_LOG), { force: true })
  // Relative to the directory `top`, because pg_ctl puts these words into a shell's command line.
  const end = await run(cluster, RECOVERY_TIMEOUT_MS, 'pg_ctl', [
    'start',
    '--pgdata=data',
    `--log=log/${STARTUP_LOG}`,
    '--wait',
    `--timeout=${RECOVERY_TIMEOUT_MS / 1000}`,
    '--silent',
    '--options=-c config_file=etc/postgresql.conf',
  ])
  if (end.exitCode === 0) return
  const words = [
    await readSmallFile(join(directories.log, STARTUP_LOG), 'end'),
    await newestLogTail(directories.log),
    end.stderrTail.toString(),
  ]
  throw startError('it did not start', words.join('\n'))
}

async function untilReady(cluster: Cluster, first: PostmasterFile): Promise<void> {
  const { directories, user } = cluster
  for (let file = first; file.status === 'starting' || file.status === 'unknown'; ) {
    await delay(POLL_MS, undefined, pickSignal(cluster))
    const found = await findPostmaster(directories.data, user.uid)
    if (found === undefined) {
      throw startError('it ended while it started', (await newestLogTail(directories.log)) ?? '')
    }
    file = found
  }
}

async function stop({ directories, user }: Cluster): Promise<void> {
  const found = await findPostmaster(directories.data, user.uid)
  if (found === undefined) return
  const { socketDirectory } = found
  // Fast shutdown: sessions are ended, nothing is waited for but the checkpoint.
  signalServer(found.pid, 'SIGINT')
  if (!(await untilGone(found.pid, user.uid))) {
    throw new CofferError('catalog-start', `PostgreSQL (process ${found.pid}) does not stop`)
  }
  // A short one elsewhere would outlive the working directory.
  if (dirname(socketDirectory) !== directories.top)
    await rmdir(socketDirectory).catch(() => undefined)
}

async function untilGone(pid: number, uid: number): Promise<boolean> {
  for (let waitedMs = 0; await isPostgres(pid, uid); waitedMs += POLL_MS) {
    if (waitedMs >= STOP_TIMEOUT_MS) return false
    await delay(POLL_MS)
  }
  return true
}

function signalServer(pid: number, signal: 'SIGINT' | 'SIGHUP'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended in the meantime.
  }
}

/** Ends of the newest of the server's log files. */
async function newestLogTail(log: string): Promise<string | undefined> {
  const names = (await readdir(log)).filter((name) => name.startsWith('postgresql-'))
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await lstat(join(log, name))).mtimeMs })),
  )
  const newest = dated.sort((a, b) => b.at - a.at)[0]
  return newest === undefined ? undefined : readSmallFile(join(log, newest.name), 'end')
}

async function run(
  { directories, user, programs, runProgram, signal }: Cluster,
  timeoutMs: number,
  program: 'initdb' | 'pg_ctl',
  options: readonly string[],
): Promise<ProgramEnd> {
  return runProgram({
    argv: [join(programs.directory, program), ...options],
    env: programs.env,
    cwd: directories.top,
    ...(user.lent ? { uid: user.uid, gid: user.gid } : {}),
    timeoutMs,
    signal,
  })
}

/** The last lines of what PostgreSQL said, on one line. */
function startError(what: string, words: string): CofferError {
  const lines = words.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => line !== '').slice(-QUOTED_LINES)
  return new CofferError(
    'catalog-start',
    `the embedded PostgreSQL: ${what}${said.length === 0 ? '' : `: ${said.join(' | ')}`}`,
  )
}

function pickSignal({ signal }: Cluster): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

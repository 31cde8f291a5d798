// The directories of the embedded PostgreSQL under the working directory, and where its socket is.
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CofferError, messageOf } from '@coffer/core'
import { findBarrier, type ServerUser } from './server-user.ts'

/**
 * | path under `<working directory>/catalog` | owner  | what it is                                          |
 * |------------------------------------------|--------|-----------------------------------------------------|
 * | `data`                                   | server | PostgreSQL's data directory                         |
 * | `log`                                    | server | its messages, one file per weekday                  |
 * | `socket`                                 | server | its socket, unless the path is too long             |
 * | `etc`                                    | ours   | its configuration, written anew at each start       |
 * | `lib`, `postgres-…`                      | ours   | links to its libraries; a copy of the programs      |
 */
export interface ClusterDirectories {
  readonly top: string
  readonly data: string
  readonly log: string
  readonly etc: string
  readonly lib: string
  readonly socket: string
}

export const SERVER_PORT = 5432

// sun_path holds 108 bytes with its end; `/.s.PGSQL.5432` and the name of its lock file must fit.
const MAX_SOCKET_PATH_BYTES = 107
const SOCKET_NAME = `/.s.PGSQL.${SERVER_PORT}`

/** Where everything is, without touching anything. `shortParents` take the socket when the path would be too long. */
export function clusterDirectories(
  workingDirectory: string,
  shortParents: readonly [string, ...string[]],
): ClusterDirectories {
  const top = join(workingDirectory, 'catalog')
  return {
    top,
    data: join(top, 'data'),
    log: join(top, 'log'),
    etc: join(top, 'etc'),
    lib: join(top, 'lib'),
    socket: socketDirectory(join(top, 'socket'), top, shortParents[0]),
  }
}

/** The directory wanted, or a short one that is named after the Catalog's directory. */
function socketDirectory(wanted: string, top: string, shortParent: string): string {
  if (Buffer.byteLength(wanted + SOCKET_NAME) <= MAX_SOCKET_PATH_BYTES) return wanted
  const digest = createHash('sha256').update(top).digest('hex').slice(0, 16)
  return join(shortParent, `coffer-${digest}`)
}

/**
 * Makes what is missing, with owners and modes that keep other users out. Throws `catalog-directory` when the server's
 * user could not get there, or when somebody else owns a directory that must be the server's.
 */
export async function makeDirectories(
  directories: ClusterDirectories,
  user: ServerUser,
): Promise<void> {
  // 0711: the server's user passes through, nobody lists.
  await makeOwn(directories.top, 0o711)
  if (user.lent) await openWay(directories.top, user)
  await makeOwn(directories.etc, 0o755)
  await makeOwn(directories.lib, 0o755)
  await makeServers(directories.log, user)
  await makeServers(directories.socket, user)
}

async function makeOwn(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode })
    await chmod(path, mode)
  } catch (error) {
    throw new CofferError('catalog-directory', `cannot make "${path}": ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** Makes a directory that only the server's user may enter, or checks that it is one. Follows no link. */
export async function makeServers(path: string, user: ServerUser): Promise<void> {
  const made = await mkdir(path, { mode: 0o700 }).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false
      throw new CofferError('catalog-directory', `cannot make "${path}": ${messageOf(error)}`, {
        cause: error,
      })
    },
  )
  if (made && user.lent) await chown(path, user.uid, user.gid)
  const found = await lstat(path)
  if (found.isDirectory() && found.uid === user.uid && (found.mode & 0o077) === 0) return
  throw new CofferError(
    'catalog-directory',
    `"${path}" must be a directory of the user with uid ${user.uid} that nobody else may enter`,
  )
}

/**
 * Lets the server's user pass through the working directory itself when it is ours: passing is not reading, and what is
 * secret in there has modes of its own. Directories above it are not ours to open.
 */
async function openWay(top: string, user: ServerUser): Promise<void> {
  const path = await realpath(top)
  const workingDirectory = dirname(path)
  const { mode, uid } = await lstat(workingDirectory)
  if ((await findBarrier(path, user)) === workingDirectory && uid === process.getuid?.()) {
    await chmod(workingDirectory, (mode & 0o7777) | 0o001)
  }
  const barrier = await findBarrier(path, user)
  if (barrier === undefined) return
  throw new CofferError(
    'catalog-directory',
    `the embedded PostgreSQL runs as uid ${user.uid}, because root may not run it, and that user cannot pass through "${barrier}"`,
  )
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

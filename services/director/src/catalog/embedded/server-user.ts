// Which operating system user runs the embedded PostgreSQL: it refuses to be root, so root lends it another.
import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import { CofferError } from '@coffer/core'

/** The user that runs the server and owns its files. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
  /** Set when the server's programs must be started as that user, because we are root. */
  readonly lent: boolean
  /** Our own user's name, which the server maps to the owner of the Catalog. */
  readonly ownName: string
}

const NOBODY = { uid: 65_534, gid: 65_534 }

/**
 * Decides the user. As an ordinary user it is that one. As root it is the owner of an existing data directory, else
 * `nobody`. Throws `catalog-directory` when the data directory belongs to somebody whom we cannot be.
 */
export async function decideServerUser(dataDirectory: string): Promise<ServerUser> {
  const own = ownUser()
  const owner = await stat(dataDirectory).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  )
  if (own.uid !== 0) {
    if (owner === undefined || owner.uid === own.uid) {
      return { uid: own.uid, gid: own.gid, lent: false, ownName: own.name }
    }
    throw new CofferError(
      'catalog-directory',
      `"${dataDirectory}" belongs to the user with uid ${owner.uid}, and this is uid ${own.uid}`,
    )
  }
  if (owner?.uid === 0) {
    throw new CofferError(
      'catalog-directory',
      `"${dataDirectory}" belongs to root, and PostgreSQL refuses to run as root`,
    )
  }
  return { ...(owner ?? (await findNobody())), lent: true, ownName: own.name }
}

/** The same decision for a directory in which no server has been yet. */
function ownUser(): { uid: number; gid: number; name: string } {
  try {
    const { uid, gid, username } = userInfo()
    return { uid, gid, name: username }
  } catch (error) {
    throw new CofferError(
      'catalog-directory',
      'the user that runs the Director has no entry in /etc/passwd, without which PostgreSQL does not start',
      { cause: error },
    )
  }
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = /^nobody:[^:]*:(\d+):(\d+):/mu.exec(passwd)
  if (fields === null) return NOBODY
  return { uid: Number(fields[1]), gid: Number(fields[2]) }
}

/**
 * The first directory on the way to `path` that the user may not pass through, or undefined. Only mode bits are looked
 * at: an ACL that forbids more is found when a program is started.
 */
export async function findBarrier(
  path: string,
  user: Pick<ServerUser, 'uid' | 'gid'>,
): Promise<string | undefined> {
  const directories: string[] = []
  for (let at = resolve(path); ; at = dirname(at)) {
    directories.unshift(at)
    if (at === dirname(at)) break
  }
  for (const directory of directories) {
    const found = await stat(directory).catch(() => undefined)
    if (found === undefined) return undefined
    if (!found.isDirectory()) continue
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001
    if ((found.mode & bit) === 0) return directory
  }
  return undefined
}

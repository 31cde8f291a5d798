// PostgreSQL's postmaster.pid: which server runs on a data directory, and whether it takes connections.
import { constants } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Source: PostgreSQL's storage documentation, "postmaster.pid"; one value per line. */
export interface PostmasterFile {
  readonly pid: number
  readonly socketDirectory: string
  readonly status: 'starting' | 'ready' | 'stopping' | 'standby' | 'unknown'
}

const SOCKET_LINE = 4
const STATUS_LINE = 7
const MAX_FILE_BYTES = 8192

/** What a postmaster.pid says, or undefined when it is not one or still being written. Pure. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n')
  const pid = /^\d{1,10}$/u.test(lines[0] ?? '') ? Number(lines[0]) : 0
  if (pid < 2) return undefined
  const word = (lines[STATUS_LINE] ?? '').trim()
  return {
    pid,
    socketDirectory: lines[SOCKET_LINE] ?? '',
    status:
      word === 'starting' || word === 'ready' || word === 'stopping' || word === 'standby'
        ? word
        : 'unknown',
  }
}

/** The server that runs on this data directory as this user, or undefined. A file that a dead one left counts as none. */
export async function findPostmaster(
  dataDirectory: string,
  uid: number,
): Promise<PostmasterFile | undefined> {
  const text = await readSmallFile(join(dataDirectory, 'postmaster.pid'))
  const file = text === undefined ? undefined : parsePostmasterFile(text)
  if (file === undefined || !(await isPostgres(file.pid, uid))) return undefined
  return file
}

/**
 * Whether that process is a living PostgreSQL of that user: after a reboot another program may have its number, and
 * where nobody collects ended processes (a container's first process often does not) a dead one keeps it.
 */
export async function isPostgres(pid: number, uid: number): Promise<boolean> {
  const [owner, line] = await Promise.all([
    stat(`/proc/${pid}`).then(
      (found) => found.uid,
      () => undefined,
    ),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ])
  return owner === uid && /^\d+ \((?:postg|postmaster).*\) [^ZX] /u.test(line)
}

/** The beginning of a file of the server, undefined when there is none. Another user owns it: no link is followed. */
export async function readSmallFile(
  path: string,
  from: 'start' | 'end' = 'start',
): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    const position = from === 'start' ? 0 : Math.max(0, size - MAX_FILE_BYTES)
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(MAX_FILE_BYTES),
      0,
      MAX_FILE_BYTES,
      position,
    )
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

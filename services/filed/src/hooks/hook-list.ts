// Which hooks a directory holds and which of them run, in which order.
import { constants, type Stats } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CofferError, messageOf } from '@coffer/core'
import { errnoCode } from '@coffer/files'

export interface Hook {
  readonly name: string
  readonly path: string
  /** Executable by this daemon; `chmod -x` switches one off. */
  readonly enabled: boolean
}

const WRITABLE_BY_OTHERS = 0o022

/**
 * The hooks of a directory, sorted by the bytes of their names; none when there is no such directory. Directories,
 * signatures (`*.sig`) and hidden files are no hooks.
 * @throws CofferError hook-unsafe when somebody else could change what runs here; hooks-unreadable
 */
export async function listHooks(directory: string): Promise<readonly Hook[]> {
  const names = await namesIn(directory)
  if (names === undefined) return []
  refuseUnsafe(directory, await stat(directory))
  const hooks = await Promise.all(names.map((name) => hookAt(name, join(directory, name))))
  return hooks.filter((hook) => hook !== undefined)
}

async function namesIn(directory: string): Promise<string[] | undefined> {
  try {
    const names = await readdir(directory)
    return names.filter(isHookName).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined
    const text = `the hooks in "${directory}" cannot be listed: ${messageOf(error)}`
    throw new CofferError('hooks-unreadable', text, { cause: error })
  }
}

/** Pure. */
function isHookName(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('.sig') && !name.endsWith('~')
}

async function hookAt(name: string, path: string): Promise<Hook | undefined> {
  const stats = await stat(path).catch((error: unknown) => {
    if (errnoCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (stats?.isFile() !== true) return undefined
  const enabled = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (enabled) refuseUnsafe(path, stats)
  return { name, path, enabled }
}

function refuseUnsafe(path: string, { mode, uid }: Stats): void {
  const isOurs = uid === 0 || uid === process.getuid?.()
  if (isOurs && (mode & WRITABLE_BY_OTHERS) === 0) return
  const who = isOurs ? 'is writable by others' : `belongs to the user ${uid}`
  throw new CofferError('hook-unsafe', `"${path}" ${who}: no hook is run`)
}

// Makes the npm package's PostgreSQL runnable: links that its install script would make, a copy where it is out of reach.
import { cp, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { ClusterDirectories } from './directories.ts'
import { findBarrier, type ServerUser } from './server-user.ts'

/** Programs ready to be run by the server's user, with the environment that they need. */
export interface Programs {
  readonly directory: string
  readonly version: string
  readonly major: number
  readonly env: Readonly<Record<string, string>>
}

// initdb and pg_ctl start a shell and other programs; nothing of our own environment goes to them.
const BASE_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/**
 * Prepares programs for the server's user. Those of a distribution run as they are. The npm package's need links to
 * their libraries: they go into the directory `lib`, because node_modules may be read-only or another's. When the
 * server's user cannot reach node_modules (a checkout below /root), the package's tree is copied once.
 */
export async function preparePrograms(
  binaries: Binaries,
  directories: ClusterDirectories,
  user: ServerUser,
): Promise<Programs> {
  const { version, major, packageTree } = binaries
  if (packageTree === undefined)
    return { directory: binaries.directory, version, major, env: BASE_ENV }
  const tree = await reachableTree(packageTree, version, directories, user)
  const libraries = join(tree, 'lib')
  await linkLibraries(tree, directories.lib)
  return {
    directory: join(tree, 'bin'),
    version,
    major,
    env: { ...BASE_ENV, LD_LIBRARY_PATH: `${directories.lib}:${libraries}` },
  }
}

async function reachableTree(
  tree: string,
  version: string,
  directories: ClusterDirectories,
  user: ServerUser,
): Promise<string> {
  const hasOddName = /["'`$\\\n]/u.test(tree)
  if (!hasOddName && (!user.lent || (await findBarrier(join(tree, 'bin'), user)) === undefined)) {
    return tree
  }
  const name = `postgres-${version}`
  const copy = join(directories.top, name)
  const entries = await readdir(directories.top)
  if (entries.includes(name)) return copy
  const unfinished = `${copy}.${process.pid}.new`
  await rm(unfinished, { recursive: true, force: true })
  await cp(tree, unfinished, { recursive: true, dereference: true, mode: 0 })
  await rename(unfinished, copy)
  return copy
}

/** Makes the links of `pg-symlinks.json` in `linkDirectory`, flat, each to the real library in the tree. */
async function linkLibraries(tree: string, linkDirectory: string): Promise<void> {
  const wanted = parseLinks(await readFile(join(tree, 'pg-symlinks.json'), 'utf8'))
  await mkdir(linkDirectory, { recursive: true })
  for (const { source, target } of wanted) {
    // Both are paths from the package's top, "native/lib/…".
    const real = join(tree, source.replace(/^native\//u, ''))
    const link = join(linkDirectory, basename(target))
    if ((await readlink(link).catch(() => undefined)) === real) continue
    await rm(link, { force: true })
    await symlink(real, link)
  }
}

function parseLinks(text: string): { source: string; target: string }[] {
  const parsed: unknown = JSON.parse(text)
  if (!Array.isArray(parsed)) return []
  return parsed.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    if (!('source' in entry) || !('target' in entry)) return []
    const { source, target } = entry
    return typeof source === 'string' && typeof target === 'string' ? [{ source, target }] : []
  })
}

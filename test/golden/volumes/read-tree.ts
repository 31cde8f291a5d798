// A restored sample tree in the terms of the manifests.
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestFile, manifestName, sha256 } from './unpack.ts'

const KINDS: readonly (readonly [number, string])[] = [
  [0o100000, 'f'],
  [0o040000, 'd'],
  [0o120000, 'l'],
  [0o010000, 'p'],
  [0o020000, 'c'],
]

/** Everything at and below `root/name`, by its name as a manifest writes it. */
export async function readTree(root: string, name: string): Promise<Map<string, ManifestFile>> {
  const files = new Map<string, ManifestFile>()
  const visit = async (path: Buffer, shown: Buffer): Promise<void> => {
    const found = await lstat(path)
    const kind = KINDS.find(([bits]) => bits === (found.mode & 0o170000))?.[1] ?? '?'
    files.set(manifestName(shown), {
      kind,
      mode: (found.mode & 0o7777).toString(8),
      size: kind === 'l' ? (await readlink(path)).length : found.size,
      sha256: kind === 'f' ? sha256(await readFile(path)) : undefined,
    })
    if (kind !== 'd') return
    for (const entry of await readdir(path, { encoding: 'buffer' })) {
      const below = Buffer.concat([Buffer.from('/'), entry])
      await visit(Buffer.concat([path, below]), Buffer.concat([shown, below]))
    }
  }
  await visit(Buffer.from(join(root, name)), Buffer.from(name))
  return files
}

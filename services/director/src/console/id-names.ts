// Names of users and groups on the Director's host.
import { readFile } from 'node:fs/promises'
import type { IdNames } from './tree-listing.ts'

/** Reads /etc/passwd and /etc/group; a file that cannot be read names nobody. */
export async function readIdNames(directory = '/etc'): Promise<IdNames> {
  const users = await readColumns(`${directory}/passwd`)
  const groups = await readColumns(`${directory}/group`)
  return { user: (id) => users.get(id), group: (id) => groups.get(id) }
}

async function readColumns(path: string): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>()
  const text = await readFile(path, 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (/^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

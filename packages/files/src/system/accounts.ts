// Names and numbers of this machine's users and groups, from its files.
import { readFileSync } from 'node:fs'

export interface Accounts {
  readonly userId: (name: string) => number | undefined
  readonly groupId: (name: string) => number | undefined
  readonly userName: (id: number) => string | undefined
  readonly groupName: (id: number) => string | undefined
}

/** Read when first asked; a directory service beyond the files is not asked. */
export function localAccounts(passwd = '/etc/passwd', group = '/etc/group'): Accounts {
  let users: Table | undefined
  let groups: Table | undefined
  const user = (): Table => (users ??= readTable(passwd))
  const groupTable = (): Table => (groups ??= readTable(group))
  return {
    userId: (name) => user().ids.get(name),
    userName: (id) => user().names.get(id),
    groupId: (name) => groupTable().ids.get(name),
    groupName: (id) => groupTable().names.get(id),
  }
}

interface Table {
  readonly ids: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<number, string>
}

/** Lines of `name:password:number:…`; the first of a name or number counts. */
function readTable(file: string): Table {
  const ids = new Map<string, number>()
  const names = new Map<number, string>()
  for (const line of readLines(file)) {
    const [name = '', , number = ''] = line.split(':')
    if (name === '' || !/^\d{1,10}$/u.test(number)) continue
    const id = Number(number)
    if (!ids.has(name)) ids.set(name, id)
    if (!names.has(id)) names.set(id, name)
  }
  return { ids, names }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

// Files of resources as `configure` writes them: where they go, and what is in them.
import { basename, dirname, join } from 'node:path'
import { CofferError, quoteIfNeeded } from '@coffer/core'

/** Kinds that `configure add` makes, as the configuration language writes them. */
export const CONFIGURABLE: ReadonlyMap<string, string> = new Map(
  [
    ...['Catalog', 'Client', 'Console', 'Counter', 'FileSet', 'Job', 'JobDefs', 'Messages'],
    ...['Pool', 'Profile', 'Schedule', 'Storage', 'User'],
  ].map((type) => [type.toLowerCase(), type]),
)

/**
 * The directory that holds a folder for each kind of resource, "…/director.d". Undefined when the configuration is one
 * file: nothing can be added beside it.
 */
export function resourceRoot(directorFile: string): string | undefined {
  const folder = dirname(directorFile)
  return basename(folder) === 'director' ? dirname(folder) : undefined
}

const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._:-]{0,126}$/

/** Throws `console-usage` for a name that is no good file name. */
export function resourceFile(root: string, type: string, name: string): string {
  if (!SAFE_NAME.test(name)) throw new CofferError('console-usage', `"${name}" is no resource name`)
  return join(root, type.toLowerCase(), `${name}.conf`)
}

export interface GivenDirective {
  readonly name: string
  readonly value: string
}

/** A block of the configuration language; `isShown` masks passwords. */
export function resourceBlock(
  type: string,
  directives: readonly GivenDirective[],
  isShown = false,
): string {
  const lines = directives.map(({ name, value }) => {
    const shown = isShown && name.toLowerCase().endsWith('password') ? '***' : value
    return `  ${name} = ${quoteIfNeeded(shown)}\n`
  })
  return `${type} {\n${lines.join('')}}\n`
}

/** Where the block goes that a Client needs to let this Director in. */
export function exportFile(root: string, client: string, director: string): string {
  resourceFile(root, 'client', client)
  resourceFile(root, 'director', director)
  const folder = join(dirname(root), 'director-export', 'client', client, 'filed.d', 'director')
  return join(folder, `${director}.conf`)
}

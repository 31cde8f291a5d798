// Resources that commands name: found by argument or chosen from a menu, within the rights of the console.
import type { DirectorConfig } from '../config/load.ts'
import type { AclName } from './acl.ts'
import { choose, type CommandContext } from './context.ts'

export type ResourceKind = 'job' | 'client' | 'storage' | 'pool' | 'fileset' | 'schedule'

interface KindRow {
  /** "Client", as menus and their headings say it. */
  readonly label: string
  readonly question: string
  readonly acl: AclName
  readonly of: (config: DirectorConfig) => ReadonlyMap<string, { readonly name: string }>
  /** What is said about a name that does not exist or that this console may not use. */
  readonly missing: (name: string) => string
}

const KINDS: Readonly<Record<ResourceKind, KindRow>> = {
  job: {
    label: 'Job',
    question: 'Select Job resource',
    acl: 'job',
    of: (config) => config.jobs,
    missing: (name) => `Job "${name}" not found`,
  },
  client: {
    label: 'Client',
    question: 'Select Client (File daemon) resource',
    acl: 'client',
    of: (config) => config.clients,
    missing: (name) => `Error: Client resource ${name} does not exist.`,
  },
  storage: {
    label: 'Storage',
    question: 'Select Storage resource',
    acl: 'storage',
    of: (config) => config.storages,
    missing: (name) => `Storage resource "${name}": not found`,
  },
  pool: {
    label: 'Pool',
    question: 'Select Pool resource',
    acl: 'pool',
    of: (config) => config.pools,
    missing: (name) => `Pool resource "${name}": not found`,
  },
  fileset: {
    label: 'FileSet',
    question: 'Select FileSet resource',
    acl: 'fileset',
    of: (config) => config.filesets,
    missing: (name) => `FileSet resource "${name}": not found`,
  },
  schedule: {
    label: 'Schedule',
    question: 'Select Schedule resource',
    acl: 'schedule',
    of: (config) => config.schedules,
    missing: (name) => `Schedule resource "${name}": not found`,
  },
}

/** Names of a kind that this console may use, in the order of the configuration. */
export function listNames(
  context: Pick<CommandContext, 'config' | 'rights'>,
  kind: ResourceKind,
): string[] {
  const { acl, of } = KINDS[kind]
  return [...of(context.config).keys()].filter((name) => context.rights.allows(acl, name))
}

/** Whether a resource exists and this console may use it. */
export function hasResource(
  context: Pick<CommandContext, 'config' | 'rights'>,
  kind: ResourceKind,
  name: string,
): boolean {
  const { acl, of } = KINDS[kind]
  return of(context.config).has(name) && context.rights.allows(acl, name)
}

/** Says that a resource is not there; true when it is. */
export async function requireResource(
  context: CommandContext,
  kind: ResourceKind,
  name: string,
): Promise<boolean> {
  if (hasResource(context, kind, name)) return true
  await context.out.error(KINDS[kind].missing(name))
  return false
}

/**
 * The name that was given when there is such a resource, otherwise one chosen from a menu of `names` (all that the
 * console may use). Undefined when there is nothing to choose from.
 */
export async function selectResource(
  context: CommandContext,
  kind: ResourceKind,
  given?: string,
  names: readonly string[] = listNames(context, kind),
): Promise<string | undefined> {
  const { label, question, missing } = KINDS[kind]
  if (given !== undefined) {
    if (names.includes(given)) return given
    await context.out.error(missing(given))
  }
  const items = sortNames(names)
  if (items.length === 0) {
    await context.out.error(`No ${label} resource is defined for this console.`)
    return undefined
  }
  const heading = `The defined ${label} resources are:`
  return items[await choose(context, { heading, question, items, automatic: label })]
}

/** Names as menus show them: by letters, capitals beside small ones. */
export function sortNames(names: readonly string[]): string[] {
  const key = (name: string): string => name.toLowerCase()
  return [...names].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

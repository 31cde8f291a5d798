// What a console may do: the ACL directives of its Console resource and its Profiles, as pure decisions.

const ACL_NAMES = [
  'job',
  'client',
  'storage',
  'schedule',
  'pool',
  'command',
  'fileset',
  'catalog',
  'where',
  'pluginOptions',
] as const
export type AclName = (typeof ACL_NAMES)[number]

/** The lists of one Console or Profile resource. A missing list is an empty one. */
export type AclLists = Readonly<Partial<Record<AclName, readonly string[]>>>

/** The rights of one session. */
export interface Rights {
  /** Whether this console may touch the thing of that name. Names of commands are lower case. */
  allows(acl: AclName, name: string): boolean
  /** Whether nothing at all is denied by this list. */
  allowsAll(acl: AclName): boolean
  /** Whether no list denies anything: some commands demand it. */
  readonly isUnrestricted: boolean
}

/** The rights of the default console. */
export const ALL_RIGHTS: Rights = {
  allows: () => true,
  allowsAll: () => true,
  isUnrestricted: true,
}

const ALL = '*all*'

/**
 * The rights of a named console: its own lists first, then those of its Profiles in order. The first entry that matches
 * decides; where none does, the answer is no.
 */
export function makeRights(sources: readonly AclLists[]): Rights {
  const listsOf = (acl: AclName): readonly string[] =>
    sources.flatMap((source) => source[acl] ?? [])
  const allowsAll = (acl: AclName): boolean => listsOf(acl)[0] === ALL
  return {
    allows: (acl, name) => decideAcl(listsOf(acl), name),
    allowsAll,
    isUnrestricted: ACL_NAMES.every(allowsAll),
  }
}

/** Decides by one list: entries are names, `*all*`, regular expressions over the whole name, or any of them behind `!`. */
export function decideAcl(entries: readonly string[], name: string): boolean {
  for (const entry of entries) {
    const isDenial = entry.startsWith('!')
    if (matches(isDenial ? entry.slice(1) : entry, name)) return !isDenial
  }
  return false
}

const PATTERN_CHARACTERS = /[[\]^$.*+?(){}|\\]/

function matches(pattern: string, name: string): boolean {
  if (pattern === ALL) return true
  if (pattern.toLowerCase() === name.toLowerCase()) return true
  return PATTERN_CHARACTERS.test(pattern) && matchesWhole(pattern, name)
}

function matchesWhole(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'iu').test(name)
  } catch {
    // Not an expression: it was compared as a name already.
    return false
  }
}

// What is marked for a restore, kept as rules on directories and not as a set of files.
import type { Glob } from './glob.ts'

/** `tree`: the entry and everything below it; `self`: the entry alone. */
export type MarkScope = 'tree' | 'self'

interface Rule {
  readonly glob: Glob
  readonly isMarked: boolean
  readonly scope: MarkScope
  /** Later rules have higher numbers and win. */
  readonly order: number
}

interface DirectoryRules {
  readonly globs: Rule[]
  readonly literals: Map<string, Rule>
}

/**
 * Marks and unmarks, each on the names of one directory that a wildcard matches. A rule reaches down through the tree
 * until another one, made later, takes over: so marking everything is one rule, however many files there are.
 *
 * Directories are named by their whole path with a slash at the end. The top is "/"; the directories beside it, "C:/",
 * count as its children.
 */
export class MarkRules {
  readonly #directories = new Map<string, DirectoryRules>()
  #order = 0
  #isTopMarked = false

  /** Makes everything marked, or nothing. */
  setAll(isMarked: boolean): void {
    this.#directories.clear()
    this.#isTopMarked = isMarked
  }

  /** Adds a rule for the entries of `directory` that `glob` matches. Rules below those entries end, except for `self`. */
  set(directory: string, glob: Glob, isMarked: boolean, scope: MarkScope): void {
    if (scope === 'tree') this.#forgetBelow(directory, glob)
    const rules = this.#rulesOf(directory)
    const rule: Rule = { glob, isMarked, scope, order: (this.#order += 1) }
    if (glob.isEverything && scope === 'tree') {
      rules.globs.length = 0
      rules.literals.clear()
    }
    if (glob.literal === undefined) rules.globs.push(rule)
    else if (scope === 'tree') rules.literals.set(glob.literal, rule)
    else rules.globs.push(rule)
  }

  /** Whether an entry of a directory is marked itself; `inherited` is what `below` says of the directory. */
  isMarked(directory: string, name: string, inherited: boolean): boolean {
    return this.#latest(directory, name, true)?.isMarked ?? inherited
  }

  /** What holds for entries below this entry that no rule of their own names. */
  below(directory: string, name: string, inherited: boolean): boolean {
    return this.#latest(directory, name, false)?.isMarked ?? inherited
  }

  /** What holds for the entries of a directory that no rule names, found from its path alone. */
  stateOf(directory: string): boolean {
    const parts = splitDirectory(directory)
    if (parts === undefined) return this.#isTopMarked
    return this.below(parts.parent, parts.name, this.stateOf(parts.parent))
  }

  /** Whether there is any rule on names of this directory or of one below it. */
  hasRulesAtOrBelow(directory: string): boolean {
    if (directory === TOP) return this.#directories.size > 0
    for (const path of this.#directories.keys()) if (path.startsWith(directory)) return true
    return false
  }

  /**
   * What holds for every entry of this directory alike, when no name is treated apart; undefined otherwise. `inherited`
   * is what `below` says of the directory.
   */
  uniformState(directory: string, inherited: boolean): boolean | undefined {
    const rules = this.#directories.get(directory)
    if (rules === undefined) return inherited
    const [first, second] = rules.globs
    if (rules.literals.size > 0 || second !== undefined) return undefined
    if (first === undefined) return inherited
    return first.glob.isEverything && first.scope === 'tree' ? first.isMarked : undefined
  }

  /** Names of the directories of this one that have rules at or below them. */
  childrenWithRules(directory: string): string[] {
    const names = new Set<string>()
    for (const path of this.#directories.keys()) {
      if (path === directory) continue
      const name = childOf(directory, path)
      if (name !== undefined) names.add(name)
    }
    return [...names]
  }

  #rulesOf(directory: string): DirectoryRules {
    const known = this.#directories.get(directory)
    if (known !== undefined) return known
    const rules: DirectoryRules = { globs: [], literals: new Map() }
    this.#directories.set(directory, rules)
    return rules
  }

  #latest(directory: string, name: string, withSelf: boolean): Rule | undefined {
    const rules = this.#directories.get(directory)
    if (rules === undefined) return undefined
    const literal = rules.literals.get(name)
    const glob = rules.globs.findLast(
      (rule) => (withSelf || rule.scope === 'tree') && rule.glob.matches(name),
    )
    if (literal === undefined) return glob
    return glob === undefined || literal.order > glob.order ? literal : glob
  }

  #forgetBelow(directory: string, glob: Glob): void {
    for (const path of this.#directories.keys()) {
      if (path === directory) continue
      const name = childOf(directory, path)
      if (name !== undefined && glob.matches(name)) this.#directories.delete(path)
    }
  }
}

export const TOP = '/'

/** A directory as its parent's path and its name there; undefined for the top. */
export function splitDirectory(
  path: string,
): { readonly parent: string; readonly name: string } | undefined {
  if (path === TOP) return undefined
  const slash = path.lastIndexOf('/', path.length - 2)
  if (slash < 0) return { parent: TOP, name: path.slice(0, -1) }
  return { parent: path.slice(0, slash + 1), name: path.slice(slash + 1, -1) }
}

/** The name in `directory` under which `path`, a directory somewhere below it, is found. */
function childOf(directory: string, path: string): string | undefined {
  if (directory === TOP && !path.startsWith('/')) return path.slice(0, path.indexOf('/'))
  if (!path.startsWith(directory)) return undefined
  const rest = path.slice(directory.length)
  const slash = rest.indexOf('/')
  return slash < 0 ? undefined : rest.slice(0, slash)
}

/** The path of a directory's entry; `C:` at the top is a drive. */
export function entryPath(directory: string, name: string, isDirectory: boolean): string {
  const end = isDirectory ? '/' : ''
  return directory === TOP && isDrive(name) ? `${name}${end}` : `${directory}${name}${end}`
}

function isDrive(name: string): boolean {
  return /^[A-Za-z]:$/.test(name)
}

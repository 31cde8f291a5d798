// The files of a chain of Jobs as a tree to look around in and mark, read from the Catalog one directory at a time.
import type {
  FileCatalog,
  JobChain,
  SelectedFile,
  SelectedIndex,
  TreeEntry,
} from '../catalog/files.ts'
import { type Glob, literalGlob } from './glob.ts'
import { entryPath, MarkRules, type MarkScope, splitDirectory, TOP } from './mark-rules.ts'
import { resolvePath, splitPattern } from './tree-path.ts'

/** What the tree asks of the Catalog. */
export type TreeFiles = Pick<
  FileCatalog,
  | 'rootPathId'
  | 'findPath'
  | 'isVisible'
  | 'listDirectory'
  | 'findInDirectory'
  | 'walk'
  | 'walkIndexes'
  | 'count'
>

/** An entry as a listing shows it. */
export interface TreeItem {
  readonly entry: TreeEntry
  /** Whole name; a directory's ends with a slash. */
  readonly path: string
  readonly isMarked: boolean
  /** For a directory: whether what is below it is marked too, as far as no rule below says otherwise. */
  readonly isMarkedBelow: boolean
  /** Whether something below it may be marked although it is not. */
  readonly mayHoldMarks: boolean
}

interface Directory {
  readonly path: string
  readonly pathId: number
  /** The directory's own row; undefined for the top. */
  readonly entry: TreeEntry | undefined
}

/** Most directories whose mark state is remembered while a walk runs. */
const MAX_KNOWN_STATES = 10_000

/**
 * One operator's view of a chain: a working directory and marks. Memory grows with what is looked at and with the number
 * of marks, not with the number of files.
 */
export class RestoreTree {
  readonly #files: TreeFiles
  readonly #chain: JobChain
  readonly #top: Directory
  readonly #rules = new MarkRules()
  /** Numbers of rows below a directory; a chain does not change. */
  readonly #counts = new Map<number, number>()
  #cwd: Directory

  private constructor(files: TreeFiles, chain: JobChain, top: Directory) {
    this.#files = files
    this.#chain = chain
    this.#top = top
    this.#cwd = top
  }

  static async open(files: TreeFiles, chain: JobChain): Promise<RestoreTree> {
    const pathId = await files.rootPathId()
    return new RestoreTree(files, chain, { path: TOP, pathId, entry: undefined })
  }

  /** The working directory, with a slash at its end. */
  get cwd(): string {
    return this.#cwd.path
  }

  /** All files and directories of the chain. */
  countAll(): Promise<number> {
    return this.#countRows(this.#top.pathId)
  }

  /** How many of them are marked. */
  countMarked(): Promise<number> {
    return this.#countMarkedBelow(this.#top, this.#rules.stateOf(TOP))
  }

  markAll(isMarked: boolean): void {
    this.#rules.setAll(isMarked)
  }

  /** False when there is no such directory in the chain. */
  async changeDirectory(path: string): Promise<boolean> {
    const directory = await this.#findDirectory(resolvePath(this.cwd, path))
    if (directory === undefined) return false
    this.#cwd = directory
    return true
  }

  /**
   * Entries by name. `pattern` may be wildcards on names of the working directory, or a path whose last part is; a path
   * that ends with a slash means what is in that directory. Undefined when its directory does not exist.
   */
  async list(pattern?: string): Promise<TreeItem[] | undefined> {
    const { directory: path, glob } = splitPattern(pattern ?? '*')
    const directory = await this.#findDirectory(resolvePath(this.cwd, path))
    if (directory === undefined) return undefined
    const items = await this.#items(directory)
    return items.filter(({ entry }) => !isRoot(entry) && glob.matches(entry.name))
  }

  /** Marks (or unmarks) what a pattern as in `list` matches. Returns how many files and directories changed by it. */
  async mark(pattern: string, isMarked: boolean, scope: MarkScope): Promise<number> {
    const { directory: path, glob } = splitPattern(pattern)
    const directory = await this.#findDirectory(resolvePath(this.cwd, path))
    if (directory === undefined) return 0
    const state = this.#rules.stateOf(directory.path)
    const rule = scope === 'self' ? await this.#directoriesOnly(directory, glob) : [glob]
    const before = await this.#countMarkedBelow(directory, state)
    for (const each of rule) this.#rules.set(directory.path, each, isMarked, scope)
    const after = await this.#countMarkedBelow(directory, state)
    return Math.abs(after - before)
  }

  /** What is below an item. */
  async itemsOf(item: TreeItem): Promise<TreeItem[]> {
    return this.#items({ path: item.path, pathId: item.entry.pathId, entry: item.entry })
  }

  /** Every file and directory whose name matches, anywhere in the tree, with its mark. */
  async *find(glob: Glob): AsyncGenerator<{ readonly path: string; readonly isMarked: boolean }> {
    const isMarked = this.#pathMarks()
    for await (const batch of this.#files.walk(this.#chain, this.#top.pathId)) {
      for (const { path } of batch) {
        if (glob.matches(nameOf(path))) yield { path, isMarked: isMarked(path) }
      }
    }
  }

  /** All that is marked, in batches. Each file comes once. */
  marked(): AsyncGenerator<readonly SelectedIndex[]> {
    return this.#markedBelow(this.#top, this.#rules.stateOf(TOP))
  }

  async #items(directory: Directory): Promise<TreeItem[]> {
    const state = this.#rules.stateOf(directory.path)
    const entries = await this.#entries(directory)
    return entries.map((entry) => {
      const path = entryPath(directory.path, entry.name, entry.isDirectory)
      const below = entry.isDirectory && this.#rules.below(directory.path, entry.name, state)
      return {
        entry,
        path,
        isMarked: this.#rules.isMarked(directory.path, entry.name, state),
        isMarkedBelow: below,
        mayHoldMarks: entry.isDirectory && (below || this.#rules.hasRulesAtOrBelow(path)),
      }
    })
  }

  /**
   * Entries of a directory by name. At the top: "/" itself, which has the name "", what is in it, and the drives beside
   * it.
   */
  async #entries(directory: Directory): Promise<TreeEntry[]> {
    const entries = await this.#files.listDirectory(this.#chain, directory.pathId)
    if (directory.path !== TOP) return entries.sort(byName)
    const root = entries.find(isRoot)
    const inRoot =
      root === undefined ? [] : await this.#files.listDirectory(this.#chain, root.pathId)
    const own = root === undefined ? [] : [{ ...root, name: '' }]
    return [...own, ...entries.filter((entry) => !isRoot(entry)), ...inRoot].sort(byName)
  }

  async #entry(directory: Directory, name: string): Promise<TreeEntry | undefined> {
    if (directory.path !== TOP) {
      return this.#files.findInDirectory(this.#chain, directory.pathId, name)
    }
    return (await this.#entries(directory)).find((entry) => entry.name === name)
  }

  async #findDirectory(path: string): Promise<Directory | undefined> {
    const parts = splitDirectory(path)
    if (parts === undefined) return this.#top
    const pathId = await this.#files.findPath(path)
    if (pathId === undefined || !(await this.#files.isVisible(this.#chain, pathId)))
      return undefined
    const parent = await this.#parentOf(parts.parent)
    const entry = parent === undefined ? undefined : await this.#entry(parent, parts.name)
    return { path, pathId, entry }
  }

  async #parentOf(path: string): Promise<Directory | undefined> {
    if (path === TOP) return this.#top
    const pathId = await this.#files.findPath(path)
    return pathId === undefined ? undefined : { path, pathId, entry: undefined }
  }

  /** `markdir` speaks of directories: one glob for each that matches. */
  async #directoriesOnly(directory: Directory, glob: Glob): Promise<Glob[]> {
    const entries = await this.#entries(directory)
    const names = entries.filter((entry) => entry.isDirectory && glob.matches(entry.name))
    return names.map(({ name }) => literalGlob(name))
  }

  async #countRows(pathId: number): Promise<number> {
    const known = this.#counts.get(pathId)
    if (known !== undefined) return known
    const count = await this.#files.count(this.#chain, pathId)
    this.#counts.set(pathId, count)
    return count
  }

  /** Rows below a directory, its own left out. */
  async #countBelow(directory: Directory): Promise<number> {
    return (await this.#countRows(directory.pathId)) - (isSaved(directory.entry) ? 1 : 0)
  }

  async #countMarkedBelow(directory: Directory, state: boolean): Promise<number> {
    if (!this.#rules.hasRulesAtOrBelow(directory.path)) {
      return state ? this.#countBelow(directory) : 0
    }
    const uniform = this.#rules.uniformState(directory.path, state)
    return uniform === undefined
      ? this.#countMarkedEntries(directory, state)
      : this.#countMarkedExceptions(directory, uniform)
  }

  /** The whole directory alike, corrected by those of its children that have rules of their own. */
  async #countMarkedExceptions(directory: Directory, state: boolean): Promise<number> {
    let count = state ? await this.#countBelow(directory) : 0
    for (const child of await this.#ruledChildren(directory)) {
      count += await this.#countMarkedBelow(child, state)
      if (state) count -= await this.#countBelow(child)
    }
    return count
  }

  async #countMarkedEntries(directory: Directory, state: boolean): Promise<number> {
    let count = 0
    for (const entry of await this.#entries(directory)) {
      const isMarked = this.#rules.isMarked(directory.path, entry.name, state)
      if (isMarked && isSaved(entry)) count += 1
      if (!entry.isDirectory || isRoot(entry)) continue
      const below = this.#rules.below(directory.path, entry.name, state)
      count += await this.#countMarkedBelow(childOf(directory, entry), below)
    }
    return count
  }

  async #ruledChildren(directory: Directory): Promise<Directory[]> {
    const children: Directory[] = []
    for (const name of this.#rules.childrenWithRules(directory.path)) {
      const entry = await this.#entry(directory, name)
      if (entry?.isDirectory === true) children.push(childOf(directory, entry))
    }
    return children
  }

  async *#markedBelow(
    directory: Directory,
    state: boolean,
  ): AsyncGenerator<readonly SelectedIndex[]> {
    if (!this.#rules.hasRulesAtOrBelow(directory.path)) {
      if (state) yield* this.#allBelow(directory)
      return
    }
    const uniform = this.#rules.uniformState(directory.path, state)
    if (uniform === undefined) {
      yield* this.#markedEntries(directory, state)
    } else if (this.#rules.childrenWithRules(directory.path).length === 0) {
      if (uniform) yield* this.#allBelow(directory)
    } else if (uniform) {
      yield* this.#markedByPath(directory)
    } else {
      for (const child of await this.#ruledChildren(directory)) {
        yield* this.#markedBelow(child, false)
      }
    }
  }

  async *#allBelow(directory: Directory): AsyncGenerator<readonly SelectedIndex[]> {
    const { entry } = directory
    for await (const batch of this.#files.walkIndexes(this.#chain, directory.pathId)) {
      yield isSaved(entry) ? batch.filter((row) => !isSameRow(row, entry)) : batch
    }
  }

  async *#markedEntries(
    directory: Directory,
    state: boolean,
  ): AsyncGenerator<readonly SelectedIndex[]> {
    const own: SelectedIndex[] = []
    for (const entry of await this.#entries(directory)) {
      const isMarked = this.#rules.isMarked(directory.path, entry.name, state)
      if (isMarked && isSaved(entry)) own.push(entry)
      if (!entry.isDirectory || isRoot(entry)) continue
      const below = this.#rules.below(directory.path, entry.name, state)
      yield* this.#markedBelow(childOf(directory, entry), below)
    }
    if (own.length > 0) yield own
  }

  /** One walk over everything below, each file asked for its mark: for a marked directory with exceptions in it. */
  async *#markedByPath(directory: Directory): AsyncGenerator<readonly SelectedIndex[]> {
    const isMarked = this.#pathMarks()
    for await (const batch of this.#files.walk(this.#chain, directory.pathId)) {
      const marked = batch.filter(({ path }) => path !== directory.path && isMarked(path))
      if (marked.length > 0) yield marked.map(selectedIndex)
    }
  }

  #pathMarks(): (path: string) => boolean {
    const states = new Map<string, boolean>()
    return (path) => {
      const slash = path.lastIndexOf('/', path.length - 2)
      const name = nameOf(path)
      const directory = slash < 0 || name === '' ? TOP : path.slice(0, slash + 1)
      let state = states.get(directory)
      if (state === undefined) {
        state = this.#rules.stateOf(directory)
        if (states.size >= MAX_KNOWN_STATES) states.clear()
        states.set(directory, state)
      }
      return this.#rules.isMarked(directory, name, state)
    }
  }
}

function childOf(directory: Directory, entry: TreeEntry): Directory {
  const path = entryPath(directory.path, entry.name, true)
  return { path, pathId: entry.pathId, entry }
}

function selectedIndex(file: SelectedFile): SelectedIndex {
  const { jobId, fileIndex, lstat } = file
  return { jobId, fileIndex, isDirectory: file.path.endsWith('/'), lstat }
}

function isSaved(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry !== undefined && entry.jobId > 0
}

function isSameRow(row: SelectedIndex, entry: TreeEntry): boolean {
  return row.isDirectory && row.jobId === entry.jobId && row.fileIndex === entry.fileIndex
}

function isRoot(entry: TreeEntry): boolean {
  return entry.name === '' || entry.name === '/'
}

function byName(a: TreeEntry, b: TreeEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** The last part of a path, without a slash. */
function nameOf(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

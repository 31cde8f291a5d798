// What a FileSet says about a path: saved with which options, or left out. Pure.
import { decodePath } from '@coffer/core'
import type { FileOptions, FileSet, Include, SizeMatch } from '@coffer/wire'
import { compileExpression } from './expression.ts'
import { compileWild, type PathTest } from './wild.ts'

/** An Include block, ready to be asked. */
export interface CompiledInclude {
  readonly options: readonly CompiledOptions[]
  /** Options of files that no block names: the last block, as in Bareos. */
  readonly fallback: FileOptions
  readonly excludes: readonly PathTest[]
}

interface CompiledOptions {
  readonly options: FileOptions
  /** Tests of directories, and of everything else. */
  readonly directory: readonly PathTest[]
  readonly file: readonly PathTest[]
  readonly hasPatterns: boolean
}

/** Without Options a FileSet saves everything with these. */
export const DEFAULT_OPTIONS: FileOptions = {
  signature: '',
  compression: '',
  compressionLevel: 0,
  oneFs: true,
  recurse: true,
  sparse: false,
  hardLinks: false,
  noAtime: false,
  keepAtime: false,
  mtimeOnly: false,
  checkFileChanges: false,
  readFifo: false,
  ignoreCase: false,
  honorNoDump: false,
  aclSupport: true,
  xattrSupport: true,
  exclude: false,
  wild: [],
  wildDir: [],
  wildFile: [],
  regex: [],
  regexDir: [],
  regexFile: [],
  fsType: [],
  size: null,
  stripPath: 0,
  verify: '',
  accurate: '',
  shadowing: '',
  plugins: [],
  encryption: '',
  forceEncryption: false,
}

/** Compiles the patterns of one Include and of the Exclude blocks. Throws `fileset-invalid`. */
export function compileInclude(include: Include, excludes: FileSet['excludes']): CompiledInclude {
  const options = include.options.map(compileOptions)
  const fallback = include.options.at(-1) ?? DEFAULT_OPTIONS
  return {
    options,
    fallback,
    excludes: excludes.map((entry) => excludeTest(decodePath(entry), fallback.ignoreCase)),
  }
}

/**
 * The options that a path is saved with; undefined when it is left out. The first Options block with a matching pattern
 * decides; a block that excludes and has no pattern leaves out whatever comes to it; then Exclude blocks are asked.
 * Patterns see the whole path, a directory's without the slash at its end.
 */
export function verdictOf(
  { options, fallback, excludes }: CompiledInclude,
  path: string,
  isDirectory: boolean,
): FileOptions | undefined {
  for (const block of options) {
    if (block.hasPatterns) {
      const tests = isDirectory ? block.directory : block.file
      if (tests.some((test) => test(path))) {
        return block.options.exclude ? undefined : block.options
      }
    } else if (block.options.exclude) return undefined
  }
  return excludes.some((test) => test(path)) ? undefined : fallback
}

/** Whether the verdict can depend on the path at all. */
export function hasPatterns({ options, excludes }: CompiledInclude): boolean {
  return excludes.length > 0 || options.some((block) => block.hasPatterns || block.options.exclude)
}

/** Whether a regular file of that size is wanted. */
export function matchesSize(size: SizeMatch | null, sizeBytes: number): boolean {
  switch (size?.kind) {
    case 'smaller':
      return sizeBytes < size.begin
    case 'greater':
      return sizeBytes > size.begin
    case 'approximate':
    case 'range':
      return sizeBytes >= size.begin && sizeBytes <= size.end
    default:
      return true
  }
}

/** The path as it is stored when its first directories are to be left out; one that has fewer stays as it is. */
export function stripComponents(path: string, count: number): string {
  let at = 0
  for (let left = count; left > 0; left--) {
    at = path.indexOf('/', at + 1)
    if (at < 0 || at === path.length - 1) return path
  }
  return path.slice(at)
}

function compileOptions(options: FileOptions): CompiledOptions {
  const { ignoreCase } = options
  const compile = (wild: readonly string[], regex: readonly string[]): [string, PathTest][] => [
    ...wild.map((text): [string, PathTest] => [text, compileWild(text, ignoreCase)]),
    ...regex.map((text): [string, PathTest] => [text, compileExpression(text, ignoreCase)]),
  ]
  const any = compile(options.wild, options.regex)
  const directory = [...any, ...compile(options.wildDir, options.regexDir)]
  const file = [...any, ...compile(options.wildFile, options.regexFile)]
  return {
    options,
    directory: directory.map(withSlashForm),
    file: file.map(([, test]) => test),
    hasPatterns: directory.length + file.length > 0,
  }
}

// A pattern that is written with a slash at its end means the directory.
function withSlashForm([pattern, test]: readonly [string, PathTest]): PathTest {
  return /\/\$?$/u.test(pattern) ? (path) => test(path) || test(`${path}/`) : test
}

function excludeTest(entry: string, ignoreCase: boolean): PathTest {
  return compileWild(entry.length > 1 ? entry.replace(/\/+$/u, '') : entry, ignoreCase)
}

// Walks a FileSet: every path that is to be saved, in the order of its records, numbered. A directory comes after what is
// in it. One thread runs this, with synchronous calls.
import { type BigIntStats, closeSync, constants, lstatSync, openSync, readlinkSync } from 'node:fs'
import { decodePath, displayPath, encodePath, FILE_TYPE, type MessageType } from '@coffer/core'
import { asPath, errnoCode, errnoText, joinPath, openDirectory, type Posix } from '@coffer/files'
import type { FileOptions, FileSet } from '@coffer/wire'
import { DirectoryReader } from './directory-reader.ts'
import { LinkTable } from './links.ts'
import {
  type CompiledInclude,
  compileInclude,
  DEFAULT_OPTIONS,
  hasPatterns,
  matchesSize,
  stripComponents,
  verdictOf,
} from './match.ts'
import { deviceKey } from './mounts.ts'

export interface WalkOptions {
  /** With all lists resolved: entries are paths. */
  readonly fileset: FileSet
  /** Seconds since the epoch; files that changed at or after it are saved. 0 saves everything. */
  readonly since: number
  /** Decides in the place of `since`, by what is known of each path; what it never met is yielded as deleted. */
  readonly known?: KnownFiles | undefined
  /** File system types by device, see mounts.ts. */
  readonly mounts: ReadonlyMap<string, string>
  /** Without it marks of Honor No Dump Flag are not seen. */
  readonly posix?: Posix | undefined
  /** Keep open the first of several hard links, so that the others never refer to a file that could not be read. */
  readonly openLinks: boolean
}

/** What a walk needs of a stat. */
export type WalkedStat = Pick<
  BigIntStats,
  | 'dev'
  | 'ino'
  | 'mode'
  | 'nlink'
  | 'uid'
  | 'gid'
  | 'rdev'
  | 'size'
  | 'blksize'
  | 'blocks'
  | 'atimeNs'
  | 'mtimeNs'
  | 'ctimeNs'
>

/** A path that is in the FileSet, saved or not. */
export interface MetPath {
  readonly access: Buffer
  /** Name in the record; a directory's ends with a slash. */
  readonly stored: Buffer
  readonly stat: WalkedStat
  readonly options: FileOptions
}

/** The state that an accurate backup compares with. */
export interface KnownFiles {
  /** Whether the path is to be saved; it counts as met. */
  isChanged(path: MetPath): boolean
  /** Nothing can be said of a path and of what is below it: it does not count as deleted. */
  skipBelow(stored: Buffer): void
  /** What was known and not met. */
  deleted(): Iterable<{ readonly stored: Buffer; readonly stat: WalkedStat }>
}

/** A path to be saved, or a name that is gone (type `deleted`, with the stat that was known of it). */
export interface WalkedFile {
  readonly kind: 'file'
  readonly fileIndex: number
  /** One of FILE_TYPE. */
  readonly type: number
  /** Path bytes to reach it by; differs from `stored` deep down and with stripped paths. */
  readonly access: Buffer
  /** Name in the record; a directory's ends with a slash. */
  readonly stored: Buffer
  readonly stat: WalkedStat
  readonly options: FileOptions
  /** Target of a symbolic link, stored name of a first hard link. */
  readonly link: Buffer | undefined
  readonly linkFileIndex: number
  /** An open descriptor of a regular file, which the reader closes; or -1. */
  readonly fd: number
}

/** A line for the Job log. */
export interface WalkNote {
  readonly kind: 'note'
  readonly type: MessageType
  readonly text: string
  /** Counts as an error of the Job. */
  readonly isError: boolean
}

/** A descriptor that paths yielded so far go through: to be closed when they have been read. */
interface WalkRelease {
  readonly kind: 'release'
  readonly fd: number
}

/** A path was looked at and is not saved: nothing to do, but time to breathe. */
interface WalkSkip {
  readonly kind: 'skip'
  readonly access: Buffer
}

export type WalkItem = WalkedFile | WalkNote | WalkRelease | WalkSkip

interface Frame {
  readonly file: Found
  /** Undefined for a directory that is not entered: only its own record remains. */
  readonly reader: DirectoryReader | undefined
  /** Path to reach its entries by. */
  readonly access: Buffer
  readonly anchor: number
}

interface Found {
  readonly path: Buffer
  readonly access: Buffer
  readonly stat: WalkedStat
  readonly options: FileOptions
}

interface Numbered extends Pick<WalkedFile, 'stored'> {
  readonly link?: Buffer
  readonly linkFileIndex?: number
  readonly fd?: number
}

/** Longer paths are reached through a descriptor of a directory on the way; PATH_MAX is 4096. */
const MAX_ACCESS_BYTES = 3072
const MAX_OPEN_READERS = 128
const SLASH = Buffer.from('/')

const NANOSECONDS = 1_000_000_000n
const S_IFMT = 0o170000n
const FORMATS = {
  file: 0o100000n,
  directory: 0o040000n,
  symlink: 0o120000n,
  socket: 0o140000n,
  fifo: 0o010000n,
} as const

/** Throws `fileset-invalid` for a pattern that cannot be used. */
export function* walkFileSet(options: WalkOptions): Generator<WalkItem, void> {
  const walker = new Walker(options)
  try {
    yield* walker.run()
  } finally {
    walker.close()
  }
}

/** Every FileOptions object that `walkFileSet` can yield: walker and readers know them by their place here. */
export function optionsOf(fileset: FileSet): readonly FileOptions[] {
  return [DEFAULT_OPTIONS, ...fileset.includes.flatMap((include) => include.options)]
}

class Walker {
  readonly #options: WalkOptions
  readonly #links = new LinkTable()
  readonly #frames: Frame[] = []
  #fileIndex = 0
  #include: CompiledInclude | undefined
  #needsText = false
  #excludeDirContaining: readonly Buffer[] = []

  constructor(options: WalkOptions) {
    this.#options = options
  }

  *run(): Generator<WalkItem, void> {
    const { fileset } = this.#options
    for (const include of fileset.includes) {
      this.#include = compileInclude(include, fileset.excludes)
      this.#needsText = hasPatterns(this.#include)
      this.#excludeDirContaining = include.excludeDirContaining.map((name) =>
        asPath(encodePath(name)),
      )
      for (const entry of include.files) yield* this.#walkEntry(asPath(entry))
    }
    yield* this.#deleted()
  }

  *#deleted(): Generator<WalkItem, void> {
    for (const { stored, stat } of this.#options.known?.deleted() ?? []) {
      const gone = { path: stored, access: stored, stat, options: DEFAULT_OPTIONS }
      yield this.#number(gone, FILE_TYPE.deleted, { stored: Buffer.from(stored) })
    }
  }

  close(): void {
    for (const frame of this.#frames) {
      frame.reader?.close()
      if (frame.anchor >= 0) closeSync(frame.anchor)
    }
    this.#frames.length = 0
  }

  /** An entry of the FileSet itself is saved whatever the patterns say, with the options that they choose. */
  *#walkEntry(entry: Buffer): Generator<WalkItem, void> {
    const path = withoutTrailingSlashes(entry)
    if (path[0] !== SLASH[0]) {
      yield error(`"${display(entry)}" is not saved: it is no absolute path`)
      return
    }
    yield* this.#visit(path, path, undefined)
    while (this.#frames.length > 0) {
      const frame = this.#frames.at(-1)
      if (frame === undefined) return
      const name = yield* this.#nextName(frame)
      if (name === undefined) yield* this.#leave(frame)
      else yield* this.#visit(joinPath(frame.file.path, name), joinPath(frame.access, name), frame)
    }
  }

  *#nextName(frame: Frame): Generator<WalkItem, Buffer | undefined> {
    try {
      return frame.reader?.next()
    } catch (thrown) {
      frame.reader?.close()
      this.#skipBelow(frame.file)
      yield error(
        `Could not read directory "${display(frame.file.path)}": ERR=${errnoText(thrown)}`,
      )
      return undefined
    }
  }

  *#visit(path: Buffer, access: Buffer, parent: Frame | undefined): Generator<WalkItem, void> {
    let stat: BigIntStats
    try {
      stat = lstatSync(access, { bigint: true })
    } catch (thrown) {
      if (errnoCode(thrown) !== 'ENOENT') {
        this.#skipBelow({ path, options: parent?.file.options ?? DEFAULT_OPTIONS })
      }
      yield lost(path, parent === undefined, thrown)
      return
    }
    const isDirectory = (stat.mode & S_IFMT) === FORMATS.directory
    const options = this.#optionsFor(path, isDirectory, parent === undefined)
    if (options === undefined || this.#isMarked(access, options)) {
      yield { kind: 'skip', access }
      return
    }
    const found = { path, access, stat, options }
    if (isDirectory) yield* this.#enter(found, parent)
    else yield* this.#saveFile(found, parent === undefined)
  }

  #optionsFor(path: Buffer, isDirectory: boolean, isEntry: boolean): FileOptions | undefined {
    const include = this.#include
    if (include === undefined || !this.#needsText) return include?.fallback
    const verdict = verdictOf(include, decodePath(path), isDirectory)
    return verdict ?? (isEntry ? include.fallback : undefined)
  }

  #isMarked(access: Buffer, { honorNoDump }: FileOptions): boolean {
    return honorNoDump && (this.#options.posix?.isMarkedNoDump(access) ?? false)
  }

  /** Opens a directory; its own record follows when it is left. */
  *#enter(found: Found, parent: Frame | undefined): Generator<WalkItem, void> {
    const barrier = this.#barrier(found, parent)
    if (barrier !== undefined) {
      yield { kind: 'note', type: 'info', text: barrier, isError: false }
      this.#frames.push({ file: found, reader: undefined, access: found.access, anchor: -1 })
      return
    }
    if (this.#excludeDirContaining.some((name) => exists(joinPath(found.access, name)))) {
      yield { kind: 'skip', access: found.access }
      return
    }
    this.#frames.push(yield* this.#open(found))
    this.#frames.at(-MAX_OPEN_READERS - 1)?.reader?.detach()
  }

  *#open(found: Found): Generator<WalkItem, Frame> {
    const { access, path } = found
    try {
      const reader = DirectoryReader.open(access, found.stat)
      if (reader === undefined) {
        yield error(`Could not open directory "${display(path)}": it was replaced meanwhile`)
      }
      if (access.length <= MAX_ACCESS_BYTES) return { file: found, reader, access, anchor: -1 }
      const anchor = openDirectory(access, false)
      return { file: found, reader, access: Buffer.from(`/proc/self/fd/${anchor}`), anchor }
    } catch (thrown) {
      this.#skipBelow(found)
      yield error(`Could not open directory "${display(path)}": ERR=${errnoText(thrown)}`)
      return { file: found, reader: undefined, access, anchor: -1 }
    }
  }

  /** Why a directory is not entered, for the Job log. */
  #barrier({ path, stat, options }: Found, parent: Frame | undefined): string | undefined {
    const from = display(parent?.file.path ?? path)
    if (parent !== undefined && !options.recurse) {
      return `Recursion turned off. Will not descend from ${from} into ${display(path)}`
    }
    const crosses = parent === undefined || parent.file.stat.dev !== stat.dev
    if (!crosses) return undefined
    if (parent !== undefined && options.oneFs) {
      return `${display(path)} is a different filesystem. Will not descend from ${from} into ${display(path)}`
    }
    const type = this.#options.mounts.get(deviceKey(stat.dev)) ?? 'unknown'
    if (options.fsType.length > 0 && !options.fsType.includes(type)) {
      return `Disallowed filesystem ${type}. Will not descend from ${from} into ${display(path)}`
    }
    return undefined
  }

  *#leave(frame: Frame): Generator<WalkItem, void> {
    this.#frames.pop()
    frame.reader?.close()
    const { file } = frame
    const stored = withSlash(this.#stored(file))
    if (this.#isChanged(file, stored)) {
      yield this.#number(file, FILE_TYPE.directoryEnd, { stored })
    } else yield { kind: 'skip', access: file.access }
    if (frame.anchor >= 0) yield { kind: 'release', fd: frame.anchor }
  }

  *#saveFile(found: Found, isEntry: boolean): Generator<WalkItem, void> {
    const { path, access, stat, options } = found
    const format = stat.mode & S_IFMT
    if (format === FORMATS.socket) {
      yield {
        kind: 'note',
        type: 'skipped',
        text: `Socket file skipped: ${display(path)}`,
        isError: false,
      }
      return
    }
    const isUnwanted = format === FORMATS.file && !matchesSize(options.size, Number(stat.size))
    const stored = this.#stored(found)
    if (isUnwanted || !this.#isChanged(found, stored)) yield { kind: 'skip', access }
    else if (format === FORMATS.symlink) yield* this.#saveSymlink(found, stored)
    else if (format === FORMATS.file) yield* this.#saveRegular(found, stored)
    else {
      // What comes out of a fifo is read only when the FileSet names the fifo itself.
      const isRead = format === FORMATS.fifo && options.readFifo && isEntry
      yield this.#number(found, isRead ? FILE_TYPE.fifo : FILE_TYPE.special, { stored })
    }
  }

  *#saveSymlink(found: Found, stored: Buffer): Generator<WalkItem, void> {
    try {
      const link = readlinkSync(found.access, { encoding: 'buffer' })
      yield this.#number(found, FILE_TYPE.symlink, { stored, link })
    } catch (thrown) {
      yield error(`Could not follow link "${display(found.path)}": ERR=${errnoText(thrown)}`)
    }
  }

  *#saveRegular(found: Found, stored: Buffer): Generator<WalkItem, void> {
    const { stat, options } = found
    const type = stat.size === 0n ? FILE_TYPE.regularEmpty : FILE_TYPE.regular
    if (!options.hardLinks || stat.nlink < 2n) {
      yield this.#number(found, type, { stored })
      return
    }
    const first = this.#links.find(stat.dev, stat.ino)
    if (first === undefined) {
      yield* this.#saveFirstLink(found, type, stored)
      return
    }
    const { path, fileIndex } = first
    yield this.#number(found, FILE_TYPE.linkSaved, { stored, link: path, linkFileIndex: fileIndex })
  }

  *#saveFirstLink(found: Found, type: number, stored: Buffer): Generator<WalkItem, void> {
    let fd = -1
    try {
      if (this.#options.openLinks) fd = openLink(found.access)
    } catch (thrown) {
      yield error(`Cannot open "${display(found.path)}": ERR=${errnoText(thrown)}`)
      return
    }
    const file = this.#number(found, type, { stored, fd })
    this.#links.remember(found.stat, { fileIndex: file.fileIndex, path: stored })
    yield file
  }

  #number(found: Found, type: number, more: Numbered): WalkedFile {
    this.#fileIndex += 1
    return {
      kind: 'file',
      fileIndex: this.#fileIndex,
      type,
      access: found.access,
      stored: more.stored,
      stat: found.stat,
      options: found.options,
      link: more.link,
      linkFileIndex: more.linkFileIndex ?? 0,
      fd: more.fd ?? -1,
    }
  }

  #stored({ path, options }: Pick<Found, 'path' | 'options'>): Buffer {
    if (options.stripPath === 0) return path
    return asPath(encodePath(stripComponents(decodePath(path), options.stripPath)))
  }

  #skipBelow(found: Pick<Found, 'path' | 'options'>): void {
    this.#options.known?.skipBelow(this.#stored(found))
  }

  #isChanged({ access, stat, options }: Found, stored: Buffer): boolean {
    const { since, known } = this.#options
    if (known !== undefined) return known.isChanged({ access, stored, stat, options })
    if (since === 0) return true
    return seconds(stat.mtimeNs) >= since || (!options.mtimeOnly && seconds(stat.ctimeNs) >= since)
  }
}

/** Whole seconds, rounded down for times before the epoch too. */
export function seconds(ns: bigint): number {
  const whole = ns / NANOSECONDS
  return Number(ns < 0n && whole * NANOSECONDS !== ns ? whole - 1n : whole)
}

/** -1 when too many files are open: then its reader opens it, and the others refer to a file that might be lost. */
function openLink(path: Buffer): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (thrown) {
    if (['EMFILE', 'ENFILE'].includes(errnoCode(thrown))) return -1
    throw thrown
  }
}

function lost(path: Buffer, isEntry: boolean, thrown: unknown): WalkNote {
  const text = `Could not stat "${display(path)}": ERR=${errnoText(thrown)}`
  // Inside a tree a name may go between being listed and being looked at.
  const isVanished = errnoCode(thrown) === 'ENOENT' && !isEntry
  return { kind: 'note', type: 'notsaved', text, isError: !isVanished }
}

function error(text: string): WalkNote {
  return { kind: 'note', type: 'notsaved', text, isError: true }
}

function exists(path: Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

function withSlash(path: Buffer): Buffer {
  return path.at(-1) === SLASH[0] ? path : Buffer.concat([path, SLASH])
}

function withoutTrailingSlashes(path: Buffer): Buffer {
  let length = path.length
  while (length > 1 && path[length - 1] === SLASH[0]) length--
  return path.subarray(0, length)
}

function display(path: Buffer): string {
  return displayPath(decodePath(path))
}

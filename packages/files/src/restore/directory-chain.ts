// The directories between the base of a restore and the file in hand: opened one by one, none of them through a link
// that somebody may have put there.
import { type BigIntStats, closeSync, fstatSync, lstatSync, mkdirSync } from 'node:fs'
import { CofferError, displayPath, encodePath } from '@coffer/core'
import { asPath, openDirectory, pathAt } from '../system/at.ts'
import { errnoCode } from '../system/errno.ts'

export interface ChainOptions {
  /**
   * Directory that holds everything, text as core `decodePath` makes it; empty restores in place. It is the operator's
   * word and followed wherever it leads. Below it no link is followed.
   *
   * In place the way to a file may lead through links of the system (/home, /lib). Such a link is followed when it
   * belongs to root or to us, was there before this restore began, and stands in a directory where nobody else may
   * write: then neither the Job's own links nor a stranger's lead anywhere.
   */
  readonly base: string
  /** Seconds since the epoch. */
  readonly startedAt: number
  /** Called for every directory that had to be made, with its place. */
  readonly made: (path: string) => void
}

/** A directory that is open. */
export interface OpenDirectory {
  readonly fd: number
  /** Made by this restore. */
  readonly isNew: boolean
  /** New files get its group. */
  readonly setsGroup: boolean
}

interface Level {
  readonly name: string
  readonly isNew: boolean
  readonly setsGroup: boolean
  /** -1 when it was closed again, to be reopened from above. */
  fd: number
}

const MAX_OPEN = 64
const S_IFMT = 0o170000
const S_IFLNK = 0o120000
const S_ISGID = 0o2000

export class DirectoryChain {
  readonly #options: ChainOptions
  readonly #levels: Level[] = []
  #lastPath: string | undefined

  constructor(options: ChainOptions) {
    this.#options = options
  }

  /**
   * Opens the directory of that place (absolute, below the base), making what is missing with mode 0700 if `mayMake`.
   * Valid until the next call. Throws system errors, and `path-refused` for a way through a link or a name like "..".
   */
  enter(path: string, mayMake = true): OpenDirectory {
    if (path !== this.#lastPath) {
      this.#lastPath = undefined
      this.#walk(partsOf(path.slice(this.#options.base.length)), mayMake)
      this.#lastPath = path
    }
    return this.#openLevel(this.#levels.length - 1)
  }

  close(): void {
    for (const level of this.#levels) if (level.fd >= 0) closeSync(level.fd)
    this.#levels.length = 0
    this.#lastPath = undefined
  }

  #walk(parts: readonly string[], mayMake: boolean): void {
    if (this.#levels.length === 0) this.#levels.push(this.#openBase())
    let common = 0
    while (common < parts.length && this.#levels[common + 1]?.name === parts[common]) common++
    for (const level of this.#levels.splice(common + 1)) if (level.fd >= 0) closeSync(level.fd)
    for (const name of parts.slice(common)) {
      this.#levels.push(this.#step(this.#openLevel(this.#levels.length - 1), name, mayMake))
      this.#closeFar()
    }
  }

  #openBase(): Level {
    const { base, made } = this.#options
    const path = base === '' ? Buffer.from('/') : asPath(encodePath(base))
    const missing = base !== '' && mkdirSync(path, { recursive: true, mode: 0o755 }) !== undefined
    if (missing) made(base)
    return levelOf('', openDirectory(path, true), missing)
  }

  /** Level `index` with its descriptor open again. */
  #openLevel(index: number): Level {
    const level = this.#levels[index]!
    if (level.fd >= 0) return level
    const parent = this.#openLevel(index - 1)
    level.fd = this.#step(parent, level.name, false).fd
    return level
  }

  // Deep trees may not use up our descriptors: those far above the file in hand are closed, all but the base.
  #closeFar(): void {
    const far = this.#levels[this.#levels.length - MAX_OPEN]
    if (far === undefined || far === this.#levels[0] || far.fd < 0) return
    closeSync(far.fd)
    far.fd = -1
  }

  #step(parent: OpenDirectory, name: string, mayMake: boolean): Level {
    const path = pathAt(parent.fd, encodePath(name))
    try {
      return levelOf(name, openDirectory(path, false), false)
    } catch (error) {
      const code = errnoCode(error)
      if (code === 'ENOENT' && mayMake) return this.#make(path, name)
      if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error
      this.#checkLink(parent, path, name)
      return levelOf(name, openDirectory(path, true), false)
    }
  }

  #make(path: Buffer, name: string): Level {
    mkdirSync(path, { mode: 0o700 })
    const names = this.#levels.slice(1).map((level) => level.name)
    this.#options.made(`${this.#options.base}/${[...names, name].join('/')}`)
    return levelOf(name, openDirectory(path, false), true)
  }

  /** Throws unless the link at `path` may be followed. */
  #checkLink(parent: OpenDirectory, path: Buffer, name: string): void {
    const stat = lstatSync(path, { bigint: true })
    if ((Number(stat.mode) & S_IFMT) !== S_IFLNK) {
      throw refused(`"${displayPath(name)}" on the way is no directory`)
    }
    if (this.#options.base !== '' || !this.#isTrusted(stat, parent.fd)) {
      throw refused(`"${displayPath(name)}" on the way is a symbolic link`)
    }
  }

  #isTrusted(link: BigIntStats, parentFd: number): boolean {
    const holder = fstatSync(parentFd)
    const othersMayWrite = (holder.mode & 0o022) !== 0
    // One second for file systems whose clock ticks slowly.
    const isOld = link.ctimeMs / 1000n < BigInt(Math.floor(this.#options.startedAt)) - 1n
    return isOurs(Number(link.uid)) && isOurs(holder.uid) && !othersMayWrite && isOld
  }
}

/** The names of a path; throws for those that would lead elsewhere. */
function partsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refused('it holds ".."')
  return parts
}

function levelOf(name: string, fd: number, isNew: boolean): Level {
  return { name, fd, isNew, setsGroup: (fstatSync(fd).mode & S_ISGID) !== 0 }
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.()
}

function refused(why: string): CofferError {
  return new CofferError('path-refused', why)
}

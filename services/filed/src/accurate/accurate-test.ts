// What an accurate backup saves: paths that are new or differ from what is known of them; and which known ones are gone.
import {
  comparesDigest,
  decodeLstat,
  DEFAULT_ACCURATE,
  type DigestName,
  type DigestPair,
  findDifferences,
  type KnownFile,
  takesAlways,
} from '@coffer/core'
import { contentDigest } from '../backup/content-digest.ts'
import { taskStat } from '../backup/file-task.ts'
import type { KnownFiles, MetPath, WalkedStat } from '../fileset/walk.ts'
import type { KnownTable } from './known-table.ts'

export interface AccurateOptions {
  readonly table: KnownTable
  /**
   * When the Job before began, in nanoseconds since the epoch. What changed later may have changed once more after it
   * was read, in the same second: seconds are all that is known of its times.
   */
  readonly racySinceNs: bigint
  /** Throws when the Job was cancelled. */
  readonly checkCancelled: () => void
}

const S_IFMT = 0o170000n
const S_IFREG = 0o100000n
const NANOSECONDS = 1_000_000_000n

export class AccurateTest implements KnownFiles {
  readonly #options: AccurateOptions
  readonly #skipped: Buffer[] = []

  constructor(options: AccurateOptions) {
    this.#options = options
  }

  isChanged(path: MetPath): boolean {
    const known = this.#options.table.find(path.stored)
    if (known === undefined) return true
    const letters = path.options.accurate === '' ? DEFAULT_ACCURATE : path.options.accurate
    if (takesAlways(letters) || this.#isRacy(path.stat, letters)) return true
    const before = decodeLstat(known.lstat)
    const now = taskStat(path.stat, 0)
    if (findDifferences(letters, before, now).length > 0) return true
    return comparesDigest(letters) && this.#hasOtherContent(path, known)
  }

  skipBelow(stored: Buffer): void {
    this.#skipped.push(Buffer.from(stored))
  }

  *deleted(): Generator<{ readonly stored: Buffer; readonly stat: WalkedStat }> {
    for (const { path, lstat } of this.#options.table.unseen()) {
      this.#options.checkCancelled()
      const stored = Buffer.from(path)
      if (!this.#skipped.some((top) => isAtOrBelow(stored, top))) {
        yield { stored, stat: statOf(lstat) }
      }
    }
  }

  #isRacy({ ctimeNs }: WalkedStat, letters: string): boolean {
    return /[mc]/u.test(letters) && ctimeNs >= this.#options.racySinceNs
  }

  #hasOtherContent(path: MetPath, known: KnownFile): boolean {
    if (!isRegular(path.stat) || path.stat.size === 0n) return false
    try {
      const pair = digestPair(path, known.digest, this.#options.checkCancelled)
      // Without a digest of then there is nothing to go by, so that it is saved with one now.
      return pair === undefined || pair.known !== pair.now
    } catch (error) {
      if (isSystemError(error)) return true
      throw error
    }
  }
}

/** Known and present digest; undefined when the known one is none, or one that this program cannot make. */
export function digestPair(
  { access, options }: Pick<MetPath, 'access' | 'options'>,
  known: string,
  checkCancelled: () => void,
): DigestPair | undefined {
  const name = digestNameOf(known, options.signature)
  if (name === undefined) return undefined
  const now = contentDigest(access, { name, sparse: options.sparse, checkCancelled })
  return { name, known, now }
}

const SIZES: ReadonlyMap<number, readonly DigestName[]> = new Map([
  [16, ['MD5', 'XXH128']],
  [20, ['SHA1']],
  [32, ['SHA256']],
  [64, ['SHA512']],
])

/** The digest that has this length; of two that have the FileSet's own is meant. */
function digestNameOf(known: string, configured: string): DigestName | undefined {
  const names = SIZES.get(Math.floor((known.length * 3) / 4)) ?? []
  return names.find((name) => name === configured) ?? names[0]
}

/** Whether a stored name is that of `top` or of something in it. */
export function isAtOrBelow(path: Buffer, top: Buffer): boolean {
  if (path.length < top.length || path.compare(top, 0, top.length, 0, top.length) !== 0)
    return false
  return path.length === top.length || top.at(-1) === 0x2f || path[top.length] === 0x2f
}

export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error
}

export function isRegular({ mode }: WalkedStat): boolean {
  return (mode & S_IFMT) === S_IFREG
}

/** As much of a stat as the Catalog keeps. */
function statOf(lstat: string): WalkedStat {
  const stat = decodeLstat(lstat)
  return {
    dev: BigInt(stat.dev),
    ino: stat.ino,
    mode: BigInt(stat.mode),
    nlink: BigInt(stat.nlink),
    uid: BigInt(stat.uid),
    gid: BigInt(stat.gid),
    rdev: BigInt(stat.rdev),
    size: BigInt(stat.size),
    blksize: BigInt(stat.blksize),
    blocks: BigInt(stat.blocks),
    atimeNs: BigInt(stat.atime) * NANOSECONDS,
    mtimeNs: BigInt(stat.mtime) * NANOSECONDS,
    ctimeNs: BigInt(stat.ctime) * NANOSECONDS,
  }
}

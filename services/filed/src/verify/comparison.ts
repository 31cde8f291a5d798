// Compares each path of a walk with what is known of it, and tells what differs, what is new and what is gone.
import {
  comparesDigest,
  decodeLstat,
  decodePath,
  DEFAULT_VERIFY,
  differenceText,
  type DigestPair,
  displayPath,
  findDifferences,
  type KnownFile,
} from '@coffer/core'
import { errnoText } from '@coffer/files'
import { digestPair, isAtOrBelow, isRegular, isSystemError } from '../accurate/accurate-test.ts'
import type { KnownTable } from '../accurate/known-table.ts'
import { taskStat } from '../backup/file-task.ts'
import type { KnownFiles, MetPath } from '../fileset/walk.ts'
import type { VerifyLine } from './messages.ts'

export interface ComparisonOptions {
  readonly table: KnownTable
  readonly say: (line: VerifyLine) => void
  /** Throws when the Job was cancelled. */
  readonly checkCancelled: () => void
}

/** To a walk it is a state in which nothing has changed. */
export class Comparison implements KnownFiles {
  readonly #options: ComparisonOptions
  readonly #skipped: Buffer[] = []
  differences = 0
  errors = 0
  readBytes = 0

  constructor(options: ComparisonOptions) {
    this.#options = options
  }

  isChanged(path: MetPath): boolean {
    const known = this.#options.table.find(path.stored)
    if (known === undefined) this.#differ(`New file: ${displayStored(path.stored)}`)
    else this.#compare(path, known)
    return false
  }

  skipBelow(stored: Buffer): void {
    this.#skipped.push(Buffer.from(stored))
  }

  /** Nothing is saved, so nothing is deleted; see `missing`. */
  deleted(): never[] {
    return []
  }

  /** Lines for what is known and was not met; to be asked for once, after the walk. */
  *missing(): Generator<VerifyLine> {
    for (const { path } of this.#options.table.unseen()) {
      this.#options.checkCancelled()
      const stored = Buffer.from(path)
      if (this.#skipped.some((top) => isAtOrBelow(stored, top))) continue
      this.differences += 1
      yield { type: 'info', text: `File in the Catalog but not on disk: ${displayStored(stored)}` }
    }
  }

  #compare(path: MetPath, known: KnownFile): void {
    const { verify } = path.options
    const letters = verify === '' ? DEFAULT_VERIFY : verify
    const before = decodeLstat(known.lstat)
    const now = taskStat(path.stat, 0)
    const digest = comparesDigest(letters) ? this.#digestOf(path, known.digest) : undefined
    const found = findDifferences(letters, before, now, digest)
    if (found.length === 0) return
    const lines = found.map((difference) => `      ${differenceText(difference)}`)
    this.#differ([`File: ${displayStored(path.stored)}`, ...lines].join('\n'))
  }

  #digestOf(path: MetPath, known: string): DigestPair | undefined {
    if (!isRegular(path.stat) || path.stat.size === 0n) return undefined
    try {
      const pair = digestPair(path, known, this.#options.checkCancelled)
      if (pair !== undefined) this.readBytes += Number(path.stat.size)
      return pair
    } catch (error) {
      if (!isSystemError(error)) throw error
      this.errors += 1
      const text = `Cannot read "${displayStored(path.stored)}": ERR=${errnoText(error)}`
      this.#options.say({ type: 'error', text })
      return undefined
    }
  }

  #differ(text: string): void {
    this.differences += 1
    this.#options.say({ type: 'info', text })
  }
}

export function displayStored(stored: Uint8Array): string {
  return displayPath(decodePath(stored))
}

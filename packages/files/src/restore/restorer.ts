// Records to files: takes one Job's records in order and makes the tree that they describe.
import { CofferError } from '@coffer/core'
import type { Relocation } from './where.ts'

export type ReplacePolicy = 'always' | 'ifnewer' | 'ifolder' | 'never'

/** One record as it stands in a batch or on a Volume, whole. `data` is only read during the call. */
export interface RestoreRecord {
  readonly fileIndex: number
  readonly stream: number
  readonly data: Uint8Array
}

/** Something that one file lost or that it could not become. `fatal` means that no further file can be written. */
export interface RestoreProblem {
  /** `error` counts into the totals; `warning` is a loss that the file survives; `info` is worth a line. */
  readonly kind: 'error' | 'warning' | 'info' | 'fatal'
  /** Where the file was to be, or its name in the Job when that is not known. As core `decodePath` makes it. */
  readonly path: string
  /** For the Job log; names the file. */
  readonly text: string
}

export interface RestoreOptions extends Relocation {
  readonly replace: ReplacePolicy
  /** Called synchronously for every problem. */
  readonly report: (problem: RestoreProblem) => void
  /** Called when a file, directory or link is complete, with its place and kind. */
  readonly restored?: (file: RestoredFile) => void
  /** Which files are wanted, by their name in the Job; all when absent. */
  readonly wants?: (path: string) => boolean
  /** Give files their owner; default: when running as root. */
  readonly owner?: boolean
  /** Give files their access control lists and extended attributes; default true. */
  readonly acl?: boolean
  readonly xattr?: boolean
  /** Marks temporary names, so that two Jobs in one place do not meet: at most 32 of [A-Za-z0-9_-]. */
  readonly tag: string
  /** Where a long list of directories waits for its last step; default the system's temporary directory. */
  readonly workingDirectory?: string
}

export interface RestoredFile {
  readonly path: string
  readonly type: number
  readonly sizeBytes: number
}

export interface RestoreTotals {
  /** Files, directories, links and devices that were made. */
  readonly files: number
  /** Bytes of content that were written, holes not counted. */
  readonly bytes: number
  readonly errors: number
  /** Left as they were because of `replace`. */
  readonly skipped: number
}

/** All calls are synchronous. Feed one session's records in their order; two sessions at once need two restorers. */
export interface Restorer {
  /** Throws only what is a defect or a bad option; troubles of files go to `report`. */
  accept(record: RestoreRecord): void
  /** Ends the last file, then gives directories their times and modes. */
  end(): RestoreTotals
  /** Gives up: the file in hand is removed, directories get their modes, nothing more is written. */
  abort(): RestoreTotals
  readonly totals: RestoreTotals
  /** Name in the Job of the file in hand; empty between files. */
  readonly current: string
}

/** A restorer for one session. Throws CofferError `relocation-invalid` for a bad `regexWhere`. */
export function createRestorer(options: RestoreOptions): Restorer {
  throw new CofferError('internal-bug', `no restorer yet for "${options.tag}"`)
}

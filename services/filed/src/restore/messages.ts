// What the main thread and the restoring thread say to each other.
import type { KeyRingSource, RestoreProblem, RestoreTotals } from '@coffer/files'
import type { MailboxEnd } from '../backup/mailbox.ts'
import type { ThreadFailure } from '../backup/messages.ts'

/** Worker data of the restoring thread. */
export interface RestoreThreadData {
  readonly mailbox: MailboxEnd
  readonly where: string
  readonly replace: 'always' | 'ifnewer' | 'ifolder' | 'never'
  readonly regexWhere: string
  readonly stripPrefix: string
  readonly addPrefix: string
  readonly addSuffix: string
  readonly tag: string
  readonly nowMs: number
  readonly workingDirectory: string
  /** Opens encrypted files and verifies signatures. */
  readonly keys: KeyRingSource | undefined
  /** Give a line for each file that is restored. */
  readonly listRestored: boolean
}

/** To the thread: a batch of records, or that there are no more. */
export type RestoreInput =
  | { readonly kind: 'batch'; readonly buffer: ArrayBuffer; readonly usedBytes: number }
  | { readonly kind: 'end' }

/** From the thread: a batch is done, or all of them. */
export type RestoreOutput =
  | (RestoreReport & { readonly kind: 'batch'; readonly buffer: ArrayBuffer })
  | (RestoreReport & { readonly kind: 'end' })
  | ThreadFailure

export interface RestoreReport {
  readonly totals: RestoreTotals
  readonly problems: readonly RestoreProblem[]
  /** Lines for files that were restored. */
  readonly restored: readonly string[]
  /** Path of the file in hand. */
  readonly current: Uint8Array
}

/** Batches that are on their way to the disk. */
export const MAX_BATCHES = 8

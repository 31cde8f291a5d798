// What the thread of a Verify Job and the Job say to each other.
import type { MessageType } from '@coffer/core'
import type { FileSet } from '@coffer/wire'
import type { KnownListPlace } from '../accurate/known-list.ts'
import type { MailboxEnd } from '../backup/mailbox.ts'
import type { ThreadFailure } from '../backup/messages.ts'

export interface VerifyThreadData {
  readonly mailbox: MailboxEnd
  readonly fileset: FileSet
  /** What the Director knows; undefined when attributes are to be sent in place of a comparison. */
  readonly known: KnownListPlace | undefined
}

export interface VerifyCounts {
  readonly examined: number
  readonly errors: number
  readonly differences: number
  readonly readBytes: number
}

export interface VerifyLine {
  readonly type: MessageType
  readonly text: string
}

/** Every report is answered, see REPORTS_AHEAD. */
export interface VerifyReport {
  readonly kind: 'report'
  readonly lines: readonly VerifyLine[]
  /** Whole records: attributes and digests. */
  readonly attributes: Uint8Array
  readonly counts: VerifyCounts
  readonly current: Uint8Array
  readonly isLast: boolean
}

export type VerifyOutput = VerifyReport | ThreadFailure

/** Reports that may be under way. */
export const REPORTS_AHEAD = 3

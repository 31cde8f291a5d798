// What the threads of a backup say to each other.
import type { ProtectionSource } from '@coffer/files'
import type { FileSet } from '@coffer/wire'
import type { KnownListPlace } from '../accurate/known-list.ts'
import type { WalkNote } from '../fileset/walk.ts'
import type { ReadNote, ReadTotals } from './file-reader.ts'
import type { MailboxEnd } from './mailbox.ts'

/** Worker data of both kinds of thread. */
export interface BackupThreadData {
  readonly mailbox: MailboxEnd
  readonly fileset: FileSet
  /** Seconds since the epoch; 0 for a Full. */
  readonly since: number
  /** For an accurate backup; used by the walking thread. */
  readonly known: KnownFilesPlace | undefined
  /** Keys that sign and encrypt. */
  readonly protection: ProtectionSource | undefined
}

/** The list of known files, and when the Job before began, in milliseconds since the epoch. */
export interface KnownFilesPlace {
  readonly list: KnownListPlace
  readonly racySinceMs: number
}

export const TASK_BYTES = 64 * 1024
/** A task holds no more than this of file content, unless a single file does: it is what one reader does at a time. */
export const TASK_CONTENT_BYTES = 1024 * 1024
/** First hard links that are kept open: times MAX_TASKS it stays below what a process may have open. */
export const TASK_OPEN_FILES = 12
/** Tasks that are walked and not yet sent. */
export const MAX_TASKS = 48
/** Two records of compressed data fit at their largest. */
export const BATCH_BYTES = 576 * 1024
/** Batches that one reader has filled and that are not yet sent. */
export const MAX_BATCHES = 8

/** From the walking thread. Tasks are numbered from 1 without gaps. */
export type WalkerMessage =
  | {
      readonly kind: 'task'
      readonly number: number
      readonly buffer: ArrayBuffer
      readonly usedBytes: number
      readonly notes: readonly WalkNote[]
      /** Descriptors to be closed when this task and all before it are done. */
      readonly releases: readonly number[]
      /** Path of its first file. */
      readonly current: Uint8Array
      readonly examined: number
    }
  | { readonly kind: 'progress'; readonly examined: number; readonly current: Uint8Array }
  | { readonly kind: 'end'; readonly tasks: number; readonly examined: number }
  | ThreadFailure

/** To the walking thread. */
export interface WalkerInput {
  /** A task's buffer comes back. */
  readonly buffer: ArrayBuffer
}

/** From a reading thread. `totals` are those of the thread so far. */
export type ReaderMessage =
  | {
      readonly kind: 'batch'
      readonly task: number
      readonly buffer: ArrayBuffer
      readonly usedBytes: number
      readonly isExtra: boolean
      readonly totals: ReadTotals
    }
  | {
      readonly kind: 'done'
      readonly task: number
      readonly buffer: ArrayBuffer
      readonly notes: readonly ReadNote[]
      readonly totals: ReadTotals
    }
  | ThreadFailure

/** To a reading thread. */
export type ReaderInput =
  | {
      readonly kind: 'task'
      readonly number: number
      readonly buffer: ArrayBuffer
      readonly usedBytes: number
    }
  | { readonly kind: 'buffer'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'stop' }

/** A thread could not go on; a cancelled one says nothing. */
export interface ThreadFailure {
  readonly kind: 'failed'
  /** Code of the error table, empty for a defect. */
  readonly code: string
  readonly text: string
}

/** What a thread of the pool is given to do. */
export interface PoolWork {
  readonly kind: 'walk' | 'read'
  readonly data: BackupThreadData
}

/** It is ready for the next piece. */
export type PoolReply = 'idle'

// VolStatus: which words there are, which moves between them are legal, and when a Volume is used up.
//
// Unlabeled   known to the Catalog, not yet labelled on its medium
// Append      takes data
// Full, Used  holds data and takes no more: its size or its medium ended; its limit of Jobs, files or time was met
// Purged      no Job of the Catalog needs it; its data are still there
// Recycle     will be overwritten by the next Job that needs a Volume
// Error       a write or a check failed; takes no more, and may be tried anew when its retention is over
// Archive, Read-Only, Disabled, Busy, Cleaning, Scratch   set aside by an operator or by a changer
//
// Storage reports what it did (labelled, filled, failed); everything else is the Director's or an operator's.
import { withCommas } from '@coffer/core'

export const VOL_STATUSES = [
  'Unlabeled',
  'Append',
  'Full',
  'Used',
  'Recycle',
  'Purged',
  'Error',
  'Archive',
  'Read-Only',
  'Disabled',
  'Busy',
  'Cleaning',
  'Scratch',
] as const
export type VolStatus = (typeof VOL_STATUSES)[number]

function isVolStatus(word: string): word is VolStatus {
  return (VOL_STATUSES as readonly string[]).includes(word)
}

/** What a storage daemon's report may turn each status into. Other reports leave the Catalog's word standing. */
const STORAGE_MOVES: Readonly<Record<VolStatus, readonly VolStatus[]>> = {
  Unlabeled: ['Append', 'Full', 'Error'],
  Append: ['Full', 'Used', 'Error'],
  Recycle: ['Append', 'Full', 'Error'],
  Purged: ['Error'],
  // A Volume that reached its limit of Jobs is still being written by the Job that reached it.
  Used: ['Full', 'Error'],
  Full: ['Error'],
  Busy: ['Append', 'Full', 'Error'],
  Error: [],
  Archive: [],
  'Read-Only': [],
  Disabled: [],
  Cleaning: [],
  Scratch: [],
}

/**
 * The status a Volume has after a storage daemon reported one: the reported word where that move is storage's to make,
 * otherwise the Catalog's, so that a late report never undoes what an operator decided meanwhile.
 */
export function statusAfterReport(known: VolStatus, reported: string): VolStatus {
  const allowed: readonly string[] = STORAGE_MOVES[known]
  return isVolStatus(reported) && allowed.includes(reported) ? reported : known
}

/**
 * Whether a Volume with this status may lose its Jobs to retention: it takes no more data. One in Error is among them,
 * so that its place is not lost for ever; when it still cannot be written, the next Job that tries marks it again.
 */
export function isPrunableStatus(status: VolStatus): boolean {
  return status === 'Full' || status === 'Used' || status === 'Error'
}

/** Limits and usage of a Volume; a limit of 0 is none. */
export interface VolumeUsage {
  readonly name: string
  readonly bytes: number
  readonly jobs: number
  readonly files: number
  readonly maxBytes: number
  readonly maxJobs: number
  readonly maxFiles: number
  readonly useDurationSeconds: number
  readonly firstWrittenMs: number | undefined
}

export interface Expiry {
  readonly status: 'Full' | 'Used'
  /** The line for the Job log. */
  readonly text: string
}

/** The first limit that an appendable Volume has reached, in Bareos's order; undefined while it may take more. */
export function findExpiry(volume: VolumeUsage, nowMs: number): Expiry | undefined {
  const { maxBytes, maxJobs, maxFiles, useDurationSeconds, firstWrittenMs } = volume
  if (maxBytes > 0 && volume.bytes >= maxBytes) return exceeded(volume, 'bytes', maxBytes)
  if (maxJobs > 0 && volume.jobs >= maxJobs) return exceeded(volume, 'jobs', maxJobs)
  if (maxFiles > 0 && volume.files >= maxFiles) return exceeded(volume, 'files', maxFiles)
  if (useDurationSeconds === 0 || firstWrittenMs === undefined) return undefined
  if (nowMs - firstWrittenMs < useDurationSeconds * 1000) return undefined
  const seconds = withCommas(useDurationSeconds)
  return {
    status: 'Used',
    text: `Max configured use duration=${seconds} sec. exceeded. Marking Volume "${volume.name}" as Used.`,
  }
}

function exceeded(volume: VolumeUsage, what: 'bytes' | 'jobs' | 'files', limit: number): Expiry {
  const status = what === 'bytes' ? 'Full' : 'Used'
  const text = `Max Volume ${what}=${withCommas(limit)} exceeded. Marking Volume "${volume.name}" as ${status}.`
  return { status, text }
}

const MAXIMUM_NAME_LENGTH = 127

/** Whether a name may stand on a Volume: letters, digits and `-_:.`, at most 127 of them. */
export function isVolumeName(name: string): boolean {
  return name.length <= MAXIMUM_NAME_LENGTH && /^[A-Za-z0-9_:.-]+$/.test(name)
}

// How a Job ended: both daemons' ends, and what the Director itself saw, merged to one JobStatus.
import {
  isJobEnded,
  JOB_STATUSES,
  type JobStatusLetter,
  jobStatusText,
  worseStatus,
} from '@coffer/core'

/** One daemon's end; undefined when the daemon never told one. */
export interface DaemonEnd {
  readonly status: string
  readonly files: number
  readonly bytes: number
  readonly readBytes: number
  readonly errors: number
  readonly compressionPercent: number
  readonly compression: string
  readonly encrypted: boolean
  /** Of a Verify Job. */
  readonly differences?: number
}

export interface JobEnds {
  readonly filed: DaemonEnd | undefined
  readonly storage: DaemonEnd | undefined
  /** Status that a failure on the Director's side gives the Job; undefined when nothing failed here. */
  readonly failure: JobStatusLetter | undefined
  readonly canceled: boolean
  /** Whether the Job needs a file daemon and a storage daemon at all. */
  readonly movesData: boolean
  /** Files that a Verify Job found different. */
  readonly differences?: number
  /** Error and warning lines of the Job's log. */
  readonly errorMessages: number
  readonly warningMessages: number
}

/**
 * The status of the Job as a whole: canceled when it was canceled; otherwise the gravest of what each part saw, a missing
 * end being fatal; a clean end with errors or warnings in the log is W.
 */
export function mergeOutcome(ends: JobEnds): JobStatusLetter {
  if (ends.canceled) return 'A'
  const failure = ends.failure === 'A' ? 'E' : ends.failure
  const both = [ends.filed, ends.storage]
  const parts = ends.movesData ? both : both.filter((end) => end !== undefined)
  const worst = parts.map((end) => letterOfEnd(end, failure)).reduce(worseStatus, failure ?? 'T')
  // Differences are what a Verify Job is to tell; only what kept it from verifying goes over them.
  if ((ends.differences ?? 0) > 0 && MINOR.has(worst)) return 'D'
  if (worst === 'e') return 'W'
  return worst === 'T' && hasTroubles(ends) ? 'W' : worst
}

const MINOR: ReadonlySet<JobStatusLetter> = new Set(['T', 'W', 'D', 'e'])

function hasTroubles({ filed, storage, errorMessages, warningMessages }: JobEnds): boolean {
  return (filed?.errors ?? 0) + (storage?.errors ?? 0) + errorMessages + warningMessages > 0
}

/** Whether a Job with this status counts as a base for later levels and for restores. */
export function isSuccess(status: JobStatusLetter): boolean {
  return status === 'T' || status === 'W'
}

/** "OK", "Error", ...; empty when the daemon never told its end. */
export function terminationText(end: DaemonEnd | undefined): string {
  return end === undefined ? '' : jobStatusText(end.status)
}

const LETTERS: ReadonlySet<string> = new Set(Object.values(JOB_STATUSES).map((row) => row.letter))

function letterOfEnd(
  end: DaemonEnd | undefined,
  failure: JobStatusLetter | undefined,
): JobStatusLetter {
  // When the Director knows the failure, a part that was cut off adds nothing to it.
  if (end === undefined) return failure ?? 'f'
  const { status } = end
  // Its call was cut off, by the other daemon's failure or by its own shutdown: nobody canceled the Job.
  if (status === 'A') return failure ?? 'E'
  return isLetter(status) && isJobEnded(status) ? status : 'f'
}

function isLetter(word: string): word is JobStatusLetter {
  return LETTERS.has(word)
}

// How far a Job has come: its rate, and how long it will take when the last Job of its kind says how much there is.
import { withCommas } from '@coffer/core'

/** Files and bytes of a whole Job. */
export interface JobSize {
  readonly files: number
  readonly bytes: number
}

export interface JobProgress extends JobSize {
  readonly bytesPerSecond: number
  /** What the Job is expected to have in the end; undefined when nothing says so, or when it has more already. */
  readonly expected: JobSize | undefined
  /** 0 to 99, of the expected bytes. */
  readonly percent: number | undefined
  readonly secondsLeft: number | undefined
}

/** Before this much time a rate says nothing about the rest. */
const MINIMUM_SECONDS = 2

export function progressOf(
  job: JobSize & {
    readonly startMs: number | undefined
    readonly expected?: JobSize | undefined
  },
  nowMs: number,
): JobProgress {
  const { files, bytes, startMs } = job
  const seconds = startMs === undefined ? 0 : Math.max(0, (nowMs - startMs) / 1000)
  const bytesPerSecond = Math.round(bytes / Math.max(seconds, 1))
  const expected = isAhead(job) ? job.expected : undefined
  const isTelling = expected !== undefined && seconds >= MINIMUM_SECONDS && bytesPerSecond > 0
  return {
    files,
    bytes,
    bytesPerSecond,
    expected,
    percent: expected === undefined ? undefined : Math.floor((100 * bytes) / expected.bytes),
    secondsLeft: isTelling ? Math.ceil((expected.bytes - bytes) / bytesPerSecond) : undefined,
  }
}

function isAhead({ bytes, expected }: JobSize & { expected?: JobSize | undefined }): boolean {
  return expected !== undefined && expected.bytes > bytes
}

/** "2 min 10 s", "45 s", "3 h 05 min". */
export function timeLeftText(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `${String(seconds)} s`
  if (minutes < 60) return `${String(minutes)} min ${two(seconds % 60)} s`
  return `${String(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** One line for status displays; "" of a Job that has moved nothing. */
export function progressText(progress: JobProgress): string {
  const { files, bytes, bytesPerSecond } = progress
  if (files === 0 && bytes === 0) return ''
  const so = `Files=${withCommas(files)} Bytes=${withCommas(bytes)} Bytes/sec=${withCommas(bytesPerSecond)}`
  return `${so}${aheadText(progress)}`
}

/** " Done=45% Left=2 min 10 s", as far as it is known. */
export function aheadText({ percent, secondsLeft }: JobProgress): string {
  const done = percent === undefined ? '' : ` Done=${String(percent)}%`
  return secondsLeft === undefined ? done : `${done} Left=${timeLeftText(secondsLeft)}`
}

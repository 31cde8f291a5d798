// How far a Job has come, as one line of a terminal.
import { withCommas } from '@coffer/core'
import type { ConsoleProgress } from '@coffer/wire'

const BAR = 20
const MEGABYTE = 1e6

/** At most `columns` wide: "JobId 12 [#####               ]  25% 1,234 files 56.7 MB/s 2 min 10 s left". */
export function progressBar(progress: ConsoleProgress, columns: number): string {
  const { jobId, files, bytes, bytesPerSecond, expectedBytes, secondsLeft } = progress
  const parts = [`JobId ${String(jobId)}`]
  if (expectedBytes > bytes) {
    const part = bytes / expectedBytes
    const bar = '#'.repeat(Math.floor(BAR * part)).padEnd(BAR)
    parts.push(`[${bar}] ${String(Math.floor(100 * part)).padStart(3)}%`)
  }
  parts.push(`${withCommas(files)} files`, `${withCommas(Math.round(bytes / MEGABYTE))} MB`)
  parts.push(`${(bytesPerSecond / MEGABYTE).toFixed(1)} MB/s`)
  if (secondsLeft > 0) parts.push(`${leftText(secondsLeft)} left`)
  // A line that fills the terminal would wrap, and could not be taken back.
  return parts.join(' ').slice(0, Math.max(0, columns - 1))
}

function leftText(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return `${String(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`
}

// Parts that the status displays of all daemons share.
import {
  JOB_STATUSES,
  JOB_TYPES,
  jobLevelText,
  jobTypeText,
  statusTimeText,
  withCommas,
} from '@coffer/core'

/** A Job that ended, as a status display shows it. */
export interface EndedJob {
  readonly jobId: number
  readonly name: string
  readonly type: string
  readonly level: string
  readonly status: string
  readonly files: number
  readonly bytes: number
  readonly endMs: number
}

const ENDED_HEADING = ' JobId  Level    Files      Bytes   Status   Finished        Name \n'

/** The table of ended Jobs; `rule` is the width of the line below its heading, which differs between daemons. */
export function endedJobsText(jobs: readonly EndedJob[], rule: number): string {
  return `${ENDED_HEADING}${'='.repeat(rule)}\n${jobs.map(endedJobText).join('')}`
}

function endedJobText(job: EndedJob): string {
  const files = withCommas(job.files).padStart(8)
  const bytes = suffixText(job.bytes).padStart(10)
  const status = endedStatusText(job.status)
  return (
    `${String(job.jobId).padStart(6)}  ${shortLevelText(job).padEnd(6)} ${files} ${bytes}  ` +
    `${status.padEnd(7)}  ${statusTimeText(job.endMs)} ${job.name}\n`
  )
}

/** "Full", "Incr", "Diff"; nothing for a Job without a level. */
export function shortLevelText(job: { readonly type: string; readonly level: string }): string {
  const levelless: readonly string[] = [JOB_TYPES.restore.letter, JOB_TYPES.admin.letter]
  if (levelless.includes(job.type)) return ''
  return jobLevelText(job.level).slice(0, 4)
}

const ENDED_TEXTS: Readonly<Record<string, string>> = {
  [JOB_STATUSES.created.letter]: 'Created',
  [JOB_STATUSES.fatal.letter]: 'Error',
  [JOB_STATUSES.error.letter]: 'Error',
  [JOB_STATUSES.differences.letter]: 'Diffs',
  [JOB_STATUSES.canceled.letter]: 'Cancel',
  [JOB_STATUSES.ok.letter]: 'OK',
  [JOB_STATUSES.warnings.letter]: 'OK -- with warnings',
}

/** "OK", "Error", "Cancel": how a Job ended, in one word where there is one. */
export function endedStatusText(status: string): string {
  return ENDED_TEXTS[status] ?? 'Other'
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E']

/** "3.496 M", "150.0 K", "18 ": four digits and a unit of 1000, cut off and not rounded. */
export function suffixText(value: number): string {
  const groups = withCommas(value).split(',')
  const [whole = '0', fraction] = groups
  const unit = UNITS[groups.length - 1] ?? ''
  const digits = fraction === undefined ? whole : `${whole}.${fraction}`.slice(0, 5)
  return `${digits} ${unit}`
}

/** "Full Backup" for a running Job. */
export function workText(job: { readonly type: string; readonly level: string }): string {
  return [jobLevelText(job.level), jobTypeText(job.type)]
    .filter((word) => word.trim() !== '')
    .join(' ')
}

/** Bytes per second since a start, 0 when it has just begun. */
export function rateOf(bytes: number, startMs: number, nowMs: number): number {
  const seconds = Math.max(1, Math.round((nowMs - startMs) / 1000))
  return Math.round(bytes / seconds)
}

/** The name of a Job resource within a unique name: "md5" of "md5.2026-11-21_02.09.17_07". */
export function resourceNameOf(job: string): string {
  return job.replace(/\.\d{4}-\d{2}-\d{2}_\d{2}\.\d{2}\.\d{2}_\d+$/, '')
}

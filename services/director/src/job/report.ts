// The closing report of a Job: fields, order and wording as Bareos prints them, so that what parses one parses the other.
import {
  byteCountText,
  formatDuration,
  JOB_LEVELS,
  type JobLevelLetter,
  jobLevelText,
  type JobStatusLetter,
  reportTimeText,
  withCommas,
  dateTimeText,
} from '@coffer/core'
import { type DaemonEnd, terminationText } from './outcome.ts'
import type { Chosen, JobTrigger } from './request.ts'

/** The program that reports. */
export interface ProductInfo {
  /** "0.1.0" */
  readonly version: string
  /** "21Nov26" */
  readonly shortDate: string
  /** "21 November 2026" */
  readonly longDate: string
  /** "Debian GNU/Linux 12 (bookworm)" */
  readonly os: string
  /** What stands behind "binary info". */
  readonly binary: string
}

/** What all reports show. */
export interface ReportBase {
  readonly product: ProductInfo
  readonly director: string
  readonly jobId: number
  readonly job: string
  readonly status: JobStatusLetter
  readonly scheduledMs: number
  readonly startMs: number
  readonly endMs: number
  readonly trigger: JobTrigger
}

export interface BackupReport extends ReportBase {
  readonly level: JobLevelLetter
  readonly upgradedFrom: JobLevelLetter | undefined
  readonly sinceMs: number
  readonly client: string
  /** Version and system of the Client as the Catalog knows it. */
  readonly uname: string
  readonly fileset: string
  readonly filesetCreatedMs: number
  readonly pool: Chosen
  readonly catalog: Chosen
  readonly storage: Chosen
  readonly priority: number
  readonly allowMixedPriority: boolean
  readonly accurate: boolean
  readonly filed: DaemonEnd | undefined
  readonly storageEnd: DaemonEnd | undefined
  readonly volumes: readonly string[]
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly lastVolumeBytes: number
}

export interface RestoreReport extends ReportBase {
  readonly client: string
  readonly uname: string
  readonly filesExpected: number
  readonly filed: DaemonEnd | undefined
  readonly storageEnd: DaemonEnd | undefined
}

export interface VerifyReport extends ReportBase {
  readonly level: JobLevelLetter
  readonly client: string
  readonly fileset: string
  /** The Job that was verified; undefined when none was found. */
  readonly verified: { readonly jobId: number; readonly job: string } | undefined
  /** 0 when nobody knows. */
  readonly filesExpected: number
  readonly examined: number
  readonly differences: number
  readonly filed: DaemonEnd | undefined
  readonly storageEnd: DaemonEnd | undefined
}

const LABEL_WIDTH = 24

export type Line = readonly [label: string, value: string | number]

/** Counts of a daemon that never told its end. */
export const NO_COUNTS: Omit<DaemonEnd, 'status'> = {
  files: 0,
  bytes: 0,
  readBytes: 0,
  errors: 0,
  compressionPercent: 0,
  compression: '',
  encrypted: false,
}

/** The report of a backup, each line ended. */
export function backupReport(report: BackupReport): string {
  const { filed = NO_COUNTS, storageEnd = NO_COUNTS } = report
  const lines: Line[] = [
    ['OS Information', report.product.os],
    ['JobId', report.jobId],
    ['Job', report.job],
    ['Backup Level', levelText(report)],
    ['Client', `"${report.client}" ${report.uname}`.trimEnd()],
    ['FileSet', `"${report.fileset}" ${dateTimeText(report.filesetCreatedMs)}`],
    ['Pool', chosenText(report.pool)],
    ['Catalog', chosenText(report.catalog)],
    ['Storage', chosenText(report.storage)],
    ['Scheduled time', reportTimeText(report.scheduledMs)],
    ['Start time', reportTimeText(report.startMs)],
    ['End time', reportTimeText(report.endMs)],
    ['Elapsed time', elapsedText(report)],
    ['Priority', report.priority],
    ['Allow Mixed Priority', yesNo(report.allowMixedPriority)],
    ['FD Files Written', withCommas(filed.files)],
    ['SD Files Written', withCommas(storageEnd.files)],
    ['FD Bytes Read', bytesText(filed.readBytes)],
    ['FD Bytes Written', bytesText(filed.bytes)],
    ['SD Bytes Written', bytesText(storageEnd.bytes)],
    ['Rate', rateText(filed.bytes, report)],
    ['Software Compression', compressionText(filed)],
    ['VSS', 'no'],
    ['Encryption', yesNo(filed.encrypted)],
    ['Accurate', yesNo(report.accurate)],
    ['Volume name(s)', report.volumes.join('|')],
    ['Volume Session Id', report.volSessionId],
    ['Volume Session Time', report.volSessionTime],
    ['Last Volume Bytes', bytesText(report.lastVolumeBytes)],
    ['Non-fatal FD errors', filed.errors],
    ['SD Errors', storageEnd.errors],
    ['FD termination status', terminationText(report.filed)],
    ['SD termination status', terminationText(report.storageEnd)],
    ...closing(report, 'Backup'),
  ]
  return head(report) + lines.map(lineText).join('')
}

/** The report of a restore, each line ended. */
export function restoreReport(report: RestoreReport): string {
  const { filed = NO_COUNTS } = report
  const lines: Line[] = [
    ['OS Information', report.product.os],
    ['JobId', report.jobId],
    ['Job', report.job],
    ['Restore Client', `"${report.client}" ${report.uname}`.trimEnd()],
    ['Start time', reportTimeText(report.startMs)],
    ['End time', reportTimeText(report.endMs)],
    ['Elapsed time', elapsedText(report)],
    ['Files Expected', withCommas(report.filesExpected)],
    ['Files Restored', withCommas(filed.files)],
    ['Bytes Restored', withCommas(filed.bytes)],
    ['Rate', rateText(filed.bytes, report)],
    ['FD Errors', filed.errors],
    ['FD termination status', terminationText(report.filed)],
    ['SD termination status', terminationText(report.storageEnd)],
    ...closing(report, 'Restore'),
  ]
  return head(report) + lines.map(lineText).join('')
}

/** The report of a Verify Job, each line ended. A daemon that had no part in it is not shown. */
export function verifyReport(report: VerifyReport): string {
  const { filed, storageEnd, filesExpected } = report
  const lines: Line[] = [
    ['OS Information', report.product.os],
    ['JobId', report.jobId],
    ['Job', report.job],
    ['FileSet', report.fileset],
    ['Verify Level', jobLevelText(report.level)],
    ['Client', report.client],
    ['Verify JobId', report.verified?.jobId ?? 0],
    ['Verify Job', report.verified?.job ?? ''],
    ['Start time', reportTimeText(report.startMs)],
    ['End time', reportTimeText(report.endMs)],
    ['Elapsed time', elapsedText(report)],
    ...(filesExpected === 0 ? [] : [line('Files Expected', withCommas(filesExpected))]),
    ['Files Examined', withCommas(report.examined)],
    ['Differences', withCommas(report.differences)],
    ...(filed === undefined
      ? []
      : [
          line('Non-fatal FD errors', filed.errors),
          line('FD termination status', terminationText(filed)),
        ]),
    ...(storageEnd === undefined
      ? []
      : [
          line('SD Errors', storageEnd.errors),
          line('SD termination status', terminationText(storageEnd)),
        ]),
    ...closing(report, 'Verify'),
  ]
  return head(report) + lines.map(lineText).join('')
}

function line(label: string, value: string | number): Line {
  return [label, value]
}

/** The report of a Job that moves no data; `word` is its type ("Admin"). Each line ended. */
export function plainReport(report: ReportBase, word: string): string {
  const { version, shortDate } = report.product
  const lines: Line[] = [
    ['JobId', report.jobId],
    ['Job', report.job],
    ['Scheduled time', reportTimeText(report.scheduledMs)],
    ['Start time', reportTimeText(report.startMs)],
    ['End time', reportTimeText(report.endMs)],
    ...closing(report, word),
  ]
  const title = `Coffer ${version} (${shortDate}): ${reportTimeText(report.endMs)}\n`
  return title + lines.map(lineText).join('')
}

/** "Backup OK", "*** Restore Error ***", ... */
export function terminationLine(status: JobStatusLetter, word: string): string {
  switch (status) {
    case 'T':
      return `${word} OK`
    case 'W':
      return `${word} OK -- with warnings`
    case 'E':
    case 'f':
      return `*** ${word} Error ***`
    case 'A':
      return `${word} Canceled`
    case 'D':
      return `${word} Differences`
    case 'I':
      return `${word} failed -- incomplete`
    default:
      return `Inappropriate term code: ${status}`
  }
}

export function head({ product, director }: ReportBase): string {
  return `Coffer ${director} ${product.version} (${product.shortDate}):\n`
}

export function closing(report: ReportBase, word: string): Line[] {
  return [
    ['Coffer binary info', report.product.binary],
    ['Job triggered by', report.trigger],
    ['Termination', terminationLine(report.status, word)],
  ]
}

export function lineText([label, value]: Line): string {
  return `  ${`${label}:`.padEnd(LABEL_WIDTH)}${value}\n`
}

function levelText({ level, upgradedFrom, sinceMs }: BackupReport): string {
  if (level === JOB_LEVELS.virtualFull.letter) return 'Virtual Full'
  const text = jobLevelText(level)
  if (upgradedFrom !== undefined) return `${text} (upgraded from ${jobLevelText(upgradedFrom)})`
  return sinceMs > 0 ? `${text}, since=${dateTimeText(sinceMs)}` : text
}

export function chosenText({ name, source }: Chosen): string {
  return `"${name}" (From ${source})`
}

function elapsedSeconds({ startMs, endMs }: ReportBase): number {
  return Math.max(0, Math.floor(endMs / 1000) - Math.floor(startMs / 1000))
}

export function elapsedText(report: ReportBase): string {
  return formatDuration(elapsedSeconds(report))
}

export function rateText(bytes: number, report: ReportBase): string {
  const seconds = elapsedSeconds(report)
  const rate = seconds === 0 ? 0 : bytes / seconds / 1000
  return `${rate.toFixed(1)} KB/s`
}

export function bytesText(bytes: number): string {
  return `${withCommas(bytes)} (${byteCountText(bytes)})`
}

function compressionText(filed: Omit<DaemonEnd, 'status'>): string {
  if (filed.compression === '') return 'None'
  return `${filed.compressionPercent.toFixed(1)} % (${filed.compression})`
}

export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

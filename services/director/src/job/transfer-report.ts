// The closing reports of Jobs that go from Volumes to Volumes: copies, migrations, virtual Fulls, and what starts them.
import { dateTimeText, jobLevelText, reportTimeText, withCommas } from '@coffer/core'
import type { CopyFacts } from './active-job.ts'
import { type DaemonEnd, terminationText } from './outcome.ts'
import {
  type BackupReport,
  bytesText,
  chosenText,
  closing,
  elapsedText,
  head,
  type Line,
  lineText,
  NO_COUNTS,
  rateText,
  type ReportBase,
  yesNo,
} from './report.ts'
import type { Chosen } from './request.ts'

export interface CopyReport extends ReportBase {
  /** "Copying" or "Migration". */
  readonly word: string
  /** Undefined for the Job that chooses, and for one that ended before it knew. */
  readonly copy: CopyFacts | undefined
  readonly catalog: Chosen
  readonly priority: number
  readonly pool: Chosen
  readonly storage: Chosen
  readonly storageEnd: DaemonEnd | undefined
  readonly volumes: readonly string[]
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly lastVolumeBytes: number
}

/** The report of a copy or migration, or of the Job that started some; each line ended. */
export function copyReport(report: CopyReport): string {
  const lines = report.copy === undefined ? controlLines(report) : workerLines(report, report.copy)
  return head(report) + [...lines, ...closing(report, report.word)].map(lineText).join('')
}

function controlLines(report: CopyReport): Line[] {
  return [
    ['OS Information', report.product.os],
    ['Current JobId', report.jobId],
    ['Current Job', report.job],
    ['Catalog', chosenText(report.catalog)],
    ...timeLines(report),
    ['Priority', report.priority],
  ]
}

function workerLines(report: CopyReport, copy: CopyFacts): Line[] {
  const { storageEnd = NO_COUNTS } = report
  return [
    ['OS Information', report.product.os],
    ['Prev Backup JobId', copy.original.jobId],
    ['Prev Backup Job', copy.original.job],
    ['New Backup JobId', copy.newJobId],
    ['Current JobId', report.jobId],
    ['Current Job', report.job],
    ['Backup Level', jobLevelText(copy.level)],
    ['Client', copy.client],
    ['FileSet', `"${copy.fileset}"`],
    ['Read Pool', chosenText(copy.readPool)],
    ['Read Storage', chosenText(copy.readStorage)],
    ['Write Pool', chosenText(report.pool)],
    ['Write Storage', chosenText(report.storage)],
    ['Next Pool', chosenText(copy.nextPool)],
    ['Catalog', chosenText(report.catalog)],
    ...timeLines(report),
    ['Priority', report.priority],
    ['SD Files Written', withCommas(storageEnd.files)],
    ['SD Bytes Written', bytesText(storageEnd.bytes)],
    ['Rate', rateText(storageEnd.bytes, report)],
    ...volumeLines(report),
    ['SD Errors', storageEnd.errors],
    ['SD termination status', terminationText(report.storageEnd)],
  ]
}

/** The report of a virtual Full, each line ended: no file daemon took part. */
export function virtualFullReport(report: BackupReport): string {
  const { storageEnd = NO_COUNTS } = report
  const lines: Line[] = [
    ['OS Information', report.product.os],
    ['JobId', report.jobId],
    ['Job', report.job],
    ['Backup Level', 'Virtual Full'],
    ['Client', `"${report.client}" ${report.uname}`.trimEnd()],
    ['FileSet', `"${report.fileset}" ${dateTimeText(report.filesetCreatedMs)}`],
    ['Pool', chosenText(report.pool)],
    ['Catalog', chosenText(report.catalog)],
    ['Storage', chosenText(report.storage)],
    ['Scheduled time', reportTimeText(report.scheduledMs)],
    ...timeLines(report),
    ['Priority', report.priority],
    ['Allow Mixed Priority', yesNo(report.allowMixedPriority)],
    ['SD Files Written', withCommas(storageEnd.files)],
    ['SD Bytes Written', bytesText(storageEnd.bytes)],
    ['Rate', rateText(storageEnd.bytes, report)],
    ...volumeLines(report),
    ['SD Errors', storageEnd.errors],
    ['SD termination status', terminationText(report.storageEnd)],
    ['Accurate', yesNo(report.accurate)],
    ...closing(report, 'Backup'),
  ]
  return head(report) + lines.map(lineText).join('')
}

function timeLines(report: ReportBase): Line[] {
  return [
    ['Start time', reportTimeText(report.startMs)],
    ['End time', reportTimeText(report.endMs)],
    ['Elapsed time', elapsedText(report)],
  ]
}

function volumeLines(
  report: Pick<CopyReport, 'volumes' | 'volSessionId' | 'volSessionTime' | 'lastVolumeBytes'>,
): Line[] {
  return [
    ['Volume name(s)', report.volumes.join('|')],
    ['Volume Session Id', report.volSessionId],
    ['Volume Session Time', report.volSessionTime],
    ['Last Volume Bytes', bytesText(report.lastVolumeBytes)],
  ]
}

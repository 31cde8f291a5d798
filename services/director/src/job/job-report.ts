// The report of a Job from what is known of it when it ends.
import { JOB_TYPES, jobTypeText, type JobStatusLetter } from '@coffer/core'
import type { ActiveJob } from './active-job.ts'
import { copyWord, isTransfer } from './job-parts.ts'
import {
  backupReport,
  plainReport,
  type ProductInfo,
  type ReportBase,
  restoreReport,
  verifyReport,
} from './report.ts'
import { copyReport, virtualFullReport } from './transfer-report.ts'

/** The closing text, in the form of the Job's type. */
export function jobReport(
  job: ActiveJob,
  status: JobStatusLetter,
  endMs: number,
  product: ProductInfo,
): string {
  const { request, facts } = job
  const base: ReportBase = {
    product,
    director: job.config.director.name,
    jobId: job.jobId,
    job: job.job,
    status,
    scheduledMs: request.whenMs,
    startMs: job.startMs ?? endMs,
    endMs,
    trigger: request.trigger,
  }
  switch (job.type) {
    case JOB_TYPES.backup.letter:
      return (isTransfer(job) ? virtualFullReport : backupReport)({
        ...base,
        ...facts,
        level: job.level,
        client: request.client,
        fileset: request.fileset,
        catalog: request.catalog,
        priority: request.priority,
        allowMixedPriority: request.allowMixedPriority,
        accurate: request.accurate,
      })
    case JOB_TYPES.copy.letter:
    case JOB_TYPES.migrate.letter:
      return copyReport({
        ...base,
        ...facts,
        word: copyWord(job.type),
        catalog: request.catalog,
        priority: request.priority,
      })
    case JOB_TYPES.restore.letter:
      return restoreReport({
        ...base,
        ...facts,
        client: request.client,
        filesExpected: request.restore?.filesExpected ?? 0,
      })
    case JOB_TYPES.verify.letter:
      return verifyReport({
        ...base,
        ...facts,
        level: job.level,
        client: request.client,
        fileset: request.fileset,
        examined: examinedFiles(facts),
      })
    default:
      return plainReport(base, jobTypeText(job.type))
  }
}

/** By the file daemon or, at the levels that look at Volumes, by storage. */
function examinedFiles({ filed, storageEnd }: ActiveJob['facts']): number {
  return (filed ?? storageEnd)?.files ?? 0
}

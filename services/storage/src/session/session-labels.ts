// Labels that begin and end a session, for the Job that it belongs to.
import { LABEL, type VolumeRecord } from '@coffer/core'
import type { BackupStart } from './session-start.ts'
import {
  encodeEndOfSession,
  encodeSessionLabel,
  LABEL_FAMILIES,
  type LabelFamily,
  type SessionLabel,
  type SessionTotals,
} from '../volume/label.ts'

/** The family is that of the Volume on which the label will stand. */
export function startLabel(start: BackupStart, family: LabelFamily, nowMs: number): VolumeRecord {
  const label = sessionLabel(start, family, nowMs)
  return {
    fileIndex: LABEL.startOfSession,
    stream: label.jobId,
    data: encodeSessionLabel(label),
  }
}

export function endLabel(
  start: BackupStart,
  family: LabelFamily,
  { nowMs, totals }: { readonly nowMs: number; readonly totals: SessionTotals },
): VolumeRecord {
  const label = { ...sessionLabel(start, family, nowMs), totals }
  return {
    fileIndex: LABEL.endOfSession,
    stream: label.jobId,
    data: encodeEndOfSession(label),
  }
}

function sessionLabel(start: BackupStart, family: LabelFamily, nowMs: number): SessionLabel {
  const { job, pool, poolType, filesetMd5 } = start
  return {
    family,
    version: LABEL_FAMILIES[family].version,
    writeMicros: nowMs * 1000,
    poolName: pool,
    poolType,
    jobId: job.jobId,
    jobName: job.name,
    clientName: job.client,
    job: job.job,
    fileSetName: job.fileset,
    jobType: job.type,
    jobLevel: job.level,
    fileSetMd5: filesetMd5,
  }
}

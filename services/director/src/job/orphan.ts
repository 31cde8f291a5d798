// Jobs that a Director left open when it ended: which of them the next one queues again. Pure.
import { JOB_TYPES, type JobTypeLetter } from '@coffer/core'
import { decideReschedule, type RescheduleRules } from './reschedule.ts'

/** A Job that has not ended. */
export interface Orphan {
  readonly type: JobTypeLetter
  /** Undefined when it was still queued. */
  readonly startMs: number | undefined
  readonly scheduledMs: number | undefined
}

/** Directives of the Job resource. */
export interface OrphanRules extends RescheduleRules {
  readonly runMissedJobs: boolean
}

/**
 * When it is due again, in milliseconds since the epoch; undefined when it stays closed. A queued Job comes back when its
 * start time is still ahead, or when missed Jobs are to be run; one that ran, when failed ones are tried again. A restore
 * does not: what it was to restore is not in the Catalog.
 */
export function decideOrphan(
  orphan: Orphan,
  rules: OrphanRules | undefined,
  nowMs: number,
): number | undefined {
  const { type, startMs, scheduledMs = nowMs } = orphan
  if (rules === undefined || type === JOB_TYPES.restore.letter) return undefined
  if (startMs === undefined) {
    return scheduledMs > nowMs || rules.runMissedJobs ? scheduledMs : undefined
  }
  const again = decideReschedule({ type, status: 'f', retries: 0, hasData: true }, rules)
  return again === undefined ? undefined : nowMs + again.delaySeconds * 1000
}

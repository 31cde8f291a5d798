// How a session begins: what the Director has asked for, once it is known to name a Job.
import { CofferError } from '@coffer/core'
import type { BackupSessionStart, JobRef, RestoreSessionStart } from '@coffer/wire'

export type BackupStart = BackupSessionStart & { readonly job: JobRef }
export type RestoreStart = RestoreSessionStart & { readonly job: JobRef }

/** Throws `protocol-violation` without a Job or a key. */
export function checkStart<Start extends BackupSessionStart | RestoreSessionStart>(
  start: Start,
): Start & { readonly job: JobRef } {
  const { job, key } = start
  if (job !== null && job.job !== '' && key !== '') return { ...start, job }
  throw new CofferError('protocol-violation', 'a session needs a Job and a key')
}

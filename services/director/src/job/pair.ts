// Two daemons at one Job: what happens to the one when the other ends, fails or is silent.
import { type Clock, CofferError, toCofferError } from '@coffer/core'
import type { JobEnd, SessionEnd } from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'

/** How long a part may take to end after the other one has ended well, and after it failed. */
const GRACE_MS = { afterGood: 600_000, afterBad: 60_000 } as const

export interface PairOptions {
  readonly job: ActiveJob
  readonly clock: Clock
  readonly filed: Promise<JobEnd>
  readonly storage: Promise<SessionEnd>
  /** Cancel the calls. */
  readonly stopFiled: AbortController
  readonly stopStorage: AbortController
  /** Tells storage that the file daemon has ended. */
  readonly endStorage: () => Promise<void>
  /** Writes a failure into the Job's log. */
  readonly onFailure: (error: CofferError) => Promise<void>
}

/**
 * Waits for both ends and writes them into the Job's facts. A canceled Job stops its file daemon at once; storage then
 * writes its label and commits what is complete. No part outlives the other for long.
 */
export async function awaitBoth(options: PairOptions): Promise<void> {
  const { job, stopFiled } = options
  const cancel = (): void => {
    stopFiled.abort(job.signal.reason)
  }
  if (job.signal.aborted) cancel()
  job.signal.addEventListener('abort', cancel)
  try {
    await Promise.all([awaitFiled(options), awaitStorage(options)])
  } finally {
    job.signal.removeEventListener('abort', cancel)
  }
}

async function awaitFiled(options: PairOptions): Promise<void> {
  const { job, clock, stopStorage } = options
  let isGood = false
  try {
    const end = await options.filed
    job.facts.filed = end
    isGood = isGoodEnd(end)
  } catch (error) {
    await fail(options, error, options.stopFiled.signal)
  }
  await options.endStorage()
  const graceMs = isGood ? GRACE_MS.afterGood : GRACE_MS.afterBad
  const cancelStop = clock.after(graceMs, () => {
    stopStorage.abort(late('storage daemon'))
  })
  void options.storage.catch(() => undefined).finally(cancelStop)
}

async function awaitStorage(options: PairOptions): Promise<void> {
  const { job, clock, stopFiled, stopStorage } = options
  let isGood = false
  try {
    const end = await options.storage
    job.facts.storageEnd = end.end ?? undefined
    isGood = isGoodEnd(end.end)
    job.facts.volumes = end.volumes
    job.facts.lastVolumeBytes = end.lastVolumeBytes
    job.facts.volSessionId = end.volSessionId
    job.facts.volSessionTime = end.volSessionTime
  } catch (error) {
    await fail(options, error, stopStorage.signal)
    stopStorage.abort()
  }
  // A restore may go on writing for as long as it likes once it has everything.
  if (isGood) return
  const cancelStop = clock.after(GRACE_MS.afterBad, () => {
    stopFiled.abort(late('file daemon'))
  })
  void options.filed.catch(() => undefined).finally(cancelStop)
}

/** Whether a part told that it ended well. */
export function isGoodEnd(end: { readonly status: string } | null | undefined): boolean {
  return end?.status === 'T' || end?.status === 'W'
}

async function fail(
  { job, onFailure }: PairOptions,
  thrown: unknown,
  stop: AbortSignal,
): Promise<void> {
  if (job.signal.aborted) return
  // A call that was stopped from here is no failure of its own, except when it was stopped for being late.
  const error: unknown = stop.aborted ? stop.reason : toCofferError(thrown)
  if (!(error instanceof CofferError)) return
  job.fail(error)
  await onFailure(error)
}

function late(who: string): CofferError {
  return new CofferError('job-part-late', `the ${who} did not end in time after its peer had`)
}

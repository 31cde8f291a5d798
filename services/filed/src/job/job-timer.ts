// The time that a Job may take in this daemon at most, whatever the Director thinks.
import { type Clock, CofferError } from '@coffer/core'

/** The longest that a timer takes: 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Runs a Job with a signal that is aborted when `signal` is, or when `maxMs` are over; 0 for any time. */
export async function inTime(
  {
    clock,
    maxMs,
    signal,
  }: { readonly clock: Clock; readonly maxMs: number; readonly signal: AbortSignal },
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (maxMs === 0) return run(signal)
  const stop = new AbortController()
  const cancel = clock.after(Math.min(maxMs, MAX_TIMER_MS), () => {
    const text = 'the Job ran longer than the Absolute Job Timeout of this file daemon'
    stop.abort(new CofferError('job-timeout', text))
  })
  try {
    await run(AbortSignal.any([signal, stop.signal]))
  } finally {
    cancel()
  }
}

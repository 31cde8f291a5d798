// Cancels a Job when one of its limits in time is reached.
import type { Clock } from '@coffer/core'
import type { ActiveJob } from './active-job.ts'
import { nextLimit, type TimeLimits } from './limits.ts'
import { MAXIMUM_TIMER_MS } from './timer.ts'

const NO_LIMITS: TimeLimits = {
  maxStartDelay: 0,
  maxRunSchedTime: 0,
  maxRunTime: 0,
  fullMaxRuntime: 0,
  differentialMaxRuntime: 0,
  incrementalMaxRuntime: 0,
  maxWaitTime: 0,
}

/** Watches from now on; the result ends it. `onLimit` is called once, with what the Job's log is to say. */
export function watchLimits(
  job: ActiveJob,
  clock: Clock,
  onLimit: (text: string) => void,
): () => void {
  const limits = limitsOf(job)
  let stopTimer: () => void = () => undefined
  const look = (): void => {
    stopTimer()
    const hit = nextLimit(limits, job.times)
    if (hit === undefined) return
    const leftMs = hit.dueMs - clock.nowMs()
    if (leftMs <= 0) {
      end()
      onLimit(hit.text)
    } else stopTimer = clock.after(Math.min(leftMs, MAXIMUM_TIMER_MS), look)
  }
  const stopListening = job.onStatus(look)
  const end = (): void => {
    stopListening()
    stopTimer()
  }
  look()
  return end
}

function limitsOf({ config, request }: ActiveJob): TimeLimits {
  const limits = config.jobs.get(request.jobName) ?? NO_LIMITS
  const { maxRunSchedTime } = request
  return maxRunSchedTime === undefined ? limits : { ...limits, maxRunSchedTime }
}

// Waiting for a Volume: asks the desk again whenever something changed, and reminds the operator now and then.
import { CofferError, type Clock } from '@coffer/core'
import type { ActiveJob } from './active-job.ts'
import type { VolumeDesk, VolumeNeed } from './volume-desk.ts'
import type { VolumeRow } from '../catalog/media.ts'

const FIRST_REMINDER_MS = 5 * 60_000
const LAST_REMINDER_MS = 24 * 3600_000

/** The next Volume for the Job, however long it takes. Throws `job-canceled` when the Job is canceled meanwhile. */
export async function waitForVolume(
  job: ActiveJob,
  need: VolumeNeed,
  desk: VolumeDesk,
  clock: Clock,
): Promise<VolumeRow> {
  let reminderMs = FIRST_REMINDER_MS
  let remindAtMs = 0
  const change = new ChangeWaiter(desk, job.signal, clock)
  try {
    for (;;) {
      if (job.signal.aborted) throw cancellation(job.signal)
      change.arm()
      const found = await desk.next(need)
      await job.log.notes(found.notes)
      if (found.volume !== undefined) {
        job.setStatus('R')
        return found.volume
      }
      job.setStatus('m')
      if (clock.nowMs() >= remindAtMs) {
        await job.log.write('mount', requestText(job, need, found.reason))
        remindAtMs = clock.nowMs() + reminderMs
        reminderMs = Math.min(reminderMs * 2, LAST_REMINDER_MS)
      }
      await change.wait(remindAtMs)
    }
  } finally {
    change.close()
  }
}

function requestText(job: ActiveJob, need: VolumeNeed, reason: string): string {
  return `Job ${job.job} is waiting. Cannot find any appendable volumes: ${reason}.
Please use the "label" command to create a new Volume for:
    Storage:      ${job.facts.storage.name}
    Pool:         ${need.pool}
    Media type:   ${need.mediaType}`
}

function cancellation(signal: AbortSignal): CofferError {
  return signal.reason instanceof CofferError
    ? signal.reason
    : new CofferError('job-canceled', 'the Job was canceled')
}

/** Remembers a change that comes while the search is still under way. */
class ChangeWaiter {
  readonly #clock: Clock
  readonly #stop: () => void
  #wake: () => void = () => undefined
  #changed: Promise<void> = Promise.resolve()

  constructor(desk: VolumeDesk, signal: AbortSignal, clock: Clock) {
    this.#clock = clock
    const wake = (): void => {
      this.#wake()
    }
    const unlisten = desk.onChange(wake)
    signal.addEventListener('abort', wake)
    this.#stop = () => {
      unlisten()
      signal.removeEventListener('abort', wake)
    }
  }

  arm(): void {
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Resolves at the next change since `arm`, or at that moment. */
  async wait(untilMs: number): Promise<void> {
    const cancel = this.#clock.after(Math.max(0, untilMs - this.#clock.nowMs()), () => {
      this.#wake()
    })
    await this.#changed
    cancel()
  }

  close(): void {
    this.#stop()
  }
}

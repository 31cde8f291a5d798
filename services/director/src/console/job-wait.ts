// Waiting for one Job at the console, with its progress for whoever looks.
import { isJobEnded, jobStatusText } from '@coffer/core'
import { progressOf } from '../job/progress.ts'
import type { CommandContext } from './context.ts'

/** Waits until the Job has ended and says how. Throws `console-aborted` when the signal fires. */
export async function waitForJob(
  context: CommandContext,
  jobId: number,
  signal: AbortSignal,
): Promise<void> {
  const stop = showProgress(context, jobId)
  const status = await context.director.jobs.waitFor(jobId, signal).finally(stop)
  signal.throwIfAborted()
  if (status === undefined) {
    await context.out.error(`JobId ${jobId} not found.`)
    return
  }
  const text = jobStatusText(status)
  await context.out.text(`JobId=${jobId}\nJobStatus=${text} (${status})\n`)
  context.out.value('job', {
    jobid: jobId,
    jobstatuslong: text,
    jobstatus: status,
    exitstatus: exitStatus(status),
  })
}

/** Passes on what the Job's daemons report, until the function that it gives back is called. */
function showProgress({ director, progress }: CommandContext, jobId: number): () => void {
  const job = director.jobs.find(jobId)
  if (progress === undefined || job?.watch === undefined) return () => undefined
  let isSending = false
  return job.watch(() => {
    // A terminal that is slow misses some.
    if (isSending) return
    isSending = true
    progress({ jobId, ...progressOf(job, director.clock.nowMs()) }).then(
      () => {
        isSending = false
      },
      // A console that is gone ends its session by itself.
      () => undefined,
    )
  })
}

/** 0 for OK, 1 for warnings, 2 for everything else that is an end. */
function exitStatus(status: string): number {
  if (status === 'T') return 0
  if (status === 'W') return 1
  return isJobEnded(status) ? 2 : 0
}

// The command `wait`: until all Jobs have ended, or one.
import { CofferError } from '@coffer/core'
import { findValue, hasKeyword } from '../command-line.ts'
import { type Command, type CommandContext, findNumber } from '../context.ts'
import { waitForJob } from '../job-wait.ts'

export const waitCommand: Command = async (context) => {
  if (hasKeyword(context.line, 'mount')) {
    throw new CofferError('console-not-yet', '"wait mount" is not part of Coffer yet')
  }
  const jobId = findJobId(context)
  const timeout = new AbortController()
  const seconds = findNumber(context.line, 'timeout') ?? 0
  const stop =
    seconds === 0
      ? () => undefined
      : context.director.clock.after(seconds * 1000, () => {
          timeout.abort(new CofferError('console-aborted', 'the time to wait is over'))
        })
  try {
    await waitFor(context, jobId, AbortSignal.any([context.signal, timeout.signal]))
  } catch (error) {
    if (!timeout.signal.aborted) throw error
    await context.out.error('Wait on Jobs timed out.')
  } finally {
    stop()
  }
}

/** The running Job that the line names; a number even when no such Job runs. */
function findJobId({ line, director }: CommandContext): number | undefined {
  const jobId = findNumber(line, 'jobid')
  if (jobId !== undefined) return jobId
  const name = findValue(line, 'jobname', 'job', 'ujobid')
  if (name === undefined) return undefined
  const running = director.jobs.running()
  const found = running.find(({ job, request }) => job === name || request.jobName === name)
  return found?.jobId ?? 0
}

async function waitFor(
  context: CommandContext,
  jobId: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { jobs } = context.director
  signal.throwIfAborted()
  if (jobId === undefined) {
    await jobs.waitForAll(signal)
    signal.throwIfAborted()
    return
  }
  await waitForJob(context, jobId, signal)
}

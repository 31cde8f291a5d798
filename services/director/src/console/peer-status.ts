// What the displays of the other daemons have in common.
import { CofferError, jobLevelText, jobStatusText, jobTypeText, statusTimeText } from '@coffer/core'
import type { JobStatusLine } from '@coffer/wire'
import type { Director } from '../director.ts'
import { aheadText, progressOf } from '../job/progress.ts'
import type { CommandContext } from './context.ts'
import type { Json } from './output.ts'
import { type EndedJob, endedStatusText, resourceNameOf, shortLevelText } from './status-text.ts'

/** A Job that a daemon has ended, as the shared table takes it. */
export function endedJobOf(line: JobStatusLine): EndedJob {
  return { ...line, name: resourceNameOf(line.job) }
}

/** Facts of an ended Job for JSON. */
export function endedLineFacts(line: JobStatusLine): Json {
  return {
    jobid: line.jobId,
    name: resourceNameOf(line.job),
    level: shortLevelText(line),
    type: jobTypeText(line.type),
    status: endedStatusText(line.status),
    files: line.files,
    bytes: line.bytes,
    finished: statusTimeText(line.endMs),
  }
}

/** Facts of a running Job for JSON. */
export function runningLineFacts(line: JobStatusLine): Json {
  return {
    jobid: line.jobId,
    job: line.job,
    level: jobLevelText(line.level),
    type: jobTypeText(line.type),
    status: jobStatusText(line.status),
    files: line.files,
    bytes: line.bytes,
    errors: line.errors,
    start_time: statusTimeText(line.startMs),
  }
}

/** How far the Job of such a line has come, when the Director runs it and knows how much there is. */
export function aheadOf({ jobs }: Director, line: JobStatusLine, nowMs: number): string {
  const running = jobs.find(line.jobId)
  if (running?.expected === undefined) return ''
  const { files, bytes, startMs } = line
  return aheadText(progressOf({ files, bytes, startMs, expected: running.expected }, nowMs))
}

/** "is running" */
export function runningWords(status: string): string {
  return status === 'C' ? 'is waiting execution' : `is ${jobStatusText(status).toLowerCase()}`
}

/**
 * Asks a daemon; when it cannot be asked that is said, and undefined comes back, so that a display of several daemons
 * goes on.
 */
export async function askPeer<Answer>(
  { out }: CommandContext,
  peer: { readonly label: string; readonly name: string },
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof CofferError) || error.code === 'console-aborted') throw error
    await out.error(`Failed to connect to ${peer.label} ${peer.name}.\nError: ${error.message}`)
    await out.text('====\n')
    return undefined
  }
}

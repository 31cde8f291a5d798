// The Director's end of a Job at a file daemon: its messages and progress in, its end out.
import { CofferError, Interruption } from '@coffer/core'
import type { Call, FiledReady, JobEnd, JobEvent, Progress } from '@coffer/wire'
import type { JobLog } from './job-log.ts'
import { namedCall } from './named-call.ts'

export interface FiledSessionOptions<Command> {
  readonly call: Call<Command, JobEvent>
  readonly start: Command
  /** Sends what follows the start, beside what comes from there; its failure ends the session. */
  readonly more?: ((send: (command: Command) => Promise<void>) => Promise<void>) | undefined
  /** For error texts: 'Client "sample-fd"'. */
  readonly peerName: string
  readonly log: JobLog
  readonly onReady: (ready: FiledReady) => Promise<void>
  readonly onProgress: (progress: Progress) => void
  /** Records that describe files, from a Verify Job that sends them. */
  readonly onAttributes?: (records: Uint8Array) => Promise<void>
}

const never = new Promise<never>(() => undefined)

/** Runs a backup or restore there. Rejects when the file daemon vanishes or ends without telling how. */
export async function runFiledSession<Command>(
  options: FiledSessionOptions<Command>,
): Promise<JobEnd> {
  const { start, log, onReady, onProgress } = options
  const call = namedCall(options.call, options.peerName)
  await call.send(start)
  const broken = options.more?.((command) => call.send(command)).then(() => never)
  const interruption = new Interruption(broken ?? never)
  for (;;) {
    const event = await interruption.race(call.receive())
    switch (event?.event) {
      case 'message':
        await log.relay(event.message)
        break
      case 'progress':
        onProgress(event.progress)
        break
      case 'ready':
        await onReady(event.ready)
        break
      case 'attributes':
        await options.onAttributes?.(event.attributes.records)
        break
      case 'end':
        return event.end
      case undefined:
        throw new CofferError(
          'job-protocol',
          `${options.peerName} closed the call without telling how the Job ended`,
        )
    }
  }
}

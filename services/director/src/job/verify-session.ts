// The Director's end of a session in which storage reads a Job for itself, and tells what it finds.
import { CofferError, JOB_LEVELS } from '@coffer/core'
import type { RestoreSessionCommandInit, StorageDaemonCalls } from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import { bootstrapCommands } from './bootstrap-pieces.ts'
import { heartbeatMs, jobRef, storageResource } from './connect.ts'
import { namedCall } from './named-call.ts'
import type { DaemonEnd } from './outcome.ts'
import type { DaemonLink, JobPorts } from './ports.ts'
import type { WholeSession } from './whole-session.ts'

export interface VolumeReading {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly storage: DaemonLink<StorageDaemonCalls>
  readonly session: WholeSession
  /** Names of the digests that may be met. */
  readonly digests: readonly string[]
  readonly onAttributes: (records: Uint8Array) => Promise<void>
}

/** Resolves when everything was read; the end is added to the Job's facts. */
export async function readVolumes(reading: VolumeReading): Promise<void> {
  const { job, storage } = reading
  const call = namedCall(storage.calls.restoreSession({ signal: job.signal }), storage.peerName)
  for (const command of commandsOf(reading)) await call.send(command)
  for (;;) {
    const event = await call.receive()
    switch (event?.event) {
      case 'opened':
        await job.log.info(`Using Device "${event.opened.device}" to read.`)
        break
      case 'message':
        await job.log.relay(event.message)
        break
      case 'progress':
        job.setProgress(event.progress)
        break
      case 'attributes':
        await reading.onAttributes(event.attributes.records)
        break
      case 'end':
        noteEnd(job, event.end.end, event.end.volumes)
        return
      case undefined:
        throw new CofferError(
          'job-protocol',
          `${storage.peerName} closed the session without telling how it ended`,
        )
    }
  }
}

function commandsOf({ job, ports, session, digests }: VolumeReading): RestoreSessionCommandInit[] {
  return bootstrapCommands(session.bootstrap, {
    job: jobRef(job),
    device: storageResource(job).device[0] ?? '',
    key: ports.mintKey(),
    heartbeatMs: heartbeatMs(job),
    verify: job.level === JOB_LEVELS.data.letter ? 'data' : 'attributes',
    digests,
  })
}

function noteEnd(job: ActiveJob, end: DaemonEnd | null, volumes: readonly string[]): void {
  const { facts } = job
  facts.volumes = [...new Set([...facts.volumes, ...volumes])]
  if (end === null) return
  const before = facts.storageEnd
  facts.storageEnd =
    before === undefined
      ? end
      : {
          ...end,
          status: before.status === 'T' ? end.status : before.status,
          files: before.files + end.files,
          bytes: before.bytes + end.bytes,
          errors: before.errors + end.errors,
        }
}

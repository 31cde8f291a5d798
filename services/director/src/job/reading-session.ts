// The Director's end of a session that reads Volumes: for a restore, or as the source of a copy.
import { CofferError } from '@coffer/core'
import type {
  RestoreSessionCommandInit,
  RestoreSessionEvent,
  RestoreSessionStartInit,
  SessionEnd,
  SessionOpened,
  StorageDaemonCalls,
} from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import { type NamedCall, namedCall } from './named-call.ts'
import type { DaemonLink } from './ports.ts'

export interface ReadingSession {
  readonly opened: Promise<SessionOpened>
  readonly ended: Promise<SessionEnd>
}

/** Both promises reject with what broke the session; nobody has to await both. */
export function openReadingSession(
  job: ActiveJob,
  storage: DaemonLink<StorageDaemonCalls>,
  start: RestoreSessionStartInit,
  signal: AbortSignal,
): ReadingSession {
  const call = namedCall(storage.calls.restoreSession({ signal }), storage.peerName)
  return runSession(job, call, start, storage.peerName)
}

function runSession(
  job: ActiveJob,
  call: NamedCall<RestoreSessionCommandInit, RestoreSessionEvent>,
  start: RestoreSessionStartInit,
  peerName: string,
): ReadingSession {
  const closedEarly = (what: string): CofferError =>
    new CofferError('job-protocol', `${peerName} closed the session ${what}`)
  let open: (opened: SessionOpened) => void = () => undefined
  const opening = new Promise<SessionOpened>((resolve) => {
    open = resolve
  })
  const run = async (): Promise<SessionEnd> => {
    await call.send({ command: 'start', start })
    for (;;) {
      const event = await call.receive()
      if (event === undefined) throw closedEarly('without telling how it ended')
      if (event.event === 'end') return event.end
      if (event.event === 'opened') open(event.opened)
      if (event.event === 'message') await job.log.relay(event.message)
    }
  }
  const ended = run()
  const opened = Promise.race([
    opening,
    ended.then(() => {
      throw closedEarly('before it opened one')
    }),
  ])
  for (const promise of [opened, ended]) promise.catch(() => undefined)
  return { opened, ended }
}

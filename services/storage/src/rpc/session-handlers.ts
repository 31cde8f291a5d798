// Sessions on the wire: the Director opens them, the file daemon streams into or out of them.
import {
  type Bandwidth,
  type Clock,
  CofferError,
  normaliseBootstrap,
  paced,
  parseBootstrap,
  Secret,
  type Throttle,
  toCofferError,
} from '@coffer/core'
import { prepareZstd } from '@coffer/files'
import type {
  BackupSessionCommand,
  BackupSessionEventInit,
  Call,
  CallContext,
  RestoreSessionCommand,
  RestoreSessionEventInit,
  RestoreSessionStart,
  SessionOpenedInit,
  StorageDaemonHandlers,
  StorageDataHandlers,
} from '@coffer/wire'
import { type DeviceSlots, type DeviceTable, findDevices } from '../device/reserve.ts'
import { BackupControl, receiveStart } from '../session/backup-control.ts'
import { BackupSession, type CommitPolicy } from '../session/backup-session.ts'
import type { EndedJobs } from '../session/ended-jobs.ts'
import type { FaultPoints } from '../session/faults.ts'
import { RestoreSession } from '../session/restore-session.ts'
import { examinerOf } from '../session/record-check.ts'
import { type RecordStream, type SourcePorts, SourceStream } from '../session/record-source.ts'
import { type BackupStart, checkStart } from '../session/session-start.ts'
import type { RunningSession } from '../session/session-book.ts'
import type { SpoolPlace } from '../session/spool-places.ts'
import { statusLine } from './status-lines.ts'

export interface SessionPorts extends SourcePorts {
  /** Name of this daemon. */
  readonly daemon: string
  readonly clock: Clock
  readonly table: DeviceTable
  readonly slots: DeviceSlots
  readonly ended: EndedJobs
  readonly policy: CommitPolicy
  readonly bandwidth: Bandwidth
  readonly spools: ReadonlyMap<string, SpoolPlace>
  /** How long a session waits for its file daemon. */
  readonly clientWaitMs: number
  /** How long a Job may run; 0 for any time. */
  readonly maxJobMs: number
  readonly certificateSha256: () => string
  readonly faults: FaultPoints | undefined
}

/** The longest that a timer takes: 24 days. */
const NEVER_MS = 2 ** 31 - 1

type BackupCall = Call<BackupSessionEventInit, BackupSessionCommand>
type RestoreCall = Call<RestoreSessionEventInit, RestoreSessionCommand>

/** What the Director calls. */
export function directorSessions(
  ports: SessionPorts,
): Pick<StorageDaemonHandlers, 'backupSession' | 'restoreSession'> {
  return {
    backupSession: (call, context) => runBackup(ports, call, context),
    restoreSession: (call, context) => runRestore(ports, call, context),
  }
}

/** What the file daemon calls: its identity is the Job, and so it reaches that Job's session only. */
export function dataHandlers({ book, bandwidth }: SessionPorts): StorageDataHandlers {
  return {
    append: (call, { peer }) =>
      book.getBackup(peer.name).append(pacedStream(call, bandwidth.find(peer.name))),
    read: (_, { peer }) => paced(book.getRestore(peer.name).read(), bandwidth.find(peer.name)),
  }
}

/** Records that are taken no faster than the Job may send them. */
function pacedStream(stream: RecordStream, throttle: Throttle | undefined): RecordStream {
  return {
    receive: async () => {
      const batch = await stream.receive()
      if (batch !== undefined) await throttle?.take(batch.length)
      return batch
    },
    send: (event) => stream.send(event),
  }
}

async function runBackup(
  ports: SessionPorts,
  call: BackupCall,
  { signal, peer }: CallContext,
): Promise<void> {
  const start = checkStart(await receiveStart(call))
  const wish = { name: start.device, mediaType: start.mediaType, use: 'write' } as const
  const device = ports.slots.choose(findDevices(ports.table, wish))
  const control = new BackupControl(call)
  const { daemon, clock, slots, policy, faults, book } = ports
  const session = new BackupSession({
    start,
    key: new Secret(start.key),
    session: book.nextKey(),
    control,
    device,
    slots,
    policy: policyOf(policy, start.spoolAttributes),
    spool: start.spoolData ? ports.spools.get(device.name) : undefined,
    clock,
    daemon,
    faults,
  })
  await withSession(ports, start.job.job, { kind: 'backup', session }, async () => {
    const giveUp = (): void => {
      control.fail(toCofferError(signal.reason))
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
    const stopWaiting = waitForClient(ports, session)
    try {
      await control.send({
        event: 'opened',
        opened: { ...opened(ports, session), volumeFamily: session.device.family },
      })
      void control.listen()
      void control.lost.then((reason) => session.end(reason))
      void control.ended.then(() => session.endAfterStream())
      const throttle = openThrottle(ports, start, peer.name)
      if (start.sources.length > 0)
        await appendFrom(session, new SourceStream(start.sources, ports), throttle)
      await session.ended
    } finally {
      stopWaiting()
      signal.removeEventListener('abort', giveUp)
    }
  })
}

/** One commit at the end, unless so many attributes wait that they would fill the memory. */
function policyOf(policy: CommitPolicy, spoolAttributes: boolean): CommitPolicy {
  return spoolAttributes ? { ...policy, everyBytes: Infinity, everyMs: NEVER_MS } : policy
}

/** A file daemon keeps to the limit of the Job by itself; a copy has none. */
function openThrottle(
  { bandwidth }: SessionPorts,
  { job, sources }: BackupStart,
  director: string,
): Throttle {
  const limit = sources.length > 0 ? job.maxBandwidth : 0
  return bandwidth.open(job.job, { director, job: limit })
}

/** In place of a file daemon that calls. What goes wrong ends the session, which tells the Director. */
async function appendFrom(
  session: BackupSession,
  stream: SourceStream,
  throttle: Throttle,
): Promise<void> {
  try {
    await session.append(pacedStream(stream, throttle)).catch(() => undefined)
  } finally {
    await stream.close()
  }
}

async function runRestore(
  ports: SessionPorts,
  call: RestoreCall,
  { signal, peer }: CallContext,
): Promise<void> {
  const start = checkStart(await receiveRestoreStart(call))
  const bootstrap = normaliseBootstrap(parseBootstrap(start.bootstrap))
  const wish = { name: start.device, mediaType: '', use: 'read' } as const
  const devices = findDevices(ports.table, wish)
  const { daemon, clock, book, faults } = ports
  const session = new RestoreSession({
    start,
    key: new Secret(start.key),
    session: book.nextKey(),
    bootstrap,
    devices,
    call,
    clock,
    daemon,
    faults,
  })
  await withSession(ports, start.job.job, { kind: 'restore', session }, async () => {
    const giveUp = (): void => {
      void session.end(toCofferError(signal.reason))
    }
    signal.addEventListener('abort', giveUp)
    const stopWaiting =
      start.comesLater || start.verify !== '' ? () => undefined : waitForClient(ports, session)
    try {
      ports.bandwidth.open(start.job.job, { director: peer.name, job: 0 })
      await call.send({ event: 'opened', opened: opened(ports, session) })
      const examiner = examinerOf(start)
      if (examiner !== undefined) {
        await prepareZstd()
        await session.examine(examiner)
      }
      await session.ended
    } finally {
      stopWaiting()
      signal.removeEventListener('abort', giveUp)
    }
  })
}

/** Lets a file daemon reach the session while `run` runs, and remembers how it ended. */
async function withSession(
  ports: SessionPorts,
  job: string,
  running: RunningSession,
  run: () => Promise<void>,
): Promise<void> {
  const { book, ended, clock } = ports
  book.add(job, running)
  const cancelTimer = endInTime(ports, running)
  try {
    await run()
  } finally {
    cancelTimer()
    book.remove(job, running)
    ports.bandwidth.close(job)
    await ended.add({ ...statusLine(running), endMs: clock.nowMs() })
  }
}

/** Ends a session that runs longer than any Job may. */
function endInTime({ clock, maxJobMs }: SessionPorts, { session }: RunningSession): () => void {
  if (maxJobMs === 0) return () => undefined
  return clock.after(Math.min(maxJobMs, NEVER_MS), () => {
    const text = 'the Job ran longer than the Absolute Job Timeout of this storage daemon'
    void session.end(new CofferError('job-timeout', text))
  })
}

/** Ends a session whose file daemon does not come. */
function waitForClient(
  { clock, clientWaitMs }: SessionPorts,
  session: BackupSession | RestoreSession,
): () => void {
  return clock.after(clientWaitMs, () => {
    if (session.isAttached) return
    const { client } = session.start.job
    const seconds = Math.round(clientWaitMs / 1000)
    const text = `the file daemon of Client "${client}" did not come within ${seconds} seconds`
    void session.end(new CofferError('peer-lost', text))
  })
}

function opened(
  { certificateSha256 }: SessionPorts,
  session: BackupSession | RestoreSession,
): SessionOpenedInit {
  const { sessionId, sessionTime } = session.session
  return {
    volSessionId: sessionId,
    volSessionTime: sessionTime,
    device: session.device.name,
    certificateSha256: certificateSha256(),
  }
}

async function receiveRestoreStart(call: RestoreCall): Promise<RestoreSessionStart> {
  const first = await call.receive()
  if (first?.command !== 'start') {
    throw new CofferError('protocol-violation', 'a restore session begins with "start"')
  }
  const pieces = [first.start.bootstrap]
  for (let isLast = !first.start.more; !isLast; ) {
    const next = await call.receive()
    if (next?.command !== 'bootstrap') {
      throw new CofferError('protocol-violation', 'a piece of the bootstrap is missing')
    }
    pieces.push(next.bootstrap.text)
    isLast = next.bootstrap.isLast
  }
  return { ...first.start, bootstrap: pieces.join('') }
}

// The Director's end of sessions that read Volumes: for a restore, or as the source of a copy; one for each Storage.
import { CofferError, formatBootstrap, type Secret, worseStatus } from '@coffer/core'
import type {
  JobRefInit,
  RestoreSessionCommandInit,
  RestoreSessionEvent,
  RestoreSessionStartInit,
  SessionEnd,
  SessionOpened,
  StorageDaemonCalls,
  StorageTicketInit,
} from '@coffer/wire'
import { type BootstrapPiece, filesOf } from '../restore/pieces.ts'
import type { ActiveJob } from './active-job.ts'
import { bootstrapCommands } from './bootstrap-pieces.ts'
import { connectTo, heartbeatMs } from './connect.ts'
import { type NamedCall, namedCall } from './named-call.ts'
import type { DaemonLink, JobPorts } from './ports.ts'
import { missing } from './request.ts'

type StorageLink = DaemonLink<StorageDaemonCalls>

interface ReadingSession {
  readonly opened: Promise<SessionOpened>
  readonly ended: Promise<SessionEnd>
}

/** One piece of a Bootstrap, being read. */
export interface Reading {
  readonly reader: StorageLink
  /** With it a file daemon or a storage daemon fetches what is read. */
  readonly ticket: StorageTicketInit
  readonly session: ReadingSession
}

export interface ReadingWishes {
  /** Read in this order, each to its end before the next is begun. */
  readonly pieces: readonly BootstrapPiece[]
  /** The Job that reads. */
  readonly ref: JobRefInit
  readonly key: Secret
  /** Files are counted anew, through all pieces. */
  readonly isMerge: boolean
  readonly signal: AbortSignal
}

/** Connects and opens a session for each piece. Throws what keeps one from being opened. */
export async function openReadings(
  job: ActiveJob,
  ports: JobPorts,
  wishes: ReadingWishes,
): Promise<Reading[]> {
  const readings: Reading[] = []
  let firstIndex = 1
  for (const [number, piece] of wishes.pieces.entries()) {
    const reader = await connectTo(job, ports, piece.storage)
    readings.push(await openReading(job, wishes, { piece, number, reader, firstIndex }))
    firstIndex += filesOf(piece.bootstrap)
  }
  return readings
}

interface PieceInHand {
  readonly piece: BootstrapPiece
  readonly number: number
  readonly reader: StorageLink
  readonly firstIndex: number
}

async function openReading(
  job: ActiveJob,
  { ref, key, isMerge, signal }: ReadingWishes,
  { piece, number, reader, firstIndex }: PieceInHand,
): Promise<Reading> {
  const storage = job.config.storages.get(piece.storage)
  if (storage === undefined) throw missing('Storage', piece.storage)
  // One daemon may have several of them.
  const name = number === 0 ? job.job : `${job.job}.${number + 1}`
  const start = {
    job: { ...ref, job: name },
    bootstrap: formatBootstrap(piece.bootstrap),
    device: storage.device[0] ?? '',
    key: key.reveal(),
    heartbeatMs: heartbeatMs(job),
    firstIndex: isMerge ? firstIndex : 0,
    comesLater: number > 0,
  }
  const session = openSession(job, reader, start, signal)
  const { device, certificateSha256 } = await session.opened
  await job.log.info(`Using Device "${device}" to read.`)
  const ticket = {
    address: storage.address,
    port: storage.port,
    storage: storage.name,
    job: name,
    key: key.reveal(),
    certificateSha256,
  }
  return { reader, ticket, session }
}

/** The ends of all, as that of one session: the worst status, counts together. Rejects as the first that fails. */
export async function joinEnds(readings: readonly Reading[]): Promise<SessionEnd> {
  let joined: SessionEnd | undefined
  for (const { session } of readings) {
    const end = await session.ended
    joined = joined === undefined ? end : joinTwo(joined, end)
  }
  if (joined === undefined) throw new CofferError('internal-bug', 'nothing was read')
  return joined
}

type StatusLetter = Parameters<typeof worseStatus>[0]

function joinTwo(one: SessionEnd, other: SessionEnd): SessionEnd {
  const both = one.end !== null && other.end !== null
  return {
    ...other,
    end: both
      ? {
          ...one.end,
          status: worseStatus(one.end.status as StatusLetter, other.end.status as StatusLetter),
          files: one.end.files + other.end.files,
          bytes: one.end.bytes + other.end.bytes,
          errors: one.end.errors + other.end.errors,
        }
      : (one.end ?? other.end),
    volumes: [...one.volumes, ...other.volumes],
    missing: [...one.missing, ...other.missing],
  }
}

/** Both promises reject with what broke the session; nobody has to await both. */
function openSession(
  job: ActiveJob,
  storage: StorageLink,
  start: RestoreSessionStartInit,
  signal: AbortSignal,
): ReadingSession {
  const call = namedCall(storage.calls.restoreSession({ signal }), storage.peerName)
  const commands = bootstrapCommands(start.bootstrap ?? '', start)
  return runSession(job, call, commands, storage.peerName)
}

function runSession(
  job: ActiveJob,
  call: NamedCall<RestoreSessionCommandInit, RestoreSessionEvent>,
  commands: readonly RestoreSessionCommandInit[],
  peerName: string,
): ReadingSession {
  const closedEarly = (what: string): CofferError =>
    new CofferError('job-protocol', `${peerName} closed the session ${what}`)
  let open: (opened: SessionOpened) => void = () => undefined
  const opening = new Promise<SessionOpened>((resolve) => {
    open = resolve
  })
  const run = async (): Promise<SessionEnd> => {
    for (const command of commands) await call.send(command)
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

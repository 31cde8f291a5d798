// The steps of a restore: storage reads what the bootstrap names, the file daemon writes it.
import { CofferError, parseBootstrap, Secret, volumesOf } from '@coffer/core'
import type {
  FileDaemonCalls,
  RestoreSessionCommandInit,
  RestoreSessionEvent,
  SessionEnd,
  SessionOpened,
  StorageDaemonCalls,
} from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import { connectFiled, connectStorage, heartbeatMs, jobRef, storageResource } from './connect.ts'
import { runFiledSession } from './filed-session.ts'
import { nameMissingFiles } from './missing-files.ts'
import { type NamedCall, namedCall } from './named-call.ts'
import { awaitBoth, isGoodEnd } from './pair.ts'
import type { DaemonLink, JobPorts } from './ports.ts'
import type { RestoreOptions } from './request.ts'

/** Runs a restore to both daemons' ends, which it leaves in the Job's facts. Throws what keeps it from starting. */
export async function runRestore(job: ActiveJob, ports: JobPorts): Promise<void> {
  const { restore } = job.request
  if (restore === undefined) {
    throw new CofferError(
      'restore-without-bootstrap',
      `Job "${job.request.jobName}" was not told what to restore`,
    )
  }
  await job.log.info(`Start Restore Job ${job.job}`)
  ports.desk.read(job.jobId, volumesOf(parseBootstrap(restore.bootstrap)))
  const storage = await connectStorage(job, ports)
  const stopStorage = new AbortController()
  const stopFiled = new AbortController()
  const key = new Secret(ports.mintKey())
  const session = openSession({ job, storage, restore, key, signal: stopStorage.signal })
  try {
    const opened = await session.opened
    await job.log.info(`Using Device "${opened.device}" to read.`)
    const filed = await connectFiled(job, ports)
    await awaitBoth({
      job,
      clock: ports.clock,
      filed: startFiled({ job, filed, ports, restore, key, opened, signal: stopFiled.signal }),
      storage: session.ended,
      stopFiled,
      stopStorage,
      endStorage: async () => {
        // A file daemon that ended badly will fetch nothing more.
        if (!isGoodEnd(job.facts.filed)) stopStorage.abort()
      },
      onFailure: (error) => job.log.write('fatal', error.message, error.code),
    })
  } finally {
    stopFiled.abort()
    stopStorage.abort()
  }
  const end = await session.ended.catch(() => undefined)
  await nameMissingFiles(job, ports, end?.missing ?? [])
  await compareCounts(job, restore)
}

interface SessionParts {
  readonly job: ActiveJob
  readonly storage: DaemonLink<StorageDaemonCalls>
  readonly restore: RestoreOptions
  readonly key: Secret
  readonly signal: AbortSignal
}

function openSession(parts: SessionParts): RestoreSession {
  const { job, storage, restore, key, signal } = parts
  const call = namedCall(storage.calls.restoreSession({ signal }), storage.peerName)
  const [bootstrap = '', ...pieces] = cutText(restore.bootstrap, PIECE_CHARACTERS)
  const start: RestoreSessionCommandInit = {
    command: 'start',
    start: {
      job: jobRef(job),
      bootstrap,
      more: pieces.length > 0,
      device: storageResource(job).device[0] ?? '',
      key: key.reveal(),
      heartbeatMs: heartbeatMs(job),
    },
  }
  const rest = pieces.map((text, index) => ({ text, isLast: index === pieces.length - 1 }))
  const commands = rest.map((piece) => ({ command: 'bootstrap' as const, bootstrap: piece }))
  return runRestoreSession(job, call, [start, ...commands], storage.peerName)
}

/** Whatever its characters are, a message takes it. */
const PIECE_CHARACTERS = 1024 * 1024

function cutText(text: string, pieceCharacters: number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    // Behind a line where there is one, so that no character is cut in two.
    const line = text.lastIndexOf('\n', at + pieceCharacters - 1) + 1
    const end = at + pieceCharacters >= text.length || line <= at ? at + pieceCharacters : line
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}

interface RestoreSession {
  readonly opened: Promise<SessionOpened>
  readonly ended: Promise<SessionEnd>
}

function runRestoreSession(
  job: ActiveJob,
  call: NamedCall<RestoreSessionCommandInit, RestoreSessionEvent>,
  commands: readonly RestoreSessionCommandInit[],
  peerName: string,
): RestoreSession {
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
  // Whoever awaits them sees the failure; nobody has to await both.
  for (const promise of [opened, ended]) promise.catch(() => undefined)
  return { opened, ended }
}

interface FiledParts {
  readonly job: ActiveJob
  readonly filed: DaemonLink<FileDaemonCalls>
  readonly ports: JobPorts
  readonly restore: RestoreOptions
  readonly key: Secret
  readonly opened: SessionOpened
  readonly signal: AbortSignal
}

function startFiled({ job, filed, ports, restore, key, opened, signal }: FiledParts) {
  const resource = storageResource(job)
  return runFiledSession({
    call: filed.calls.restore({ signal }),
    start: {
      command: 'start',
      start: {
        job: jobRef(job),
        storage: {
          address: resource.address,
          port: resource.port,
          storage: resource.name,
          job: job.job,
          key: key.reveal(),
          certificateSha256: opened.certificateSha256,
        },
        where: restore.where ?? '',
        replace: restore.replace,
        regexWhere: restore.regexWhere ?? '',
        stripPrefix: restore.stripPrefix ?? '',
        addPrefix: restore.addPrefix ?? '',
        addSuffix: restore.addSuffix ?? '',
        filesExpected: restore.filesExpected,
        heartbeatMs: heartbeatMs(job),
      },
    },
    peerName: filed.peerName,
    log: job.log,
    onReady: async ({ version, os }) => {
      job.facts.uname = `${version} ${os}`
      await ports.catalog.clients.setUname(job.request.client, job.facts.uname)
    },
    onProgress: (progress) => {
      job.setProgress(progress)
    },
  })
}

async function compareCounts(job: ActiveJob, { filesExpected }: RestoreOptions): Promise<void> {
  const restored = job.facts.filed?.files
  if (restored === undefined || filesExpected === 0 || restored === filesExpected) return
  await job.log.write(
    'warning',
    `File count mismatch: expected=${filesExpected} , restored=${restored}`,
  )
}

// The steps of a restore: storage reads what the bootstrap names, the file daemon writes it.
import { CofferError, Secret, volumesOf } from '@coffer/core'
import type { FileDaemonCalls } from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import { connectFiled, heartbeatMs, jobRef } from './connect.ts'
import { readableBootstrap } from './copy-fallback.ts'
import { runFiledSession } from './filed-session.ts'
import { nameMissingFiles } from './missing-files.ts'
import { awaitBoth, isGoodEnd } from './pair.ts'
import type { DaemonLink, JobPorts } from './ports.ts'
import { joinEnds, openReadings, type Reading } from './reading-session.ts'
import type { RestoreOptions } from './request.ts'
import { piecesOf } from './transfer-place.ts'

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
  const bootstrap = await readableBootstrap(job, ports, restore)
  ports.desk.read(job.jobId, volumesOf(bootstrap))
  const fallback = job.facts.storage.name
  const pieces = piecesOf(job.config, bootstrap).map((piece) => {
    return { ...piece, storage: job.config.storages.has(piece.storage) ? piece.storage : fallback }
  })
  const stopStorage = new AbortController()
  const stopFiled = new AbortController()
  try {
    const readings = await openReadings(job, ports, {
      pieces,
      ref: jobRef(job),
      key: new Secret(ports.mintKey()),
      isMerge: false,
      signal: stopStorage.signal,
    })
    const ended = joinEnds(readings)
    ended.catch(() => undefined)
    const filed = await connectFiled(job, ports)
    await awaitBoth({
      job,
      clock: ports.clock,
      filed: startFiled({ job, filed, ports, restore, readings, signal: stopFiled.signal }),
      storage: ended,
      stopFiled,
      stopStorage,
      endStorage: async () => {
        // A file daemon that ended badly will fetch nothing more.
        if (!isGoodEnd(job.facts.filed)) stopStorage.abort()
      },
      onFailure: (error) => job.log.write('fatal', error.message, error.code),
    })
    const end = await ended.catch(() => undefined)
    await nameMissingFiles(job, ports, end?.missing ?? [])
  } finally {
    stopFiled.abort()
    stopStorage.abort()
  }
  await compareCounts(job, restore)
}

interface FiledParts {
  readonly job: ActiveJob
  readonly filed: DaemonLink<FileDaemonCalls>
  readonly ports: JobPorts
  readonly restore: RestoreOptions
  readonly readings: readonly Reading[]
  readonly signal: AbortSignal
}

function startFiled({ job, filed, ports, restore, readings, signal }: FiledParts) {
  const [storage, ...moreStorages] = readings.map(({ ticket }) => ticket)
  return runFiledSession({
    call: filed.calls.restore({ signal }),
    start: {
      command: 'start',
      start: {
        job: jobRef(job),
        ...(storage === undefined ? {} : { storage }),
        moreStorages,
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

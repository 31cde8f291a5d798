// The steps of a backup: level, Pool and storage; both daemons; attributes into the Catalog as they become durable.
import { JOB_LEVELS, Secret } from '@coffer/core'
import type {
  BackupCommandInit,
  FileDaemonCalls,
  SessionOpened,
  StorageDaemonCalls,
} from '@coffer/wire'
import type { AttributeSession } from '../catalog/attributes.ts'
import { baseChain, comparesState, sendPieces } from './accurate.ts'
import type { ActiveJob } from './active-job.ts'
import { startClones } from './clones.ts'
import { connectFiled, connectStorage, heartbeatMs, jobRef, storageResource } from './connect.ts'
import { filesetMessage } from './fileset.ts'
import { cutFileset } from './fileset-pieces.ts'
import { runFiledSession } from './filed-session.ts'
import { settleLevel } from './history.ts'
import { awaitBoth } from './pair.ts'
import type { JobSize } from './progress.ts'
import type { DaemonLink, JobPorts } from './ports.ts'
import { missing, placeOf } from './request.ts'
import { StorageSession } from './storage-session.ts'
import { runVirtualFull } from './virtual-full.ts'
import { volumeMessage } from './volume-desk.ts'
import { volumeNeed } from './volume-need.ts'
import { waitForVolume } from './volume-wait.ts'

/** Runs a backup to both daemons' ends, which it leaves in the Job's facts. Throws what keeps it from starting. */
export async function runBackup(job: ActiveJob, ports: JobPorts): Promise<void> {
  await settleLevel(job, ports)
  if (job.level === JOB_LEVELS.virtualFull.letter) {
    await runVirtualFull(job, ports)
    return
  }
  await settlePlace(job, ports)
  job.expected = await expectedSize(job, ports)
  await startClones(job, ports)
  await job.log.info(`Start Backup JobId ${job.jobId}, Job=${job.job}`)
  const storage = await connectStorage(job, ports)
  const filed = await connectFiled(job, ports)
  const attributes = await ports.catalog.attributes.session(job.jobId)
  try {
    await runSessions({ job, ports, storage, filed, attributes })
    await keepAttributes(job, attributes)
  } finally {
    await attributes.discard()
    job.facts.committedFiles = attributes.committed.files
  }
}

interface Parts {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly storage: DaemonLink<StorageDaemonCalls>
  readonly filed: DaemonLink<FileDaemonCalls>
  readonly attributes: AttributeSession
}

/** The Pool and the storage that the final level leads to. */
async function settlePlace(job: ActiveJob, { catalog }: JobPorts): Promise<void> {
  const { pool, storage } = placeOf(job.config, job.request, job.level)
  job.facts.pool = pool
  job.facts.storage = storage
  const row = await catalog.pools.find(pool.name)
  if (row === undefined) throw missing('Pool', pool.name)
  await catalog.jobs.update(job.jobId, { level: job.level, poolId: row.poolId })
}

/** For displays: as much as the last good Job of this name and level had. */
async function expectedSize(
  { request, level }: ActiveJob,
  { catalog }: JobPorts,
): Promise<JobSize | undefined> {
  const [last] = await catalog.jobs.list({
    name: request.jobName,
    client: request.client,
    levels: [level],
    statuses: ['T', 'W'],
    order: 'desc',
    limit: 1,
  })
  return last === undefined ? undefined : { files: last.files, bytes: last.bytes }
}

async function runSessions(parts: Parts): Promise<void> {
  const { job, ports } = parts
  const key = new Secret(ports.mintKey())
  const stopStorage = new AbortController()
  const stopFiled = new AbortController()
  const session = await openSession(parts, key, stopStorage.signal)
  try {
    const opened = await session.opened
    await noteOpened(job, ports, opened)
    const filed = startFiled(parts, { key, opened, signal: stopFiled.signal })
    await awaitBoth({
      job,
      clock: ports.clock,
      filed,
      storage: session.ended,
      stopFiled,
      stopStorage,
      endStorage: () => session.end(),
      onFailure: (error) => job.log.write('fatal', error.message, error.code),
    })
  } finally {
    stopFiled.abort()
    stopStorage.abort()
  }
}

async function openSession(
  { job, ports, storage, attributes }: Parts,
  key: Secret,
  signal: AbortSignal,
): Promise<StorageSession> {
  const resource = storageResource(job)
  const pool = await ports.catalog.pools.find(job.facts.pool.name)
  return new StorageSession({
    call: storage.calls.backupSession({ signal }),
    start: {
      job: jobRef(job),
      device: resource.device[0] ?? '',
      mediaType: resource.mediaType,
      pool: job.facts.pool.name,
      poolType: pool?.poolType ?? 'Backup',
      key: key.reveal(),
      filesetMd5: job.facts.filesetMd5,
      heartbeatMs: heartbeatMs(job),
      ...spoolWish(job),
    },
    peerName: storage.peerName,
    log: job.log,
    attributes,
    findVolume: async ({ mounted, unusable, mediaType }) => {
      const need = { ...(await volumeNeed(job, ports)), mounted, unusable }
      const wanted = mediaType === '' ? need : { ...need, mediaType }
      const volume = await waitForVolume(job, wanted, ports.desk, ports.clock)
      return { volume: volumeMessage(volume) }
    },
    onVolume: async (volume) => {
      await job.log.notes(await ports.desk.report(job.jobId, volume))
    },
    onProgress: () => undefined,
  })
}

function spoolWish({ request, config }: ActiveJob) {
  const resource = config.jobs.get(request.jobName)
  const { spoolData } = request
  return {
    spoolData,
    spoolSize: resource?.spoolSize ?? 0,
    spoolAttributes: resource?.spoolAttributes === true,
  }
}

async function noteOpened(
  job: ActiveJob,
  { catalog }: JobPorts,
  { volSessionId, volSessionTime, device }: SessionOpened,
): Promise<void> {
  job.facts.volSessionId = volSessionId
  job.facts.volSessionTime = volSessionTime
  await catalog.jobs.update(job.jobId, { volSessionId, volSessionTime })
  await job.log.info(`Using Device "${device}" to write.`)
}

async function startFiled(
  { job, ports, filed }: Parts,
  ticket: { readonly key: Secret; readonly opened: SessionOpened; readonly signal: AbortSignal },
) {
  const fileset = job.config.filesets.get(job.request.fileset)
  if (fileset === undefined) throw missing('FileSet', job.request.fileset)
  const resource = storageResource(job)
  const message = await filesetMessage(fileset, {
    allowCompression: resource.allowCompression,
    volumeFamily: ticket.opened.volumeFamily,
    runCommand: ports.runCommand,
    signal: job.signal,
  })
  const { first, pieces } = cutFileset(message)
  const chain = comparesState(job) ? await baseChain(job, ports) : undefined
  const hasMore = pieces.length > 0 || chain !== undefined
  return runFiledSession<BackupCommandInit>({
    call: filed.calls.backup({ signal: ticket.signal }),
    more: hasMore ? (send) => sendPieces({ job, ports }, pieces, chain, send) : undefined,
    start: {
      command: 'start',
      start: {
        job: jobRef(job),
        sinceMs: job.facts.sinceMs,
        directorMs: ports.clock.nowMs(),
        fileset: first,
        storage: {
          address: resource.address,
          port: resource.port,
          storage: resource.name,
          job: job.job,
          key: ticket.key.reveal(),
          certificateSha256: ticket.opened.certificateSha256,
        },
        accurate: chain !== undefined,
        more: hasMore,
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

/** Storage has ended: what it held back of the attributes goes in as well. */
async function keepAttributes(job: ActiveJob, attributes: AttributeSession): Promise<void> {
  const { storageEnd } = job.facts
  if (storageEnd === undefined) return
  job.setStatus('i')
  await job.log.info(`Insert of attributes batch table with ${storageEnd.files} entries start`)
  await attributes.end()
  await job.log.info('Insert of attributes batch table done')
}

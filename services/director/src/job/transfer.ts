// Records from Volumes to Volumes: a session that reads for each piece, and the session that appends what they read.
import { type Clock, CofferError, Secret, toCofferError } from '@coffer/core'
import type { JobRefInit, RecordSourceInit, SessionOpened, StorageDaemonCalls } from '@coffer/wire'
import type { AttributeSession } from '../catalog/attributes.ts'
import type { BootstrapPiece } from '../restore/pieces.ts'
import type { ActiveJob } from './active-job.ts'
import { connectStorage, heartbeatMs } from './connect.ts'
import { isGoodEnd } from './pair.ts'
import type { DaemonLink, JobPorts } from './ports.ts'
import { joinEnds, openReadings, type Reading } from './reading-session.ts'
import { missing } from './request.ts'
import { StorageSession } from './storage-session.ts'
import { volumeMessage } from './volume-desk.ts'
import { volumeNeed } from './volume-need.ts'
import { waitForVolume } from './volume-wait.ts'

export interface TransferPlan {
  /** What is read, in this order. */
  readonly pieces: readonly BootstrapPiece[]
  /** The Job that the labels on the Volumes name, and whose files the Catalog gets. */
  readonly target: JobRefInit & { readonly jobId: number }
  /** Files are counted anew: several Jobs become one. */
  readonly isMerge: boolean
  /** Volumes that are read: nothing is written to them meanwhile. */
  readonly volumes: readonly string[]
}

/** How long the other end may take when one has ended, well or not. */
const GRACE_MS = { afterGood: 600_000, afterBad: 60_000 } as const

type StorageLink = DaemonLink<StorageDaemonCalls>

interface Parts {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly plan: TransferPlan
  readonly attributes: AttributeSession
  readonly key: Secret
  readonly stopReading: AbortController
  readonly stopWriting: AbortController
}

/**
 * Runs to both ends, which it leaves in the Job's facts; the Pool and the Storage of the facts are where it writes.
 * Throws what keeps it from starting. What is read stays as it is whatever happens.
 */
export async function runTransfer(
  job: ActiveJob,
  ports: JobPorts,
  plan: TransferPlan,
): Promise<void> {
  const attributes = await ports.catalog.attributes.session(plan.target.jobId)
  const stopReading = new AbortController()
  const stopWriting = new AbortController()
  const key = new Secret(ports.mintKey())
  try {
    await run({ job, ports, plan, attributes, key, stopReading, stopWriting })
    if (job.facts.storageEnd !== undefined) await attributes.end()
  } finally {
    stopReading.abort()
    stopWriting.abort()
    await attributes.discard()
    job.facts.committedFiles = attributes.committed.files
  }
}

async function run(parts: Parts): Promise<void> {
  const { job, ports, plan } = parts
  ports.desk.read(job.jobId, plan.volumes)
  const readings = await openReadings(job, ports, {
    pieces: plan.pieces,
    ref: { ...plan.target, jobId: job.jobId },
    key: parts.key,
    isMerge: plan.isMerge,
    signal: parts.stopReading.signal,
  })
  const writer = await connectStorage(job, ports)
  const sources = readings.map(({ reader, ticket }) => {
    return { ticket, here: reader.host === writer.host && reader.port === writer.port }
  })
  const session = await openWriting(parts, writer, sources)
  await noteOpened(parts, await session.opened)
  await awaitEnds(parts, session, readings)
}

async function openWriting(
  { job, ports, plan, attributes, key, stopWriting }: Parts,
  writer: StorageLink,
  sources: readonly RecordSourceInit[],
): Promise<StorageSession> {
  const { pool, storage } = job.facts
  const resource = job.config.storages.get(storage.name)
  if (resource === undefined) throw missing('Storage', storage.name)
  const poolRow = await ports.catalog.pools.find(pool.name)
  return new StorageSession({
    call: writer.calls.backupSession({ signal: stopWriting.signal }),
    start: {
      job: plan.target,
      device: resource.device[0] ?? '',
      mediaType: resource.mediaType,
      pool: pool.name,
      poolType: poolRow?.poolType ?? 'Backup',
      key: key.reveal(),
      filesetMd5: job.facts.filesetMd5,
      heartbeatMs: heartbeatMs(job),
      sources: [...sources],
    },
    peerName: writer.peerName,
    log: job.log,
    attributes,
    findVolume: async ({ mounted, unusable, mediaType }) => {
      const found = await volumeNeed(job, ports)
      const need = { ...found, mounted, unusable: [...unusable, ...plan.volumes] }
      const wanted = mediaType === '' ? need : { ...need, mediaType }
      const volume = await waitForVolume(job, wanted, ports.desk, ports.clock)
      return { volume: volumeMessage(volume) }
    },
    onVolume: async (volume) => {
      await job.log.notes(await ports.desk.report(job.jobId, volume))
    },
    onProgress: (progress) => {
      job.setProgress(progress)
    },
  })
}

async function noteOpened({ job, ports, plan }: Parts, opened: SessionOpened): Promise<void> {
  const { volSessionId, volSessionTime, device } = opened
  job.facts.volSessionId = volSessionId
  job.facts.volSessionTime = volSessionTime
  await ports.catalog.jobs.update(plan.target.jobId, { volSessionId, volSessionTime })
  await job.log.info(`Using Device "${device}" to write.`)
}

/** No end outlives the others for long; a canceled Job stops reading, and what was written gets its label. */
async function awaitEnds(
  parts: Parts,
  writing: StorageSession,
  readings: readonly Reading[],
): Promise<void> {
  const { job, ports, stopReading, stopWriting } = parts
  const cancel = (): void => {
    stopReading.abort(job.signal.reason)
    stopLater(ports.clock, stopWriting, GRACE_MS.afterBad, writing.ended)
  }
  if (job.signal.aborted) cancel()
  job.signal.addEventListener('abort', cancel)
  try {
    await Promise.all([
      awaitWriter(parts, writing, readings),
      awaitReaders(parts, writing, readings),
    ])
  } finally {
    job.signal.removeEventListener('abort', cancel)
  }
}

async function awaitWriter(
  parts: Parts,
  writing: StorageSession,
  readings: readonly Reading[],
): Promise<void> {
  const { job, ports, stopReading, stopWriting } = parts
  let isGood = false
  try {
    const end = await writing.ended
    const { facts } = job
    facts.storageEnd = end.end ?? undefined
    facts.volumes = end.volumes
    facts.lastVolumeBytes = end.lastVolumeBytes
    isGood = isGoodEnd(end.end)
  } catch (error) {
    await fail(parts, error, stopWriting.signal)
  }
  const all = Promise.allSettled(readings.map(({ session }) => session.ended))
  const graceMs = isGood ? GRACE_MS.afterGood : GRACE_MS.afterBad
  stopLater(ports.clock, stopReading, graceMs, all)
}

async function awaitReaders(
  parts: Parts,
  writing: StorageSession,
  readings: readonly Reading[],
): Promise<void> {
  const { job, ports, stopReading, stopWriting } = parts
  try {
    const { end } = await joinEnds(readings)
    job.facts.readEnd = end ?? undefined
  } catch (error) {
    await fail(parts, error, stopReading.signal)
    stopReading.abort()
    stopLater(ports.clock, stopWriting, GRACE_MS.afterBad, writing.ended)
  }
}

function stopLater(
  clock: Clock,
  stop: AbortController,
  afterMs: number,
  ended: Promise<unknown>,
): void {
  const cancelStop = clock.after(afterMs, () => {
    stop.abort(new CofferError('job-part-late', 'a storage daemon did not end in time'))
  })
  void ended.catch(() => undefined).finally(cancelStop)
}

/** The first failure is the Job's; what follows from it, and from stopping, is none. */
async function fail({ job }: Parts, thrown: unknown, stop: AbortSignal): Promise<void> {
  if (job.signal.aborted) return
  const error: unknown = stop.aborted ? stop.reason : toCofferError(thrown)
  if (!(error instanceof CofferError)) return
  job.fail(error)
  await job.log.write('fatal', error.message, error.code)
}

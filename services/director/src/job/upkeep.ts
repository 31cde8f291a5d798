// What a backup does for the Catalog when it has ended well: prunes records of its Client, frees Volumes of its Pool.
import { formatDuration, JOB_TYPES, type JobStatusLetter, messageOf } from '@coffer/core'
import type { VolumeRow } from '../catalog/media.ts'
import { truncateAt } from '../peers/truncate-call.ts'
import { pruneRecords } from '../pool/pruning.ts'
import { type RecordKind, recordRetention } from '../pool/record-retention.ts'
import {
  storageOfVolume,
  TRUNCATE_ON_PURGE,
  type TruncationPorts,
  truncateVolume,
} from '../pool/truncation.ts'
import { isPrunableStatus } from '../pool/volume-state.ts'
import type { ActiveJob } from './active-job.ts'
import type { JobPorts } from './ports.ts'

/** Never rejects: what goes wrong is a warning in the log of a Job that has ended. */
export async function keepUp(
  job: ActiveJob,
  status: JobStatusLetter,
  ports: JobPorts,
): Promise<void> {
  if (job.type !== JOB_TYPES.backup.letter || (status !== 'T' && status !== 'W')) return
  try {
    await pruneClient(job, ports)
    await freeSpace(job, ports)
  } catch (error) {
    await job.log.write('warning', `Pruning after the Job failed: ${messageOf(error)}`)
  }
}

async function pruneClient(job: ActiveJob, ports: JobPorts): Promise<void> {
  const { config, request } = job
  const isAuto = config.clients.get(request.client)?.autoPrune === true
  const wishes = config.jobs.get(request.jobName)
  if (isAuto || wishes?.pruneJobs === true) await pruneKind('jobs', job, ports)
  if (isAuto || wishes?.pruneFiles === true) await pruneKind('files', job, ports)
}

async function pruneKind(
  what: RecordKind,
  job: ActiveJob,
  { catalog, clock }: JobPorts,
): Promise<void> {
  const { config, facts, request, log } = job
  const names = { client: request.client, pool: facts.pool.name }
  const retentionSeconds = recordRetention(config, what, names)
  if (retentionSeconds === undefined) return
  const word = what === 'jobs' ? 'Jobs' : 'Files'
  await log.info(`Begin pruning ${word} older than ${formatDuration(retentionSeconds)}.`)
  const rule = { what, clientId: facts.clientId, retentionSeconds }
  const pruned = await pruneRecords(catalog, rule, clock.nowMs())
  const these = what === 'jobs' ? `${pruned.length} Jobs` : `Files from ${pruned.length} Jobs`
  await log.info(
    pruned.length === 0
      ? `No ${word} found to prune.`
      : `Pruned ${these} for client ${request.client} from catalog.`,
  )
}

/** Where purged Volumes are truncated and the Pool prunes, nothing that has expired keeps its space for long. */
async function freeSpace(job: ActiveJob, ports: JobPorts): Promise<void> {
  const { catalog, desk } = ports
  const pool = job.config.pools.get(job.facts.pool.name)
  if (pool?.autoPrune !== true) return
  const volumes = await catalog.media.list({ pool: pool.name, enabledOnly: true })
  const candidates = volumes.filter(
    ({ status, actionOnPurge }) => actionOnPurge === TRUNCATE_ON_PURGE && isPrunableStatus(status),
  )
  for (const candidate of candidates) {
    const { volume, jobIds } = await desk.free(candidate)
    if (volume === undefined) continue
    await job.log.info(`Pruned volume "${volume.name}": JobIds ${jobIds.join(',')}.`)
    await truncate(job, volume, ports)
  }
}

async function truncate(
  job: ActiveJob,
  volume: VolumeRow,
  { catalog, desk, links }: JobPorts,
): Promise<void> {
  const { config, signal } = job
  const storage = storageOfVolume(config, volume)
  if (storage === undefined) return
  const ports: TruncationPorts = {
    catalog,
    withVolumes: (action) => desk.exclusively(action),
    truncate: (at, row) => truncateAt(links, config, { storage: at, volume: row, signal }),
  }
  const { isDone, text } = await truncateVolume(ports, storage, volume.name)
  if (isDone) await job.log.info(`The volume '${volume.name}' has been truncated.`)
  else await job.log.write('warning', `Failed to truncate volume '${volume.name}': ${text}`)
}

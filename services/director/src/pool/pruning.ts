// Deletes from the Catalog what retention.ts lets go, and makes the Volumes that it leaves empty free.
import { dateTimeText, jobLevelText } from '@coffer/core'
import type { Catalog } from '../catalog/catalog.ts'
import type { VolumeRow } from '../catalog/media.ts'
import {
  findFreeable,
  findOrphans,
  judgeRetention,
  judgeVolume,
  type RetainedJob,
  type Verdict,
  type VolumeVerdict,
  withDependents,
} from './retention.ts'
import { isPrunableStatus } from './volume-state.ts'

export type PruningCatalog = Pick<Catalog, 'media' | 'purge' | 'retention'>

interface PrunedVolume extends VolumeVerdict {
  /** The Volume as it is when nothing is left on it: Purged, in its Recycle Pool. Undefined while something is. */
  readonly purged: VolumeRow | undefined
}

/** Deletes what may go from a Volume that takes no more data, and makes it Purged when nothing is left. */
export async function pruneVolume(
  catalog: PruningCatalog,
  volume: VolumeRow,
  nowMs: number,
): Promise<PrunedVolume> {
  const jobs = await catalog.retention.ofVolumes([volume.mediaId])
  const verdicts = judgeRetention(jobs, { nowMs })
  const verdict = judgeVolume(volume.mediaId, jobs, verdicts)
  await catalog.purge.deleteJobs(withDependents(jobs, verdicts, verdict.expired))
  const isFree = verdict.kept.length === 0 && isPrunableStatus(volume.status)
  return { ...verdict, purged: isFree ? await markPurged(catalog, volume) : undefined }
}

/** The first of the Volumes that pruning frees, freed; undefined when it frees none, with the reason in words. */
export async function freeVolume(
  catalog: PruningCatalog,
  volumes: readonly VolumeRow[],
  nowMs: number,
): Promise<
  | { readonly volume: VolumeRow; readonly jobIds: readonly number[] }
  | { readonly volume: undefined; readonly jobIds: readonly number[]; readonly reason: string }
> {
  const jobs = await catalog.retention.ofVolumes(volumes.map(({ mediaId }) => mediaId))
  const found = findFreeable(volumes, jobs, nowMs)
  if (found === undefined) {
    return { volume: undefined, jobIds: [], reason: whyKept(volumes, jobs, nowMs) }
  }
  await catalog.purge.deleteJobs(found.jobIds)
  return { volume: await markPurged(catalog, found.volume), jobIds: found.jobIds }
}

interface PurgedVolume {
  readonly volume: VolumeRow
  readonly jobIds: readonly number[]
  /** Good backups that cannot be restored any more, because Jobs of their chains went. */
  readonly orphans: readonly number[]
}

/** Deletes all Jobs of a Volume whatever their retention, and makes it Purged. */
export async function purgeVolume(
  catalog: PruningCatalog,
  volume: VolumeRow,
): Promise<PurgedVolume> {
  const jobs = await catalog.retention.ofVolumes([volume.mediaId])
  const jobIds = await catalog.purge.purgeVolume(volume.name)
  const orphans = findOrphans(jobs, new Set(jobIds))
  return { volume: await markPurged(catalog, volume), jobIds, orphans }
}

/** Which records of a Client are pruned, and how old they have to be. */
interface RecordPruning {
  readonly what: 'jobs' | 'files'
  readonly clientId: number
  readonly retentionSeconds: number
  /** Only Jobs of this Pool. */
  readonly poolId?: number
}

/** Deletes Jobs of a Client, or only their files, that are expired by another retention than that of their Volumes. */
export async function pruneRecords(
  catalog: PruningCatalog,
  { what, clientId, retentionSeconds, poolId }: RecordPruning,
  nowMs: number,
): Promise<readonly number[]> {
  const jobs = await catalog.retention.ofClient(clientId, retentionSeconds)
  const verdicts = judgeRetention(jobs, { nowMs, keepsNewest: true })
  const expired = jobs
    .filter((job) => poolId === undefined || job.poolId === poolId)
    .filter((job) => what === 'jobs' || !job.hasPurgedFiles)
    .filter((job) => verdicts.get(job.jobId)?.kind === 'expired')
    .map(({ jobId }) => jobId)
  const gone = withDependents(jobs, verdicts, expired)
  await (what === 'jobs' ? catalog.purge.deleteJobs(gone) : catalog.purge.purgeFiles(expired))
  return expired
}

/** Good backups that could not be restored without these Jobs. */
export async function orphansOf(
  catalog: Pick<Catalog, 'retention'>,
  jobIds: readonly number[],
): Promise<readonly number[]> {
  return findOrphans(await catalog.retention.ofJobs(jobIds), new Set(jobIds))
}

/** Nothing needs the Volume any more: Purged, and moved to its Recycle Pool, whose limits it then has. */
async function markPurged(
  { media }: Pick<Catalog, 'media'>,
  volume: VolumeRow,
): Promise<VolumeRow> {
  const { recyclePoolId, poolId, name } = volume
  const moves = recyclePoolId !== 0 && recyclePoolId !== poolId
  const purged = await media.update(name, {
    status: 'Purged',
    ...(moves ? { poolId: recyclePoolId } : {}),
  })
  return purged ?? volume
}

/** What the log says of backups that lost their chain. */
export function orphanText(jobIds: readonly number[]): string {
  return jobIds.length === 1
    ? `The chain of JobId ${listText(jobIds)} has lost a Job: it cannot be restored as a whole any more.`
    : `The chains of JobIds ${listText(jobIds)} have lost a Job: they cannot be restored as a whole any more.`
}

/** "kept until 2026-12-01 02:05:08", "needed by JobId 9 until …": why a Job stays. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'expired':
      return 'may be pruned'
    case 'running':
      return 'is running'
    case 'newest':
      return 'belongs to the newest backup of its Job, Client and FileSet'
    case 'promised':
      return verdict.untilMs === Infinity
        ? 'is archived'
        : `is kept until ${dateTimeText(verdict.untilMs)}`
    case 'needed':
      return verdict.untilMs === Infinity
        ? `is needed by JobId ${verdict.by}, which still runs or is archived`
        : `is needed by JobId ${verdict.by}, which is kept until ${dateTimeText(verdict.untilMs)}`
  }
}

const LISTED_JOBS = 20

function listText(jobIds: readonly number[]): string {
  const listed = jobIds.slice(0, LISTED_JOBS).join(',')
  const others = jobIds.length - LISTED_JOBS
  return others > 0 ? `${listed} and ${others} more` : listed
}

/** Of the Volume that becomes free first: which of its Jobs holds it longest. */
function whyKept(
  volumes: readonly VolumeRow[],
  jobs: readonly RetainedJob[],
  nowMs: number,
): string {
  const verdicts = judgeRetention(jobs, { nowMs })
  const longest = volumes.flatMap((volume) => {
    const { kept } = judgeVolume(volume.mediaId, jobs, verdicts)
    const [last] = [...kept].sort((a, b) => untilMs(b.verdict) - untilMs(a.verdict))
    return last === undefined ? [] : [{ volume, ...last }]
  })
  const [first] = longest.sort((a, b) => untilMs(a.verdict) - untilMs(b.verdict))
  if (first === undefined) return ''
  const level = jobs.find(({ jobId }) => jobId === first.jobId)?.level ?? ''
  return `Volume "${first.volume.name}" is the first that retention will free; on it JobId ${first.jobId} (${jobLevelText(level)}) ${verdictText(first.verdict)}`
}

function untilMs(verdict: Verdict): number {
  return 'untilMs' in verdict ? verdict.untilMs : Infinity
}

// What a scan of Volumes names beside Jobs: the rows of Clients, FileSets, Pools and Volumes, made where they are missing.
import type { Catalog } from './catalog/catalog.ts'
import type { PoolSettings } from './catalog/pools.ts'
import type { DirectorConfig } from './config/load.ts'

/** Identifies one Job's writing on Volumes. */
export interface Session {
  readonly sessionId: number
  readonly sessionTime: number
}

/** A Volume as a scan knows it; `blocks`, `jobs` and the times of writing are 0 before it was read. */
export interface FoundVolume {
  readonly name: string
  readonly mediaType: string
  readonly pool: string
  readonly poolType: string
  readonly labelMs: number
  readonly bytes: number
  readonly blocks: number
  readonly jobs: number
  readonly firstWrittenMs: number
  readonly lastWrittenMs: number
}

/** A Job as the label that begins its session tells it. */
export interface FoundJobLabel {
  readonly session: Session
  readonly jobId: number
  readonly job: string
  readonly name: string
  readonly client: string
  readonly fileset: string
  readonly filesetMd5: string
  readonly type: string
  readonly level: string
  readonly pool: string
  readonly poolType: string
  readonly startMs: number
}

const POOL_TYPES = ['Backup', 'Copy', 'Cloned', 'Archive', 'Migration', 'Scratch']
const YEAR_SECONDS = 365 * 24 * 3600

/** PoolId of the Pool, which is made without limits when neither configuration nor Catalog have it. */
export async function ensurePool(catalog: Catalog, name: string, type: string): Promise<number> {
  const known = await catalog.pools.find(name)
  if (known !== undefined) return known.poolId
  const [row] = await catalog.pools.sync([poolWithoutLimits(name, type)])
  return row?.poolId ?? 0
}

function poolWithoutLimits(name: string, type: string): PoolSettings {
  return {
    name,
    poolType: POOL_TYPES.includes(type) ? type : 'Backup',
    labelFormat: '',
    maximumVolumes: 0,
    maximumVolumeJobs: 0,
    maximumVolumeFiles: 0,
    maximumVolumeBytes: 0,
    volumeUseDurationSeconds: 0,
    volumeRetentionSeconds: YEAR_SECONDS,
    autoPrune: false,
    recycle: false,
    actionOnPurge: 0,
    catalogFiles: true,
    minimumBlockSize: 0,
    maximumBlockSize: 0,
  }
}

/** ClientId of the Client; one that the configuration does not have keeps everything for good. */
export async function ensureClient(catalog: Catalog, name: string): Promise<number> {
  const known = await catalog.clients.find(name)
  if (known !== undefined) return known.clientId
  const [row] = await catalog.clients.sync([
    { name, autoPrune: false, fileRetentionSeconds: 0, jobRetentionSeconds: 0 },
  ])
  return row?.clientId ?? 0
}

/** FileSetId of the FileSet with this content; its text is known when a Job runs with it again. */
export async function ensureFileset(
  catalog: Catalog,
  { fileset: name, filesetMd5: md5, startMs }: FoundJobLabel,
): Promise<number> {
  const known = (await catalog.filesets.listOfName(name)).find((row) => row.md5 === md5)
  if (known !== undefined) return known.filesetId
  const row = await catalog.filesets.ensure({ name, md5, text: '' }, startMs)
  return row.filesetId
}

/**
 * Makes or completes the row of a Volume; the result says what was made. A new one is "Full": what is on it is known,
 * where it ends is not known well enough to write on.
 */
export async function keepVolume(
  config: DirectorConfig,
  catalog: Catalog,
  volume: FoundVolume,
): Promise<string[]> {
  const { name, mediaType, labelMs } = volume
  const lines: string[] = []
  let row = await catalog.media.find(name)
  if (row === undefined) {
    const poolId = await ensurePool(catalog, volume.pool, volume.poolType)
    const storageId = await storageOf(config, catalog, mediaType)
    row = await catalog.media.create({
      name,
      poolId,
      mediaType,
      status: 'Full',
      storageId,
      labelMs,
    })
    lines.push(`Created Media record for Volume: ${name}`)
  }
  const first = volume.firstWrittenMs > 0 ? volume.firstWrittenMs : undefined
  const bytes = Math.max(row.bytes, volume.bytes)
  await catalog.media.update(name, {
    bytes,
    blocks: Math.max(row.blocks, volume.blocks),
    jobs: Math.max(row.jobs, volume.jobs),
    endFile: Math.floor(bytes / 2 ** 32),
    endBlock: bytes % 2 ** 32,
    firstWrittenMs: row.firstWrittenMs ?? first ?? null,
    lastWrittenMs: Math.max(row.lastWrittenMs ?? 0, volume.lastWrittenMs) || null,
    labelMs: row.labelMs ?? labelMs,
  })
  return lines
}

/** StorageId of the first configured Storage that takes such media, 0 when none does. */
async function storageOf(
  config: DirectorConfig,
  catalog: Catalog,
  mediaType: string,
): Promise<number> {
  const storage = [...config.storages.values()].find((each) => each.mediaType === mediaType)
  if (storage === undefined) return 0
  return (await catalog.storages.find(storage.name))?.storageId ?? 0
}

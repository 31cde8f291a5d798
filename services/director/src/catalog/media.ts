// Rows of the table media, which are the Volumes.
import { CofferError } from '@coffer/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { VolStatus } from '../pool/volume-state.ts'
import { isUniqueViolation } from './database-error.ts'
import { dropUndefined } from './defined.ts'
import { moment } from './moment.ts'
import type { CatalogTables, MediaTable } from './tables.ts'

export interface VolumeRow {
  readonly mediaId: number
  readonly name: string
  readonly poolId: number
  readonly pool: string
  readonly poolType: string
  readonly status: VolStatus
  readonly mediaType: string
  /** 0 no, 1 yes, 2 archived. */
  readonly enabledNumber: number
  readonly enabled: boolean
  readonly recycle: boolean
  readonly actionOnPurge: number
  readonly slot: number
  readonly inChanger: boolean
  readonly storageId: number
  readonly storage: string
  readonly deviceId: number
  readonly bytes: number
  readonly jobs: number
  readonly files: number
  readonly blocks: number
  readonly mounts: number
  readonly errors: number
  readonly writes: number
  readonly capacityBytes: number
  readonly maxBytes: number
  readonly maxJobs: number
  readonly maxFiles: number
  readonly useDurationSeconds: number
  readonly retentionSeconds: number
  readonly firstWrittenMs: number | undefined
  readonly lastWrittenMs: number | undefined
  readonly labelMs: number | undefined
  readonly initialWriteMs: number | undefined
  readonly endFile: number
  readonly endBlock: number
  readonly recycleCount: number
  readonly minimumBlockSize: number
  readonly maximumBlockSize: number
  readonly scratchPoolId: number
  readonly recyclePoolId: number
  readonly comment: string
}

/** A Volume to be inserted; what is not given comes from its Pool's row. */
export interface NewVolume {
  readonly name: string
  readonly poolId: number
  readonly mediaType: string
  /** `Append` when not given. */
  readonly status?: VolStatus
  readonly storageId?: number
  readonly slot?: number
  readonly inChanger?: boolean
  readonly bytes?: number
  readonly labelMs?: number
}

/** Only what is given is written. `undefined` times are written as "never" with null. */
export interface VolumeChange {
  readonly status?: VolStatus
  /** Moving to another Pool keeps the Volume's own limits. */
  readonly poolId?: number
  readonly enabledNumber?: number
  readonly recycle?: boolean
  readonly actionOnPurge?: number
  readonly slot?: number
  readonly inChanger?: boolean
  readonly storageId?: number
  readonly bytes?: number
  readonly jobs?: number
  readonly files?: number
  readonly blocks?: number
  readonly mounts?: number
  readonly errors?: number
  readonly writes?: number
  readonly capacityBytes?: number
  readonly maxBytes?: number
  readonly maxJobs?: number
  readonly maxFiles?: number
  readonly useDurationSeconds?: number
  readonly retentionSeconds?: number
  readonly firstWrittenMs?: number | null
  readonly lastWrittenMs?: number | null
  readonly labelMs?: number | null
  readonly endFile?: number
  readonly endBlock?: number
  readonly recycleCount?: number
  readonly scratchPoolId?: number
  readonly recyclePoolId?: number
  readonly mediaType?: string
  readonly comment?: string
}

interface VolumeFilter {
  readonly poolId?: number
  readonly pool?: string
  readonly mediaType?: string
  readonly statuses?: readonly VolStatus[]
  readonly storageId?: number
  readonly jobId?: number
  readonly enabledOnly?: boolean
}

export interface MediaCatalog {
  /** Throws `volume-exists` when the name is taken. */
  create(volume: NewVolume): Promise<VolumeRow>
  /**
   * Creates a Volume with a counted name: `nameFor` gets the counter (highest MediaId + 1, then upwards until the name
   * is free; always called within one transaction that locks the Pool). Undefined when the Pool has reached its
   * Maximum Volumes, or when the name is taken and another counter gives the same name.
   */
  createNext(
    volume: Omit<NewVolume, 'name'>,
    nameFor: (counter: number, volumesInPool: number) => string,
  ): Promise<VolumeRow | undefined>
  find(name: string): Promise<VolumeRow | undefined>
  findById(mediaId: number): Promise<VolumeRow | undefined>
  /** By MediaId. */
  list(filter: VolumeFilter): Promise<VolumeRow[]>
  /** Returns the row as it now is, undefined when there is no such Volume. */
  update(name: string, change: VolumeChange): Promise<VolumeRow | undefined>
  /** Copies the limits, retention, Recycle and pools of its Pool's row into the Volume ("from pool"). */
  updateFromPool(name: string): Promise<VolumeRow | undefined>
  /** All Volumes of the Pool; returns how many. */
  updateAllFromPool(poolId: number): Promise<number>
  /** JobIds with data on the Volume. */
  jobIds(mediaId: number): Promise<number[]>
}

// Serialises the making of counted names over all Pools: two may share a prefix.
const CREATE_LOCK = { classId: 0x636f6666, objectId: 3 }

export function mediaCatalog(db: Kysely<CatalogTables>): MediaCatalog {
  return {
    create: (volume) =>
      db.transaction().execute((transaction) => insertVolume(transaction, volume)),
    createNext: (volume, nameFor) =>
      db.transaction().execute((transaction) => insertNext(transaction, volume, nameFor)),
    find: (name) => findVolume(db, name),
    findById: async (mediaId) => {
      const row = await selectVolumes(db).where('media.mediaid', '=', mediaId).executeTakeFirst()
      return row === undefined ? undefined : toVolumeRow(row)
    },
    list: (filter) => listVolumes(db, filter),
    update: (name, change) =>
      db.transaction().execute((transaction) => updateVolume(transaction, name, change)),
    updateFromPool: async (name) => {
      const copied = await copyFromPool(db, sql`media.volumename = ${name}`)
      return copied === 0 ? undefined : findVolume(db, name)
    },
    updateAllFromPool: (poolId) => copyFromPool(db, sql`media.poolid = ${poolId}`),
    jobIds: async (mediaId) => {
      const rows = await db
        .selectFrom('jobmedia')
        .select('jobid')
        .distinct()
        .where('mediaid', '=', mediaId)
        .orderBy('jobid')
        .execute()
      return rows.map((row) => row.jobid)
    },
  }
}

/** Every column that makes a VolumeRow. */
function selectVolumes(db: Kysely<CatalogTables>) {
  return db
    .selectFrom('media')
    .leftJoin('pool', 'pool.poolid', 'media.poolid')
    .leftJoin('storage', 'storage.storageid', 'media.storageid')
    .selectAll('media')
    .select(['pool.name as pool', 'pool.pooltype as pooltype', 'storage.name as storage'])
}

type JoinedVolume = Selectable<MediaTable> & {
  readonly pool: string | null
  readonly pooltype: string | null
  readonly storage: string | null
}

function toVolumeRow(row: JoinedVolume): VolumeRow {
  return {
    mediaId: row.mediaid,
    name: row.volumename,
    poolId: row.poolid,
    pool: row.pool ?? '',
    poolType: row.pooltype ?? '',
    status: row.volstatus as VolStatus,
    mediaType: row.mediatype,
    enabledNumber: row.enabled,
    enabled: row.enabled === 1,
    recycle: row.recycle !== 0,
    actionOnPurge: row.actiononpurge,
    slot: row.slot,
    inChanger: row.inchanger !== 0,
    storageId: row.storageid,
    storage: row.storage ?? '',
    deviceId: row.deviceid,
    bytes: row.volbytes,
    jobs: row.voljobs,
    files: row.volfiles,
    blocks: row.volblocks,
    mounts: row.volmounts,
    errors: row.volerrors,
    writes: row.volwrites,
    capacityBytes: row.volcapacitybytes,
    maxBytes: row.maxvolbytes,
    maxJobs: row.maxvoljobs,
    maxFiles: row.maxvolfiles,
    useDurationSeconds: row.voluseduration,
    retentionSeconds: row.volretention,
    firstWrittenMs: row.firstwritten ?? undefined,
    lastWrittenMs: row.lastwritten ?? undefined,
    labelMs: row.labeldate ?? undefined,
    initialWriteMs: row.initialwrite ?? undefined,
    endFile: row.endfile,
    endBlock: row.endblock,
    recycleCount: row.recyclecount,
    minimumBlockSize: row.minblocksize,
    maximumBlockSize: row.maxblocksize,
    scratchPoolId: row.scratchpoolid,
    recyclePoolId: row.recyclepoolid,
    comment: row.comment,
  }
}

async function findVolume(db: Kysely<CatalogTables>, name: string): Promise<VolumeRow | undefined> {
  const row = await selectVolumes(db).where('media.volumename', '=', name).executeTakeFirst()
  return row === undefined ? undefined : toVolumeRow(row)
}

async function listVolumes(db: Kysely<CatalogTables>, filter: VolumeFilter): Promise<VolumeRow[]> {
  let query = selectVolumes(db).orderBy('media.mediaid')
  const { poolId, pool, mediaType, statuses, storageId, jobId, enabledOnly } = filter
  if (poolId !== undefined) query = query.where('media.poolid', '=', poolId)
  if (pool !== undefined) query = query.where('pool.name', '=', pool)
  if (mediaType !== undefined) query = query.where('media.mediatype', '=', mediaType)
  if (storageId !== undefined) query = query.where('media.storageid', '=', storageId)
  if (enabledOnly === true) query = query.where('media.enabled', '=', 1)
  if (statuses !== undefined) {
    if (statuses.length === 0) return []
    query = query.where('media.volstatus', 'in', statuses)
  }
  if (jobId !== undefined) {
    query = query.where((eb) =>
      eb(
        'media.mediaid',
        'in',
        eb.selectFrom('jobmedia').select('jobmedia.mediaid').where('jobmedia.jobid', '=', jobId),
      ),
    )
  }
  return (await query.execute()).map((row) => toVolumeRow(row))
}

async function insertVolume(
  transaction: Kysely<CatalogTables>,
  volume: NewVolume,
): Promise<VolumeRow> {
  try {
    await transaction
      .insertInto('media')
      .values({
        volumename: volume.name,
        poolid: volume.poolId,
        mediatype: volume.mediaType,
        volstatus: volume.status ?? 'Append',
        ...dropUndefined({
          storageid: volume.storageId,
          slot: volume.slot,
          inchanger: volume.inChanger === undefined ? undefined : Number(volume.inChanger),
          volbytes: volume.bytes,
          labeldate: volume.labelMs === undefined ? undefined : moment(volume.labelMs),
        }),
      })
      .execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new CofferError('volume-exists', `the Catalog has a Volume "${volume.name}" already`, {
      cause: error,
    })
  }
  await copyFromPool(transaction, sql`media.volumename = ${volume.name}`)
  await countVolumes(transaction, [volume.poolId])
  return getVolume(transaction, volume.name)
}

async function insertNext(
  transaction: Kysely<CatalogTables>,
  volume: Omit<NewVolume, 'name'>,
  nameFor: (counter: number, volumesInPool: number) => string,
): Promise<VolumeRow | undefined> {
  await sql`SELECT pg_advisory_xact_lock(${CREATE_LOCK.classId}, ${CREATE_LOCK.objectId})`.execute(
    transaction,
  )
  const { rows } = await sql<{ maximum: number; volumes: number; highest: number }>`
    SELECT maxvols AS maximum,
      (SELECT count(*) FROM media WHERE media.poolid = pool.poolid) AS volumes,
      (SELECT coalesce(max(mediaid), 0) FROM media) AS highest
    FROM pool WHERE poolid = ${volume.poolId} FOR UPDATE`.execute(transaction)
  const pool = rows[0]
  if (pool === undefined || (pool.maximum > 0 && pool.volumes >= pool.maximum)) return undefined
  let previous: string | undefined
  for (let counter = pool.highest + 1; ; counter++) {
    const name = nameFor(counter, pool.volumes)
    if (name === previous) return undefined
    if ((await findVolume(transaction, name)) === undefined) {
      return insertVolume(transaction, { ...volume, name })
    }
    previous = name
  }
}

async function getVolume(db: Kysely<CatalogTables>, name: string): Promise<VolumeRow> {
  const volume = await findVolume(db, name)
  if (volume !== undefined) return volume
  throw new CofferError('volume-unknown', `the Catalog has no Volume "${name}"`)
}

async function updateVolume(
  transaction: Kysely<CatalogTables>,
  name: string,
  change: VolumeChange,
): Promise<VolumeRow | undefined> {
  const before = await transaction
    .selectFrom('media')
    .select('poolid')
    .where('volumename', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (before === undefined) return undefined
  const values = columnsOf(change)
  if (Object.keys(values).length > 0) {
    await transaction.updateTable('media').set(values).where('volumename', '=', name).execute()
  }
  if (change.poolId !== undefined) await countVolumes(transaction, [before.poolid, change.poolId])
  return findVolume(transaction, name)
}

function columnsOf(change: VolumeChange) {
  const { inChanger, recycle, firstWrittenMs, lastWrittenMs, labelMs } = change
  return dropUndefined({
    volstatus: change.status,
    poolid: change.poolId,
    enabled: change.enabledNumber,
    recycle: recycle === undefined ? undefined : Number(recycle),
    actiononpurge: change.actionOnPurge,
    slot: change.slot,
    inchanger: inChanger === undefined ? undefined : Number(inChanger),
    storageid: change.storageId,
    volbytes: change.bytes,
    voljobs: change.jobs,
    volfiles: change.files,
    volblocks: change.blocks,
    volmounts: change.mounts,
    volerrors: change.errors,
    volwrites: change.writes,
    volcapacitybytes: change.capacityBytes,
    maxvolbytes: change.maxBytes,
    maxvoljobs: change.maxJobs,
    maxvolfiles: change.maxFiles,
    voluseduration: change.useDurationSeconds,
    volretention: change.retentionSeconds,
    firstwritten: momentOrNull(firstWrittenMs),
    lastwritten: momentOrNull(lastWrittenMs),
    labeldate: momentOrNull(labelMs),
    endfile: change.endFile,
    endblock: change.endBlock,
    recyclecount: change.recycleCount,
    scratchpoolid: change.scratchPoolId,
    recyclepoolid: change.recyclePoolId,
    mediatype: change.mediaType,
    comment: change.comment,
  })
}

function momentOrNull(timeMs: number | null | undefined) {
  return timeMs === undefined || timeMs === null ? timeMs : moment(timeMs)
}

/** Gives Volumes the limits of their Pools; returns how many there were. */
async function copyFromPool(
  db: Kysely<CatalogTables>,
  which: ReturnType<typeof sql<boolean>>,
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE media SET
      volretention = pool.volretention, voluseduration = pool.voluseduration,
      maxvoljobs = pool.maxvoljobs, maxvolfiles = pool.maxvolfiles, maxvolbytes = pool.maxvolbytes,
      recycle = pool.recycle, actiononpurge = pool.actiononpurge, recyclepoolid = pool.recyclepoolid,
      scratchpoolid = pool.scratchpoolid, minblocksize = pool.minblocksize, maxblocksize = pool.maxblocksize
    FROM pool WHERE pool.poolid = media.poolid AND ${which}`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

/** Writes the number of Volumes into the rows of Pools; to be called wherever one comes, goes or moves. */
export async function countVolumes(
  db: Kysely<CatalogTables>,
  poolIds: readonly number[],
): Promise<void> {
  await db
    .updateTable('pool')
    .set({
      numvols: sql<number>`(SELECT count(*) FROM media WHERE media.poolid = pool.poolid)`,
    })
    .where(
      'poolid',
      'in',
      [...new Set(poolIds)].sort((a, b) => a - b),
    )
    .execute()
}

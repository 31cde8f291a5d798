// Rows of the table pool, kept equal to the Pool resources.
import type { Kysely, Selectable } from 'kysely'
import type { CatalogTables, PoolTable } from './tables.ts'

/** What the Catalog keeps of a Pool resource. Durations in seconds, 0 is no limit. */
export interface PoolSettings {
  readonly name: string
  readonly poolType: string
  readonly labelFormat: string
  readonly maximumVolumes: number
  readonly maximumVolumeJobs: number
  readonly maximumVolumeFiles: number
  readonly maximumVolumeBytes: number
  readonly volumeUseDurationSeconds: number
  readonly volumeRetentionSeconds: number
  readonly autoPrune: boolean
  readonly recycle: boolean
  /** 1 truncates. */
  readonly actionOnPurge: number
  readonly catalogFiles: boolean
  readonly minimumBlockSize: number
  readonly maximumBlockSize: number
  /** Names of other Pools of the same set. */
  readonly recyclePool?: string
  readonly scratchPool?: string
  readonly nextPool?: string
  readonly migrationTimeSeconds?: number
  readonly migrationHighBytes?: number
  readonly migrationLowBytes?: number
}

export interface PoolRow extends PoolSettings {
  readonly poolId: number
  /** Volumes in it. */
  readonly volumes: number
  readonly recyclePoolId: number
  readonly scratchPoolId: number
  readonly nextPoolId: number
}

export interface PoolCatalog {
  /** Makes or changes the rows of all these Pools in one transaction; rows of other Pools stay. */
  sync(pools: readonly PoolSettings[]): Promise<PoolRow[]>
  find(name: string): Promise<PoolRow | undefined>
  findById(poolId: number): Promise<PoolRow | undefined>
  list(): Promise<PoolRow[]>
}

export function poolCatalog(db: Kysely<CatalogTables>): PoolCatalog {
  return {
    sync: (pools) => db.transaction().execute((transaction) => syncPools(transaction, pools)),
    find: async (name) => (await listPools(db)).find((pool) => pool.name === name),
    findById: async (poolId) => (await listPools(db)).find((pool) => pool.poolId === poolId),
    list: () => listPools(db),
  }
}

async function listPools(db: Kysely<CatalogTables>): Promise<PoolRow[]> {
  const rows = await db.selectFrom('pool').selectAll().orderBy('poolid').execute()
  const names = new Map(rows.map((row) => [row.poolid, row.name]))
  return rows.map((row) => toPoolRow(row, names))
}

function toPoolRow(row: Selectable<PoolTable>, names: ReadonlyMap<number, string>): PoolRow {
  const recyclePool = names.get(row.recyclepoolid)
  const scratchPool = names.get(row.scratchpoolid)
  const nextPool = names.get(row.nextpoolid)
  return {
    poolId: row.poolid,
    name: row.name,
    poolType: row.pooltype,
    labelFormat: row.labelformat,
    volumes: row.numvols,
    maximumVolumes: row.maxvols,
    maximumVolumeJobs: row.maxvoljobs,
    maximumVolumeFiles: row.maxvolfiles,
    maximumVolumeBytes: row.maxvolbytes,
    volumeUseDurationSeconds: row.voluseduration,
    volumeRetentionSeconds: row.volretention,
    autoPrune: row.autoprune !== 0,
    recycle: row.recycle !== 0,
    actionOnPurge: row.actiononpurge,
    catalogFiles: row.usecatalog !== 0,
    minimumBlockSize: row.minblocksize,
    maximumBlockSize: row.maxblocksize,
    recyclePoolId: row.recyclepoolid,
    scratchPoolId: row.scratchpoolid,
    nextPoolId: row.nextpoolid,
    migrationTimeSeconds: row.migrationtime,
    migrationHighBytes: row.migrationhighbytes,
    migrationLowBytes: row.migrationlowbytes,
    ...(recyclePool === undefined ? {} : { recyclePool }),
    ...(scratchPool === undefined ? {} : { scratchPool }),
    ...(nextPool === undefined ? {} : { nextPool }),
  }
}

async function syncPools(
  transaction: Kysely<CatalogTables>,
  pools: readonly PoolSettings[],
): Promise<PoolRow[]> {
  if (pools.length === 0) return []
  // In one order, so that two Directors starting at once cannot wait for each other.
  for (const pool of [...pools].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const columns = columnsOf(pool)
    await transaction
      .insertInto('pool')
      .values(columns)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute()
  }
  const ids = new Map((await listPools(transaction)).map((row) => [row.name, row.poolId]))
  const idOf = (name: string | undefined) => (name === undefined ? 0 : (ids.get(name) ?? 0))
  for (const pool of pools) {
    await transaction
      .updateTable('pool')
      .set({
        recyclepoolid: idOf(pool.recyclePool),
        scratchpoolid: idOf(pool.scratchPool),
        nextpoolid: idOf(pool.nextPool),
      })
      .where('name', '=', pool.name)
      .execute()
  }
  const wanted = new Set(pools.map((pool) => pool.name))
  return (await listPools(transaction)).filter((row) => wanted.has(row.name))
}

function columnsOf(pool: PoolSettings) {
  return {
    name: pool.name,
    pooltype: pool.poolType,
    labelformat: pool.labelFormat,
    maxvols: pool.maximumVolumes,
    maxvoljobs: pool.maximumVolumeJobs,
    maxvolfiles: pool.maximumVolumeFiles,
    maxvolbytes: pool.maximumVolumeBytes,
    voluseduration: pool.volumeUseDurationSeconds,
    volretention: pool.volumeRetentionSeconds,
    autoprune: Number(pool.autoPrune),
    recycle: Number(pool.recycle),
    actiononpurge: pool.actionOnPurge,
    usecatalog: Number(pool.catalogFiles),
    minblocksize: pool.minimumBlockSize,
    maxblocksize: pool.maximumBlockSize,
    migrationtime: pool.migrationTimeSeconds ?? 0,
    migrationhighbytes: pool.migrationHighBytes ?? 0,
    migrationlowbytes: pool.migrationLowBytes ?? 0,
  }
}

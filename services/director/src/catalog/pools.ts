// Rows of the table pool, kept equal to the Pool resources.

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

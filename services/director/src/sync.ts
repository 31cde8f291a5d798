// Brings the Catalog's rows of Pools, Clients and Storages in line with the configuration.
import type { Catalog } from './catalog/catalog.ts'
import type { PoolSettings } from './catalog/pools.ts'
import type { DirectorConfig } from './config/load.ts'
import type { PoolResource } from './config/pool-resource.ts'

/** Makes and changes rows; those of resources that are gone stay, for their Jobs and Volumes. */
export async function syncResources(config: DirectorConfig, catalog: Catalog): Promise<void> {
  await catalog.pools.sync([...config.pools.values()].map(poolSettings))
  await catalog.clients.sync(
    [...config.clients.values()].map((client) => ({
      name: client.name,
      autoPrune: client.autoPrune,
      fileRetentionSeconds: client.fileRetention,
      jobRetentionSeconds: client.jobRetention,
    })),
  )
  await catalog.storages.sync(
    [...config.storages.values()].map((storage) => ({
      name: storage.name,
      autochanger: storage.autoChanger,
      mediaType: storage.mediaType,
    })),
  )
}

function poolSettings(pool: PoolResource): PoolSettings {
  return {
    name: pool.name,
    poolType: pool.poolType,
    labelFormat: pool.labelFormat ?? '',
    maximumVolumes: pool.maximumVolumes,
    maximumVolumeJobs: pool.maximumVolumeJobs,
    maximumVolumeFiles: pool.maximumVolumeFiles,
    maximumVolumeBytes: pool.maximumVolumeBytes,
    volumeUseDurationSeconds: pool.volumeUseDuration,
    volumeRetentionSeconds: pool.volumeRetention,
    autoPrune: pool.autoPrune,
    recycle: pool.recycle,
    actionOnPurge: pool.actionOnPurge === 'Truncate' ? 1 : 0,
    catalogFiles: pool.catalogFiles,
    minimumBlockSize: pool.minimumBlockSize,
    maximumBlockSize: pool.maximumBlockSize,
    migrationTimeSeconds: pool.migrationTime,
    migrationHighBytes: pool.migrationHighBytes,
    migrationLowBytes: pool.migrationLowBytes,
    ...optional('recyclePool', pool.recyclePool),
    ...optional('scratchPool', pool.scratchPool),
    ...optional('nextPool', pool.nextPool),
  }
}

function optional<Key extends string>(
  key: Key,
  value: string | undefined,
): { readonly [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: string })
}

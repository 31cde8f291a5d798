// Loads the storage daemon's configuration.
import {
  daemonMessagesType,
  type LoadResult,
  type DaemonMessagesResource,
  ResourceSet,
  withDestinations,
} from '@coffer/core'
import { type ConfigCommandRunner, type Environment, md5Hex, readConfigText } from '@coffer/daemon'
import {
  type AutochangerResource,
  autochangerType,
  type DeviceResource,
  deviceType,
} from './device-resources.ts'
import { multiplyDevices } from './device-count.ts'
import { storageConfig } from './directives.ts'
import {
  type DirectorResource,
  directorType,
  type NdmpResource,
  ndmpType,
  type StorageResource,
  storageType,
} from './storage-resources.ts'

export interface StorageConfig {
  readonly storage: StorageResource
  readonly directors: ReadonlyMap<string, DirectorResource>
  /** A Device with a Count is here as its copies. */
  readonly devices: ReadonlyMap<string, DeviceResource>
  readonly autochangers: ReadonlyMap<string, AutochangerResource>
  readonly messages: ReadonlyMap<string, DaemonMessagesResource>
  readonly ndmp: ReadonlyMap<string, NdmpResource>
}

/**
 * Reads the configuration at `path`, a file or a directory. `run` runs the commands that it includes.
 * @throws CofferError config-not-found when there is none
 */
export async function loadStorageConfig(
  path: string,
  env: Environment,
  run?: ConfigCommandRunner,
): Promise<LoadResult<StorageConfig>> {
  const text = await readConfigText(path, storageConfig.names, { env, run })
  const set = new ResourceSet(storageConfig.types, text, { md5Hex, env })
  const storage = set.single(storageType, { file: path, line: 1, column: 1 })
  const directors = set.resources(directorType)
  const ndmp = set.resources(ndmpType)
  const messages = new Map(
    [...set.resources(daemonMessagesType)].map(([name, value]) => [name, withDestinations(value)]),
  )
  const { devices, autochangers } = multiplyDevices(
    set.resources(deviceType),
    set.resources(autochangerType),
    set,
  )
  const { faults, warnings } = set.report()
  if (storage === undefined || faults.length > 0) return { faults, warnings }
  const config = { storage, directors, devices, autochangers, messages, ndmp }
  return { config, faults, warnings }
}

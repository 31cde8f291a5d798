// All resource types of the storage daemon's configuration.
import { daemonMessagesType, type ResourceType } from '@coffer/core'
import { autochangerType, deviceType } from './device-resources.ts'
import { directorType, ndmpType, storageType } from './storage-resources.ts'

/** In the order of the documentation. */
export const storageTypes: readonly ResourceType[] = [
  storageType,
  directorType,
  deviceType,
  autochangerType,
  ndmpType,
  daemonMessagesType,
]

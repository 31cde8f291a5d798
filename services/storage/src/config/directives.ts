// All resource types of the storage daemon's configuration.
import { daemonMessagesType, type ConfigKind } from '@coffer/core'
import { autochangerType, deviceType } from './device-resources.ts'
import { directorType, ndmpType, storageType } from './storage-resources.ts'

export const storageConfig: ConfigKind = {
  title: 'Storage daemon',
  names: ['storage', 'coffer-sd', 'bareos-sd'],
  types: [storageType, directorType, deviceType, autochangerType, ndmpType, daemonMessagesType],
}

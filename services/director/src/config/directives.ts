// All resource types of the Director's configuration.
import { directorMessagesType, type ConfigKind } from '@coffer/core'
import { consoleType, profileType, userType } from './console-resources.ts'
import { catalogType, counterType, directorType } from './director-resource.ts'
import { fileSetType } from './fileset-resource.ts'
import { jobDefsType, jobType } from './job-resource.ts'
import { clientType, storageType } from './peer-resources.ts'
import { poolType } from './pool-resource.ts'
import { scheduleType } from './schedule-resource.ts'

export const directorConfig: ConfigKind = {
  title: 'Director',
  names: ['director', 'coffer-dir', 'bareos-dir'],
  types: [
    directorType,
    jobType,
    jobDefsType,
    scheduleType,
    fileSetType,
    clientType,
    storageType,
    poolType,
    catalogType,
    directorMessagesType,
    consoleType,
    profileType,
    userType,
    counterType,
  ],
}

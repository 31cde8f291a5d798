// All resource types of the Director's configuration.
import { directorMessagesType, type ResourceType } from '@coffer/core'
import { consoleType, profileType, userType } from './console-resources.ts'
import { catalogType, counterType, directorType } from './director-resource.ts'
import { fileSetType } from './fileset-resource.ts'
import { jobDefsType, jobType } from './job-resource.ts'
import { clientType, storageType } from './peer-resources.ts'
import { poolType } from './pool-resource.ts'
import { scheduleType } from './schedule-resource.ts'

/** In the order of the documentation. */
export const directorTypes: readonly ResourceType[] = [
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
]

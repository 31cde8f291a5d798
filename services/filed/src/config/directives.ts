// All resource types of the file daemon's configuration.
import { daemonMessagesType, type ResourceType } from '@coffer/core'
import { clientType, directorType } from './filed-resources.ts'

/** In the order of the documentation. */
export const filedTypes: readonly ResourceType[] = [clientType, directorType, daemonMessagesType]

// All resource types of the file daemon's configuration.
import { daemonMessagesType, type ConfigKind } from '@coffer/core'
import { clientType, directorType } from './filed-resources.ts'

export const filedConfig: ConfigKind = {
  title: 'File daemon',
  names: ['filed', 'coffer-fd', 'bareos-fd'],
  types: [clientType, directorType, daemonMessagesType],
}

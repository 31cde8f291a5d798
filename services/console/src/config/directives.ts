// All resource types of the console's configuration.
import {
  kernelTlsRow,
  resourceType,
  type ResourceOf,
  type ConfigKind,
  tlsRows,
  unusedTlsRows,
} from '@coffer/core'
import { count, duration, name, password, path, port, text } from '@coffer/core/directives'

const heartbeatRow = {
  'Heartbeat Interval': duration({
    default: 0,
    about:
      'How often to make sure that the Director is still there; 0 for the default of 30 seconds.',
  }),
} as const

export const directorType = resourceType({
  name: 'Director',
  about: 'A Director to connect to.',
  rows: {
    Name: name({ required: true, about: 'Name of the Director.' }),
    Description: text({ about: 'A remark.' }),
    Port: port({ default: 9101, aliases: ['Dir Port'], about: 'TCP port of the Director.' }),
    Address: text({
      required: true,
      aliases: ['Dir Address'],
      about: 'Host name or address of the Director.',
    }),
    Password: password({ about: 'Password of the default console.' }),
    ...heartbeatRow,
    ...kernelTlsRow,
    ...tlsRows,
  },
})
export type DirectorResource = ResourceOf<typeof directorType>

export const consoleType = resourceType({
  name: 'Console',
  about: 'A named console to log in as.',
  rows: {
    Name: name({ required: true, about: 'Name of the Console resource at the Director.' }),
    Description: text({ about: 'A remark.' }),
    'RC File': path({ status: 'inactive', about: 'Commands that are run at the start.' }),
    'History File': path({ about: 'Where the commands that were typed are kept.' }),
    'History Length': count({ default: 100, about: 'Commands that are kept.' }),
    Password: password({ required: true, about: 'Password of this console.' }),
    Director: text({ about: 'Name of the Director that it is for.' }),
    ...heartbeatRow,
    ...kernelTlsRow,
    ...unusedTlsRows,
  },
})
export type ConsoleResource = ResourceOf<typeof consoleType>

export const consoleConfig: ConfigKind = {
  title: 'Console',
  names: ['console', 'coffer-console', 'bconsole'],
  types: [directorType, consoleType],
}

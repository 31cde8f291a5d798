// The Director resource of the Director, and its Catalog, Counter resources.
import { kernelTlsRow, listenRows, resourceType, type ResourceOf, tlsRows } from '@coffer/core'
import {
  clearSecret,
  count,
  duration,
  name,
  password,
  path,
  port,
  reference,
  text,
  textList,
  texts,
  yesNo,
} from '@coffer/core/directives'

export const directorType = resourceType({
  name: 'Director',
  about: 'The Director itself.',
  rows: {
    Name: name({ required: true, about: 'Name of the Director.' }),
    Description: text({ about: 'A remark.' }),
    Messages: reference('Messages', {
      required: true,
      about: 'Where messages go that belong to no Job.',
    }),
    ...listenRows('Dir', 9101),
    'Query File': path({ about: 'File with the queries of the `query` command.' }),
    'Working Directory': path({
      default: '/var/lib/coffer',
      about: 'Where the daemon keeps its state, the embedded database included.',
    }),
    'Pid Directory': path({ status: 'deprecated', about: 'Where the process id was kept.' }),
    'Plugin Directory': path({ status: 'inactive', about: 'Where plugins of the Director are.' }),
    'Plugin Names': textList({
      status: 'inactive',
      about: 'Plugins to load; all when none is given.',
    }),
    'Scripts Directory': path({ status: 'inactive', about: 'Where scripts are.' }),
    Subscriptions: count({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Number of clients that a contract covers.',
    }),
    'Maximum Concurrent Jobs': count({
      default: 20,
      least: 1,
      aliases: ['Maximum Jobs'],
      about: 'Jobs that run at the same time at most.',
    }),
    'Maximum Connections': count({
      default: 30,
      status: 'deprecated',
      about: 'Connections that were served at the same time.',
    }),
    'Maximum Console Connections': count({
      default: 20,
      about: 'Console sessions at the same time at most.',
    }),
    Password: password({ required: true, about: 'Password of the default console.' }),
    'FD Connect Timeout': duration({
      default: 30,
      about: 'How long a Job tries to reach a file daemon.',
    }),
    'SD Connect Timeout': duration({
      default: 30,
      about: 'How long a Job tries to reach a storage daemon.',
    }),
    'Heartbeat Interval': duration({
      default: 0,
      about: 'How often to make sure that a peer is still there; 0 for the default of 30 seconds.',
    }),
    'Statistics Retention': duration({
      default: 160_704_000,
      about: 'How long `prune stats` leaves the statistics of Jobs.',
    }),
    'Statistics Collect Interval': duration({
      default: 0,
      status: 'deprecated',
      inert: 0,
      about: 'How often statistics of devices were collected.',
    }),
    'Ver Id': text({ about: 'Text that the `version` command adds.' }),
    'Key Encryption Key': clearSecret({
      status: 'inactive',
      about: 'Wraps the keys of encrypted tapes.',
    }),
    'NDMP Snooping': yesNo({ status: 'inactive', about: 'Watch what NDMP peers say.' }),
    'NDMP Log Level': count({ default: 4, status: 'inactive', about: 'How much NDMP logs.' }),
    'NDMP Namelist Fhinfo Set Zero For Invalid Uquad': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'Send 0 for an unknown file history number.',
    }),
    'Absolute Job Timeout': duration({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'When to cancel a Job that is still running.',
    }),
    Auditing: yesNo({
      default: false,
      about: 'Write console commands as messages of type audit.',
    }),
    'Audit Events': textList({
      about: 'Commands that are audited; when none is given, all that change or show something.',
    }),
    'Secure Erase Command': text({
      status: 'inactive',
      about: 'Program that deletes files of the Director.',
    }),
    'Log Timestamp Format': text({
      default: '%d-%b %H:%M',
      about: 'Form of the time before each message.',
    }),
    'Optimize For Size': yesNo({ status: 'deprecated', about: 'Save memory.' }),
    'Optimize For Speed': yesNo({ status: 'deprecated', about: 'Spend memory.' }),
    'Omit Defaults': yesNo({ status: 'deprecated', about: 'Show only what was set.' }),
    'Backend Directory': texts({
      status: 'deprecated',
      about: 'Where the drivers of the Catalog were.',
    }),
    ...kernelTlsRow,
    ...tlsRows,
  },
})
export type DirectorResource = ResourceOf<typeof directorType>

export const catalogType = resourceType({
  name: 'Catalog',
  about: 'The database. Without address, socket and URL the Director runs one of its own.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    'DB URL': clearSecret({
      about:
        'Connection URL "postgresql://user:password@host:port/name". Coffer only; wins over the others.',
    }),
    'DB Address': text({ aliases: ['Address'], about: 'Host of the database server.' }),
    'DB Port': port({ default: 5432, aliases: ['Port'], about: 'Port of the database server.' }),
    'DB Socket': path({
      aliases: ['Socket'],
      about: 'Folder of the Unix socket of the database server.',
    }),
    'DB Password': clearSecret({ aliases: ['Password'], about: 'Password of the database user.' }),
    'DB User': text({ aliases: ['User'], about: 'Database user.' }),
    'DB Name': text({ about: 'Name of the database.' }),
    'DB Driver': text({ status: 'deprecated', about: 'Kind of database; always PostgreSQL.' }),
    'Multiple Connections': yesNo({
      status: 'deprecated',
      about: 'Whether each Job had a connection of its own.',
    }),
    'Disable Batch Insert': yesNo({
      default: false,
      status: 'deprecated',
      inert: false,
      about: 'Insert attributes one by one.',
    }),
    Reconnect: yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'Connect again when the connection is lost.',
    }),
    'Exit On Fatal': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'End the Director when the database is lost.',
    }),
    'Min Connections': count({
      default: 1,
      status: 'inactive',
      about: 'Connections that are kept at least.',
    }),
    'Max Connections': count({
      default: 5,
      least: 1,
      about: 'Connections at the same time at most.',
    }),
    'Inc Connections': count({
      default: 1,
      status: 'inactive',
      about: 'Connections that are added at once.',
    }),
    'Idle Timeout': duration({
      default: 30,
      status: 'inactive',
      about: 'How long an unused connection is kept.',
    }),
    'Validate Timeout': duration({
      default: 120,
      status: 'inactive',
      about: 'How often an unused connection is tested.',
    }),
  },
})
export type CatalogResource = ResourceOf<typeof catalogType>

export const counterType = resourceType({
  name: 'Counter',
  about: 'A number that Label Format counts up. Deprecated in Bareos.',
  rows: {
    Name: name({ required: true, about: 'Name of the counter.' }),
    Description: text({ about: 'A remark.' }),
    Minimum: count({
      default: 0,
      least: -2_147_483_648,
      status: 'inactive',
      about: 'First value.',
    }),
    Maximum: count({ default: 2_147_483_647, status: 'inactive', about: 'Last value.' }),
    'Wrap Counter': reference('Counter', {
      status: 'inactive',
      about: 'Counter that goes up when this one starts again.',
    }),
    Catalog: reference('Catalog', { status: 'inactive', about: 'Catalog that keeps the value.' }),
  },
})
export type CounterResource = ResourceOf<typeof counterType>

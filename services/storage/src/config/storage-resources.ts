// The Storage, Director and NDMP resources of the storage daemon.
import {
  kernelTlsRow,
  listenRows,
  resourceType,
  type ResourceOf,
  tlsRows,
  unusedTlsRows,
} from '@coffer/core'
import {
  clearSecret,
  count,
  duration,
  keyword,
  name,
  password,
  path,
  port,
  reference,
  size,
  speed,
  text,
  textList,
  texts,
  yesNo,
} from '@coffer/core/directives'

const ndmpRows = {
  'NDMP Enable': yesNo({ default: false, status: 'inactive', inert: false, about: 'Serve NDMP.' }),
  'NDMP Snooping': yesNo({
    default: false,
    status: 'inactive',
    inert: false,
    about: 'Watch what NDMP peers say.',
  }),
  'NDMP Log Level': count({ default: 4, status: 'inactive', about: 'How much NDMP logs.' }),
  'NDMP Address': text({ status: 'inactive', about: 'Address of NDMP.' }),
  'NDMP Addresses': { ...listenRows('NDMP', 10_000)['Addresses'], status: 'inactive' },
  'NDMP Port': port({ default: 10_000, status: 'inactive', about: 'TCP port of NDMP.' }),
} as const

const statisticsRows = {
  'Collect Device Statistics': yesNo({
    default: false,
    status: 'deprecated',
    inert: false,
    about: 'Collect statistics of devices.',
  }),
  'Collect Job Statistics': yesNo({
    default: false,
    status: 'deprecated',
    inert: false,
    about: 'Collect statistics of Jobs.',
  }),
  'Statistics Collect Interval': duration({
    default: 0,
    status: 'deprecated',
    inert: 0,
    about: 'How often statistics were collected.',
  }),
} as const

export const storageType = resourceType({
  name: 'Storage',
  about: 'The storage daemon itself.',
  rows: {
    Name: name({ required: true, about: 'Name of the storage daemon.' }),
    Description: text({ about: 'A remark.' }),
    ...listenRows('SD', 9103),
    'Working Directory': path({
      default: '/var/lib/coffer',
      about: 'Where the daemon keeps its state.',
    }),
    'Pid Directory': path({ status: 'deprecated', about: 'Where the process id was kept.' }),
    'Sub Sys Directory': path({ status: 'deprecated', about: 'Where locks were kept.' }),
    'Plugin Directory': path({ status: 'inactive', about: 'Where plugins are.' }),
    'Plugin Names': textList({
      status: 'inactive',
      about: 'Plugins to load; all when none is given.',
    }),
    'Scripts Directory': path({ status: 'inactive', about: 'Where scripts are.' }),
    'Backend Directory': texts({ status: 'deprecated', about: 'Where drivers of devices were.' }),
    'Maximum Concurrent Jobs': count({
      default: 1000,
      least: 1,
      status: 'deprecated',
      about: 'Jobs that ran at the same time at most; the Director decides.',
    }),
    'Maximum Connections': count({
      status: 'deprecated',
      about: 'Connections that were served at the same time.',
    }),
    Messages: reference('Messages', { about: 'Where messages of the daemon go.' }),
    'SD Connect Timeout': duration({
      default: 1800,
      about: 'How long to try to reach another storage daemon; a minute at most.',
    }),
    'FD Connect Timeout': duration({
      default: 1800,
      status: 'inactive',
      about: 'How long to try to reach a passive client.',
    }),
    'Heartbeat Interval': duration({
      default: 0,
      about: 'How often to make sure that a peer is still there; 0 for the default of 30 seconds.',
    }),
    'Checkpoint Interval': duration({
      default: 0,
      about: 'How often to hand on to the Catalog what is durable; 0 for the default.',
    }),
    'Maximum Network Buffer Size': size({
      status: 'inactive',
      about: 'Bytes of a network buffer; the transport decides.',
    }),
    'Client Connect Wait': duration({
      default: 1800,
      about: 'How long a session waits for its file daemon.',
    }),
    'Ver Id': text({ status: 'inactive', about: 'Text that is added to the version.' }),
    'Maximum Bandwidth Per Job': speed({
      default: 0,
      about: 'Limit for each Job; 0 for none.',
    }),
    'Allow Bandwidth Bursting': yesNo({
      default: false,
      about: 'Bandwidth that was not used may be used later.',
    }),
    ...ndmpRows,
    'Auto Xflate On Replication': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'Compress anew what is copied.',
    }),
    ...statisticsRows,
    'Device Reserve By Media Type': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'Take any device of the media type.',
    }),
    'File Device Concurrent Read': yesNo({
      default: false,
      status: 'inactive',
      about: 'Read from a device while another Job does.',
    }),
    'Just In Time Reservation': yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'Take the device only when data arrive.',
    }),
    'Absolute Job Timeout': duration({
      default: 0,
      about: 'When to cancel a Job that is still running; 0 for never.',
    }),
    'Secure Erase Command': text({ status: 'inactive', about: 'Program that deletes files.' }),
    'Log Timestamp Format': text({
      default: '%d-%b %H:%M',
      status: 'inactive',
      inert: '%d-%b %H:%M',
      about: 'Form of the time before each message.',
    }),
    ...kernelTlsRow,
    ...tlsRows,
  },
})
export type StorageResource = ResourceOf<typeof storageType>

export const directorType = resourceType({
  name: 'Director',
  about: 'A Director that may use this storage daemon.',
  rows: {
    Name: name({ required: true, about: 'Name of the Director.' }),
    Description: text({ about: 'A remark.' }),
    Password: password({
      required: true,
      about: 'Password that the Director has for this daemon.',
    }),
    Monitor: yesNo({ default: false, about: 'It may ask for the status only.' }),
    'Maximum Bandwidth Per Job': speed({
      default: 0,
      about: 'Limit for each Job; 0 for none.',
    }),
    'Key Encryption Key': clearSecret({
      status: 'inactive',
      about: 'Wraps the keys of encrypted tapes.',
    }),
    ...unusedTlsRows,
  },
})
export type DirectorResource = ResourceOf<typeof directorType>

export const ndmpType = resourceType({
  name: 'NDMP',
  about: 'A user of NDMP, which is not served.',
  rows: {
    Name: name({ required: true, about: 'A name for it.' }),
    Description: text({ about: 'A remark.' }),
    Username: text({ required: true, status: 'inactive', about: 'Name of the user.' }),
    Password: clearSecret({ required: true, status: 'inactive', about: 'Password of the user.' }),
    'Auth Type': keyword(
      { None: 'none', Clear: 'clear', MD5: 'md5' },
      { default: 'none', status: 'inactive', inert: 'none', about: 'How the user logs in.' },
    ),
    'Log Level': count({ default: 4, status: 'inactive', about: 'How much is logged.' }),
  },
})
export type NdmpResource = ResourceOf<typeof ndmpType>

// The Client (also called FileDaemon) and Director resources of the file daemon.
import {
  kernelTlsRow,
  listenRows,
  resourceType,
  type ResourceOf,
  tlsRows,
  unusedTlsRows,
} from '@coffer/core'
import {
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

const permissionRows = {
  'Allowed Script Dir': texts({
    about:
      'Folder whose programs scripts of Jobs may be, repeatable; all programs when none is given. That of a Director goes over that of the daemon.',
  }),
  'Allowed Job Command': textList({
    about:
      'What Directors may ask for: backup, restore, verify, estimate, runscript; all when none is given.',
  }),
} as const

const pkiRows = {
  'PKI Signatures': yesNo({ default: false, about: 'Sign the content of files.' }),
  'PKI Encryption': yesNo({
    default: false,
    about: 'Encrypt the content of files, and sign it.',
  }),
  'PKI Key Pair': path({
    about: 'PEM file with certificate and key: signs, and opens what was encrypted.',
  }),
  'PKI Signer': texts({ about: 'PEM files of further certificates whose signatures are known.' }),
  'PKI Master Key': texts({
    about: 'PEM files of certificates; their keys open what is encrypted here too.',
  }),
  'PKI Cipher': keyword(
    {
      blowfish: 'blowfish',
      '3des': '3des',
      aes128: 'aes128',
      aes192: 'aes192',
      aes256: 'aes256',
      aes256gcm: 'aes256gcm',
      camellia128: 'camellia128',
      camellia192: 'camellia192',
      camellia256: 'camellia256',
      aes128hmacsha1: 'aes128hmacsha1',
      aes256hmacsha1: 'aes256hmacsha1',
    },
    {
      default: 'aes128',
      about:
        'Cipher of the content. Bareos reads all but aes256gcm, which also protects each record against change.',
    },
  ),
} as const

export const clientType = resourceType({
  name: 'Client',
  about: 'The file daemon itself.',
  aliases: ['FileDaemon'],
  rows: {
    Name: name({ required: true, about: 'Name of the file daemon.' }),
    Description: text({ about: 'A remark.' }),
    ...listenRows('FD', 9102),
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
    'Hooks Directory': path({
      about:
        'Programs to call before and after every backup and restore; /etc/coffer/hooks.d when not given. See docs/hooks.md.',
    }),
    'Hook Timeout': duration({ default: 1800, about: 'How long one hook may take.' }),
    'Scripts Directory': path({ status: 'inactive', about: 'Where scripts are.' }),
    'Maximum Concurrent Jobs': count({
      default: 1000,
      least: 1,
      status: 'deprecated',
      about: 'Jobs that ran at the same time at most; the Director decides.',
    }),
    'Maximum Workers Per Job': count({
      default: 0,
      about: 'Threads that read files for a Job; 0 for as many as the machine suggests.',
    }),
    'Maximum Connections': count({
      status: 'deprecated',
      about: 'Connections that were served at the same time.',
    }),
    Messages: reference('Messages', { about: 'Where messages of the daemon go.' }),
    'SD Connect Timeout': duration({
      default: 1800,
      about: 'How long to try to reach a storage daemon.',
    }),
    'Heartbeat Interval': duration({
      default: 0,
      about: 'How often to make sure that a peer is still there; 0 for the default of 30 seconds.',
    }),
    'Maximum Network Buffer Size': size({
      status: 'inactive',
      about: 'Bytes of a network buffer; the transport decides.',
    }),
    ...pkiRows,
    'Ver Id': text({ status: 'inactive', about: 'Text that is added to the version.' }),
    Compatible: yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'Do only what very old storage daemons understand.',
    }),
    'Maximum Bandwidth Per Job': speed({
      default: 0,
      about: 'Limit for each Job; 0 for none.',
    }),
    'Allow Bandwidth Bursting': yesNo({
      default: false,
      about: 'Bandwidth that was not used may be used later.',
    }),
    ...permissionRows,
    'Absolute Job Timeout': duration({
      default: 0,
      about: 'When to cancel a Job that is still running; 0 for never.',
    }),
    'Always Use Lmdb': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'Keep the file list of accurate Jobs on disk.',
    }),
    'Lmdb Threshold': count({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Files from which the list is kept on disk.',
    }),
    'Secure Erase Command': text({ status: 'inactive', about: 'Program that deletes files.' }),
    'Grpc Module': text({ status: 'inactive', about: 'Program that hosts plugins.' }),
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
export type ClientResource = ResourceOf<typeof clientType>

export const directorType = resourceType({
  name: 'Director',
  about: 'A Director that may use this file daemon.',
  rows: {
    Name: name({ required: true, about: 'Name of the Director.' }),
    Description: text({ about: 'A remark.' }),
    Password: password({
      required: true,
      about: 'Password that the Director has for this daemon.',
    }),
    Address: text({ status: 'inactive', about: 'Host of the Director, to connect to it.' }),
    Port: port({ default: 9101, status: 'inactive', about: 'TCP port of the Director.' }),
    'Connection From Director To Client': yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'The Director connects to the client.',
    }),
    'Connection From Client To Director': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'The client connects to the Director.',
    }),
    ...permissionRows,
    Monitor: yesNo({ default: false, about: 'It may ask for the status only.' }),
    'Maximum Bandwidth Per Job': speed({
      default: 0,
      about: 'Limit for each Job; 0 for none.',
    }),
    ...kernelTlsRow,
    ...unusedTlsRows,
  },
})
export type DirectorResource = ResourceOf<typeof directorType>

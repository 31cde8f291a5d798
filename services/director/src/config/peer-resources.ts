// The Client and Storage resources: where the other daemons are and how to speak to them.
import { resourceType, type ResourceOf, tlsRows } from '@coffer/core'
import {
  count,
  duration,
  keyword,
  name,
  password,
  port,
  reference,
  size,
  speed,
  text,
  textList,
  yesNo,
} from '@coffer/core/directives'

const AUTH_TYPES = { None: 'none', Clear: 'clear', MD5: 'md5' } as const

export const clientType = resourceType({
  name: 'Client',
  about: 'A host that is backed up: its file daemon.',
  aliases: ['FileDaemon'],
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    Protocol: keyword(
      { Native: 'native', NDMP: 'ndmp', NDMPv2: 'ndmpv2', NDMPv3: 'ndmpv3', NDMPv4: 'ndmpv4' },
      {
        default: 'native',
        status: 'inactive',
        inert: 'native',
        about: 'Protocol of the host; NDMP is not spoken.',
      },
    ),
    Address: text({ required: true, aliases: ['FD Address'], about: 'Host name or address.' }),
    Port: port({ default: 9102, aliases: ['FD Port'], about: 'TCP port of the file daemon.' }),
    Username: text({ status: 'inactive', about: 'User for NDMP.' }),
    Password: password({
      required: true,
      aliases: ['FD Password'],
      about: 'Password that the file daemon has for this Director.',
    }),
    Catalog: reference('Catalog', {
      about: 'Catalog of its Jobs; the first one when none is given.',
    }),
    Passive: yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'The storage daemon connects to the client, not the other way round.',
    }),
    'Connection From Director To Client': yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'The Director connects to the client.',
    }),
    'Connection From Client To Director': yesNo({
      default: false,
      aliases: ['Allow Client Connect'],
      status: 'inactive',
      inert: false,
      about: 'The client may connect to the Director.',
    }),
    Enabled: yesNo({ default: true, about: 'Whether Jobs of this client are started.' }),
    'Hard Quota': size({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Bytes stored at most.',
    }),
    'Soft Quota': size({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Bytes stored from which the grace period runs.',
    }),
    'Soft Quota Grace Period': duration({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'How long the soft quota may be exceeded.',
    }),
    'Strict Quotas': yesNo({
      default: false,
      status: 'inactive',
      inert: false,
      about: 'After the grace period the soft quota is the limit.',
    }),
    'Quota Include Failed Jobs': yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'Count failed Jobs as well.',
    }),
    'File Retention': duration({
      default: 5_184_000,
      about:
        'Age from which `prune files` deletes File records; Volumes keep their data for their own retention.',
    }),
    'Job Retention': duration({
      default: 15_552_000,
      about: 'Age from which `prune jobs` deletes Job records; Volumes go by their own retention.',
    }),
    'Heartbeat Interval': duration({
      default: 0,
      about:
        'How often to make sure that the client is still there; 0 for the setting of the Director.',
    }),
    'Auto Prune': yesNo({
      default: false,
      about: 'Prune Jobs and Files of the client after each backup that ended well.',
    }),
    'Maximum Concurrent Jobs': count({
      default: 1,
      least: 1,
      about: 'Jobs of this client that run at the same time at most.',
    }),
    'Maximum Bandwidth Per Job': speed({
      default: 0,
      about: 'Limit for each Job; 0 for none.',
    }),
    'Auth Type': keyword(AUTH_TYPES, {
      default: 'none',
      status: 'inactive',
      inert: 'none',
      about: 'How NDMP logs in.',
    }),
    'NDMP Log Level': count({ default: 4, status: 'inactive', about: 'How much NDMP logs.' }),
    'NDMP Block Size': size({ default: 64512, status: 'inactive', about: 'Block size of NDMP.' }),
    'NDMP Use Lmdb': yesNo({
      default: true,
      status: 'inactive',
      about: 'Keep NDMP file history on disk.',
    }),
    'LAN Address': text({
      status: 'inactive',
      about: 'Address for storage daemons in the same local network.',
    }),
    ...tlsRows,
  },
})
export type ClientResource = ResourceOf<typeof clientType>

export const storageType = resourceType({
  name: 'Storage',
  about: 'A device or autochanger of a storage daemon.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    Protocol: keyword(
      { Native: 'native', NDMP: 'ndmp', NDMPv2: 'ndmpv2', NDMPv3: 'ndmpv3', NDMPv4: 'ndmpv4' },
      {
        default: 'native',
        status: 'inactive',
        inert: 'native',
        about: 'Protocol of the host; NDMP is not spoken.',
      },
    ),
    Address: text({
      required: true,
      aliases: ['SD Address'],
      about: 'Host name or address; file daemons use it as well.',
    }),
    Port: port({ default: 9103, aliases: ['SD Port'], about: 'TCP port of the storage daemon.' }),
    Username: text({ status: 'inactive', about: 'User for NDMP.' }),
    Password: password({
      required: true,
      aliases: ['SD Password'],
      about: 'Password that the storage daemon has for this Director.',
    }),
    Device: textList({
      required: true,
      about: 'Name of the Device or Autochanger resource at the storage daemon.',
    }),
    'Media Type': text({ required: true, about: 'Kind of media; the same as that of the Device.' }),
    'Auto Changer': yesNo({ default: false, about: 'Whether the device is an autochanger.' }),
    Enabled: yesNo({ default: true, about: 'Whether it is used.' }),
    'Allow Compression': yesNo({
      default: true,
      about: 'With "no" file daemons do not compress what goes here.',
    }),
    'Heartbeat Interval': duration({
      default: 0,
      about: 'How often to make sure that it is still there; 0 for the setting of the Director.',
    }),
    'Cache Status Interval': duration({
      default: 30,
      status: 'inactive',
      about: 'How long the contents of an autochanger are remembered.',
    }),
    'Maximum Concurrent Jobs': count({
      default: 0,
      about:
        'Jobs that write to it at the same time at most; 0 leaves that to the storage daemon, and is no limit for disks.',
    }),
    'Maximum Concurrent Read Jobs': count({
      default: 0,
      about: 'Jobs that read from it at the same time at most; 0 for no limit.',
    }),
    'Paired Storage': reference('Storage', {
      status: 'inactive',
      about: 'Storage of the same devices by NDMP.',
    }),
    'Maximum Bandwidth Per Job': speed({
      default: 0,
      about: 'Limit for each Job; 0 for none.',
    }),
    'Collect Statistics': yesNo({
      default: false,
      status: 'deprecated',
      inert: false,
      about: 'Collect statistics of its devices.',
    }),
    'Auth Type': keyword(AUTH_TYPES, {
      default: 'none',
      status: 'inactive',
      inert: 'none',
      about: 'How NDMP logs in.',
    }),
    'NDMP Changer Device': text({ status: 'inactive', about: 'Changer device of NDMP.' }),
    'LAN Address': text({
      status: 'inactive',
      about: 'Address for file daemons in the same local network.',
    }),
    ...tlsRows,
  },
})
export type StorageResource = ResourceOf<typeof storageType>

// The Device and Autochanger resources of the storage daemon.
import { labelTypeRow, resourceType, type ResourceOf } from '@coffer/core'
import {
  count,
  duration,
  keyword,
  name,
  path,
  size,
  text,
  textList,
  yesNo,
} from '@coffer/core/directives'

/** Properties of tape drives that files do not have; the default is what they are assumed to be. */
const tapeFlag = (isDefault: boolean, about: string) =>
  yesNo({ default: isDefault, status: 'inactive', inert: isDefault, about })

const tapeRows = {
  'Hardware End Of File': tapeFlag(true, 'The drive can go to the end of a file.'),
  'Hardware End Of Medium': tapeFlag(true, 'The drive can go to the end of the data.'),
  'Backward Space Record': tapeFlag(true, 'The drive can go back a record.'),
  'Backward Space File': tapeFlag(true, 'The drive can go back a file.'),
  'Bsf At Eom': tapeFlag(false, 'Go back a file at the end of the data.'),
  'Two Eof': tapeFlag(false, 'Write two marks at the end.'),
  'Forward Space Record': tapeFlag(true, 'The drive can skip a record.'),
  'Forward Space File': tapeFlag(true, 'The drive can skip a file.'),
  'Fast Forward Space File': tapeFlag(true, 'The drive can skip many files at once.'),
  'Block Positioning': tapeFlag(true, 'The drive can go to a block.'),
  'Use Mtiocget': tapeFlag(true, 'Ask the drive where it is.'),
  'Offline On Unmount': tapeFlag(false, 'Take the tape offline when it is unmounted.'),
  'No Rewind On Close': tapeFlag(true, 'Do not rewind when the drive is closed.'),
  'Eof On Error Is Eot': tapeFlag(false, 'An error at a file mark is the end of the tape.'),
  'Drive Tape Alert Enabled': tapeFlag(false, 'Ask the drive for alerts.'),
  'Drive Crypto Enabled': tapeFlag(false, 'Encrypt in the drive.'),
  'Query Crypto Status': tapeFlag(false, 'Ask the drive whether it encrypts.'),
  'Maximum Rewind Wait': duration({
    default: 300,
    status: 'inactive',
    about: 'How long to wait for rewinding.',
  }),
  'Diagnostic Device': path({ status: 'inactive', about: 'Device file for diagnostics.' }),
  'Alert Command': text({ status: 'inactive', about: 'Program that asks for alerts.' }),
} as const

const changerRows = {
  'Auto Changer': yesNo({ default: false, about: 'It is a drive of an autochanger.' }),
  'Changer Device': path({ about: 'That of its autochanger, where that has none.' }),
  'Changer Command': text({ about: 'That of its autochanger, where that has none.' }),
  'Maximum Changer Wait': duration({
    default: 300,
    about: 'How long to wait for the changer.',
  }),
  'Drive Index': count({
    default: 0,
    about: 'Number of the drive in its changer.',
  }),
  'Close On Poll': yesNo({
    default: false,
    status: 'inactive',
    inert: false,
    about: 'Close the device while waiting for media.',
  }),
  'Requires Mount': yesNo({
    default: false,
    status: 'inactive',
    inert: false,
    about: 'The medium holds a file system to mount.',
  }),
  'Mount Point': path({ status: 'inactive', about: 'Where it is mounted.' }),
  'Mount Command': text({ status: 'inactive', about: 'Program that mounts it.' }),
  'Unmount Command': text({ status: 'inactive', about: 'Program that unmounts it.' }),
  'Maximum Part Size': size({ status: 'deprecated', about: 'Bytes of a part of a DVD.' }),
  'Write Part Command': text({
    status: 'deprecated',
    about: 'Program that wrote a part of a DVD.',
  }),
  'Free Space Command': text({ status: 'deprecated', about: 'Program that said what was free.' }),
} as const

const inflateRows = {
  'Auto Deflate': keyword(
    { None: 'none', In: 'in', Out: 'out', Both: 'both' },
    { default: 'none', status: 'inactive', inert: 'none', about: 'Compress here.' },
  ),
  'Auto Deflate Algorithm': text({ status: 'inactive', about: 'How to compress.' }),
  'Auto Deflate Level': count({ default: 6, status: 'inactive', about: 'How much to compress.' }),
  'Auto Inflate': keyword(
    { None: 'none', In: 'in', Out: 'out', Both: 'both' },
    { default: 'none', status: 'inactive', inert: 'none', about: 'Undo compression here.' },
  ),
} as const

const spoolRows = {
  'Spool Directory': path({
    about: 'Where data are kept before they go to a Volume; the Working Directory by default.',
  }),
  'Maximum Spool Size': size({
    default: 0,
    about: 'Bytes that all Jobs of the Device may spool; 0 for no limit.',
  }),
  'Maximum Job Spool Size': size({
    default: 0,
    about: 'Bytes that each Job may spool; 0 for no limit.',
  }),
} as const

export const deviceType = resourceType({
  name: 'Device',
  about: 'What Volumes are written to and read from.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    'Media Type': text({
      required: true,
      about: 'Kind of media; Volumes go only where it is the same.',
    }),
    'Device Type': keyword(
      { File: 'file', Tape: 'tape', Fifo: 'fifo', Dedup: 'dedup', DplCompat: 'dplcompat' },
      { default: 'file', about: 'Kind of device; only File so far.' },
    ),
    'Archive Device': path({
      required: true,
      about: 'Folder that holds the Volumes, or the device file.',
    }),
    'Volume Label': keyword(
      { Bareos: 'bareos', Bacula: 'bacula' },
      {
        default: 'bareos',
        about: 'Whose tools can read new Volumes. Coffer only; both kinds are always read.',
      },
    ),
    'Device Options': text({ status: 'inactive', about: 'Settings of its driver.' }),
    'Removable Media': yesNo({
      default: true,
      status: 'inactive',
      inert: false,
      about: 'Media can be taken out.',
    }),
    'Random Access': yesNo({
      default: false,
      status: 'inactive',
      inert: true,
      about: 'Any place can be read.',
    }),
    'Automatic Mount': yesNo({
      default: false,
      status: 'inactive',
      inert: true,
      about: 'Open the Volume that is there by itself.',
    }),
    'Label Media': yesNo({ default: false, about: 'Label new Volumes when they are needed.' }),
    'Always Open': yesNo({
      default: true,
      status: 'inactive',
      inert: false,
      about: 'Keep the device open between Jobs.',
    }),
    'Auto Select': yesNo({
      default: true,
      about: 'It may be taken when its autochanger is named.',
    }),
    'Access Mode': keyword(
      { ReadOnly: 'readonly', WriteOnly: 'writeonly', ReadWrite: 'readwrite' },
      { default: 'readwrite', about: 'What it may be taken for.' },
    ),
    Count: count({
      default: 1,
      least: 1,
      most: 9999,
      about: 'So many devices like this one, with an autochanger of its name.',
    }),
    'Maximum Concurrent Jobs': count({
      default: 0,
      about: 'Jobs that write to it at the same time at most; 0 for no limit.',
    }),
    'Maximum Open Volumes': count({
      default: 1,
      status: 'inactive',
      inert: 1,
      about: 'Volumes open at the same time.',
    }),
    'Block Checksum': yesNo({
      default: true,
      about:
        'Put a checksum into each block: without it, damage shows only in the digests of files.',
    }),
    'Check Labels': yesNo({
      default: false,
      status: 'deprecated',
      inert: false,
      about: 'Read ANSI and IBM labels.',
    }),
    ...labelTypeRow,
    'Label Block Size': size({
      default: 64512,
      status: 'inactive',
      about: 'Bytes of the block of a label.',
    }),
    'Minimum Block Size': size({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Bytes of a block at least.',
    }),
    'Maximum Block Size': size({ default: 1_048_576, about: 'Bytes of a block at most.' }),
    'Padding Size': size({ status: 'deprecated', about: 'Multiple of bytes of a block.' }),
    'Maximum File Size': size({
      default: 25 * 1024 ** 3,
      status: 'inactive',
      about: 'Bytes between file marks on tape.',
    }),
    'Volume Capacity': size({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Bytes that fit on a Volume.',
    }),
    'Maximum Network Buffer Size': size({
      status: 'deprecated',
      about: 'Bytes of a network buffer; the transport decides.',
    }),
    'Volume Poll Interval': duration({
      default: 300,
      status: 'inactive',
      about: 'How often to ask again for a Volume while there is none.',
    }),
    'Maximum Open Wait': duration({
      default: 300,
      status: 'inactive',
      about: 'How long to wait for a device in use.',
    }),
    'Collect Statistics': yesNo({
      default: false,
      status: 'deprecated',
      inert: false,
      about: 'Collect statistics of the device.',
    }),
    ...spoolRows,
    ...changerRows,
    ...inflateRows,
    ...tapeRows,
  },
})
export type DeviceResource = ResourceOf<typeof deviceType>

export const autochangerType = resourceType({
  name: 'Autochanger',
  about: 'Several devices under one name.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    Device: textList({ required: true, about: 'Names of its devices.' }),
    'Changer Device': path({
      about: 'What %c stands for in the Changer Command: the device file of the changer.',
    }),
    'Changer Command': text({
      about:
        'Program that moves media, with the codes %a %c %d %o %s %S %v; `coffer changer` is one. Without it nothing is moved.',
    }),
  },
})
export type AutochangerResource = ResourceOf<typeof autochangerType>

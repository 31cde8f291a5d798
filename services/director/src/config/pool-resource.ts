// The Pool resource: which Volumes belong together, how they are labelled, filled and used again.
import { labelTypeRow, resourceType, type ResourceOf } from '@coffer/core'
import {
  count,
  duration,
  keyword,
  name,
  reference,
  references,
  size,
  text,
  yesNo,
} from '@coffer/core/directives'

const YEAR_SECONDS = 365 * 24 * 3600

export const poolType = resourceType({
  name: 'Pool',
  about: 'A set of Volumes and the rules for them.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    'Pool Type': keyword(
      {
        Backup: 'Backup',
        Copy: 'Copy',
        Cloned: 'Cloned',
        Archive: 'Archive',
        Migration: 'Migration',
        Scratch: 'Scratch',
      },
      { default: 'Backup', about: 'What its Volumes are for.' },
    ),
    'Label Format': text({
      about: 'How new Volumes are named; a text without variables gets a number appended.',
    }),
    ...labelTypeRow,
    'Cleaning Prefix': text({
      default: 'CLN',
      about: 'Barcodes that begin so are cleaning tapes: `label barcodes` passes them over.',
    }),
    'Use Catalog': yesNo({
      default: true,
      status: 'inactive',
      inert: true,
      about: 'Keep its Jobs in the Catalog.',
    }),
    'Purge Oldest Volume': yesNo({
      default: false,
      about: 'When no Volume is left, use the oldest one again regardless of its retention.',
    }),
    'Action On Purge': keyword(
      { None: 'None', Truncate: 'Truncate' },
      {
        default: 'None',
        shown: true,
        about:
          'Truncate gives the space of a Volume back as soon as it is purged; kept in the Catalog.',
      },
    ),
    'Recycle Oldest Volume': yesNo({
      default: false,
      about: 'When no Volume is left, prune the oldest one, and use it again if that frees it.',
    }),
    'Recycle Current Volume': yesNo({
      default: false,
      about: 'Prune the Volume in the device before any other, and use it again if that frees it.',
    }),
    'Maximum Volumes': count({ default: 0, about: 'Volumes in it at most; 0 for no limit.' }),
    'Maximum Volume Jobs': count({
      default: 0,
      about: 'Jobs on a Volume at most; 0 for no limit.',
    }),
    'Maximum Volume Files': count({
      default: 0,
      about: 'Files on a Volume at most; 0 for no limit.',
    }),
    'Maximum Volume Bytes': size({
      default: 0,
      about: 'Bytes on a Volume at most; 0 for no limit.',
    }),
    'Catalog Files': yesNo({ default: true, about: 'Keep the names of files in the Catalog.' }),
    'Volume Retention': duration({
      default: YEAR_SECONDS,
      about: 'How long a Volume keeps what was written last.',
    }),
    'Volume Use Duration': duration({
      default: 0,
      about: 'How long after its first use a Volume is written to; 0 for ever.',
    }),
    'Migration Time': duration({
      default: 0,
      about: 'Age from which Jobs are migrated.',
    }),
    'Migration High Bytes': size({
      default: 0,
      about: 'Bytes in it from which Jobs are migrated.',
    }),
    'Migration Low Bytes': size({
      default: 0,
      about: 'Bytes in it at which migration stops.',
    }),
    'Next Pool': reference('Pool', { about: 'Where copies, migrations and virtual Fulls go.' }),
    Storage: references('Storage', { about: 'Storage of its Volumes; wins over that of the Job.' }),
    'Auto Prune': yesNo({
      default: true,
      about: 'Prune Volumes of the Pool when one is needed and none is free.',
    }),
    Recycle: yesNo({ default: true, about: 'Use purged Volumes again.' }),
    'Recycle Pool': reference('Pool', { about: 'Pool that a purged Volume moves to.' }),
    'Scratch Pool': reference('Pool', { about: 'Pool that new Volumes are taken from.' }),
    Catalog: reference('Catalog', { about: 'Catalog of its Jobs.' }),
    'File Retention': duration({
      about: 'The same as that of a Client, which it goes over.',
    }),
    'Job Retention': duration({
      about: 'The same as that of a Client, which it goes over.',
    }),
    'Minimum Block Size': size({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Of its Volumes.',
    }),
    'Maximum Block Size': size({
      default: 0,
      status: 'inactive',
      inert: 0,
      about: 'Of its Volumes.',
    }),
  },
})
export type PoolResource = ResourceOf<typeof poolType>

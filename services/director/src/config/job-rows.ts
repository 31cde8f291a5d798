// Rows of the Job table about limits in time, the queue, pruning and plugins.
import { count, duration, pluginTexts, size, speed, texts, yesNo } from '@coffer/core/directives'

const limit = (about: string) => duration({ default: 0, about: `${about} 0 for no limit.` })

export const limitRows = {
  'Maximum Bandwidth': speed({
    default: 0,
    about: 'Limit of the Job; 0 for none.',
  }),
  'Max Run Sched Time': limit('Cancel the Job so long after its scheduled time.'),
  'Max Run Time': limit('Cancel the Job when it has run so long.'),
  'Full Max Runtime': limit('Cancel a Full when it has run so long.'),
  'Incremental Max Runtime': limit('Cancel an Incremental when it has run so long.'),
  'Differential Max Runtime': limit('Cancel a Differential when it has run so long.'),
  'Max Wait Time': limit(
    'Cancel the Job when it has waited so long for others, all waits together.',
  ),
  'Max Start Delay': limit('Cancel the Job when it has not started so long after its time.'),
} as const

const pruneRows = {
  'Prune Jobs': yesNo({
    default: false,
    about: 'Prune Jobs of its Client when it has ended well, as with Auto Prune of the Client.',
  }),
  'Prune Files': yesNo({
    default: false,
    about: 'Prune Files of its Client when it has ended well, as with Auto Prune of the Client.',
  }),
  'Prune Volumes': yesNo({
    default: false,
    about: 'Prune Volumes when it needs one, even where its Pool has Auto Prune = no.',
  }),
  'Purge Migration Job': yesNo({ default: false, about: 'Purge the Job that was migrated.' }),
} as const

const no = (about: string) => yesNo({ default: false, about })

const duplicateRows = {
  'Allow Duplicate Jobs': yesNo({
    default: true,
    about: 'The Job may be started while it runs or waits.',
  }),
  'Allow Higher Duplicates': yesNo({
    default: true,
    status: 'deprecated',
    inert: true,
    about: 'The Job may be started again with a higher level.',
  }),
  'Cancel Lower Level Duplicates': no('Of two of the same Job the one of lower level goes.'),
  'Cancel Queued Duplicates': no('The same Job that waits is canceled.'),
  'Cancel Running Duplicates': no('The same Job that runs or waits is canceled.'),
  'Duplicate Job Proximity': duration({
    default: 0,
    about: 'A Job that started longer ago is no duplicate; 0 for no such limit.',
  }),
} as const

export const queueRows = {
  ...pruneRows,
  Enabled: yesNo({ default: true, about: 'Whether its Schedule starts it.' }),
  'Run Missed Jobs': yesNo({
    default: false,
    about:
      'Run it at the start of the Director when it was due while none ran: once, at the highest level missed. Coffer only.',
  }),
  'Spool Attributes': no('Hand attributes on when the Job ends, not while it runs.'),
  'Spool Data': no('Keep data on a disk of the storage daemon before they go to a Volume.'),
  'Rerun Failed Levels': yesNo({
    default: false,
    about: 'After a failed Job of higher level run that level.',
  }),
  'Prefer Mounted Volumes': yesNo({
    default: true,
    status: 'inactive',
    inert: true,
    about: 'Take the Volume in a drive rather than another drive.',
  }),
  'Maximum Concurrent Jobs': count({
    default: 1,
    least: 1,
    about: 'How often it runs at the same time at most.',
  }),
  'Reschedule On Error': no('Start a backup again when it fails.'),
  'Reschedule Interval': duration({
    default: 1800,
    about: 'How long to wait before.',
  }),
  'Reschedule Times': count({
    default: 5,
    about: 'How often at most; 0 for no limit.',
  }),
  Priority: count({
    default: 10,
    least: 1,
    about: 'Lower numbers run first; Jobs of different priority do not run together.',
  }),
  'Allow Mixed Priority': yesNo({
    default: false,
    about: 'It may run together with Jobs of other priorities that allow it too.',
  }),
  ...duplicateRows,
} as const

export const jobPluginRows = {
  'Save File History': yesNo({
    default: true,
    status: 'inactive',
    inert: true,
    about: 'Keep the file history of NDMP.',
  }),
  'File History Size': size({
    default: 10_000_000,
    status: 'inactive',
    about: 'Files of an NDMP backup at most.',
  }),
  'FD Plugin Options': texts({
    status: 'inactive',
    about: 'Options of plugins of the file daemon.',
  }),
  'SD Plugin Options': texts({
    status: 'inactive',
    about: 'Options of plugins of the storage daemon.',
  }),
  'DIR Plugin Options': pluginTexts({
    about:
      'Where the end of the Job is reported to: a sender and its options; see docs/monitoring.md.',
  }),
} as const

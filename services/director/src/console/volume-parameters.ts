// What `update volume` may change: keyword, menu entry, question, and how a typed value is read.
import { CofferError, formatDuration, parseDuration, parseSize, withCommas } from '@coffer/core'
import type { VolumeChange } from '../catalog/media.ts'
import { readYesNo } from './context.ts'

export interface VolumeParameter {
  readonly keywords: readonly string[]
  /** As the menu "Parameters to modify:" names it. */
  readonly label: string
  readonly question: string
  /** Choices for a menu in place of the question. */
  readonly choices?: readonly string[]
  /** Throws `console-usage` for a value that cannot be meant. */
  read(value: string): { readonly change: VolumeChange; readonly text: string }
}

/** Statuses that an operator may set. */
const SETTABLE_STATUSES = [
  'Append',
  'Archive',
  'Disabled',
  'Full',
  'Used',
  'Cleaning',
  'Recycle',
  'Read-Only',
  'Error',
  'Purged',
] as const

export const VOLUME_PARAMETERS: readonly VolumeParameter[] = [
  {
    keywords: ['volstatus'],
    label: 'Volume Status',
    question: 'Choose new Volume Status',
    choices: SETTABLE_STATUSES,
    read: (value) => {
      const status = SETTABLE_STATUSES.find((each) => each.toLowerCase() === value.toLowerCase())
      if (status === undefined) throw refused(`Invalid VolStatus specified: ${value}`)
      return { change: { status }, text: `New Volume status is: ${status}` }
    },
  },
  duration(
    ['volretention'],
    'Volume Retention Period',
    'Enter Volume Retention period: ',
    (seconds) => ({
      change: { retentionSeconds: seconds },
      text: `New retention period is: ${formatDuration(seconds)} `,
    }),
  ),
  duration(
    ['voluse', 'voluseduration'],
    'Volume Use Duration',
    'Enter Volume Use Duration: ',
    (seconds) => ({
      change: { useDurationSeconds: seconds },
      text: `New use duration is: ${formatDuration(seconds)} `,
    }),
  ),
  count(['maxvoljobs'], 'Maximum Volume Jobs', 'Enter new Maximum Jobs: ', (maxJobs) => ({
    change: { maxJobs },
    text: `New max jobs is: ${maxJobs}`,
  })),
  count(['maxvolfiles'], 'Maximum Volume Files', 'Enter new Maximum Files: ', (maxFiles) => ({
    change: { maxFiles },
    text: `New max files is: ${maxFiles}`,
  })),
  {
    keywords: ['maxvolbytes'],
    label: 'Maximum Volume Bytes',
    question: 'Enter new Maximum Bytes: ',
    read: (value) => {
      const maxBytes = parseSize(value)
      if (maxBytes === undefined) throw refused(`Invalid max. bytes specification: ${value}`)
      return { change: { maxBytes }, text: `New Max bytes is: ${maxBytes}` }
    },
  },
  yesNo(['recycle'], 'Recycle Flag', 'Enter new Recycle flag (yes/no): ', (recycle) => ({
    change: { recycle },
    text: `New Recycle flag is: ${recycle ? 'yes' : 'no'}`,
  })),
  count(['slot'], 'Slot', 'Enter new Slot: ', (slot) => ({
    change: { slot },
    text: `New Slot is: ${slot}`,
  })),
  yesNo(['inchanger'], 'InChanger Flag', 'Set InChanger flag? yes/no: ', (inChanger) => ({
    change: { inChanger },
    text: `New InChanger flag is: ${inChanger ? 'yes' : 'no'}`,
  })),
  {
    keywords: ['enabled'],
    label: 'Enabled',
    question: 'Enter new Enabled (yes/no/archived): ',
    read: (value) => {
      const enabledNumber = value.toLowerCase() === 'archived' ? 2 : Number(flag(value))
      return { change: { enabledNumber }, text: `New Enabled is: ${withCommas(enabledNumber)}` }
    },
  },
  {
    keywords: ['actiononpurge'],
    label: 'Action On Purge',
    question: 'Choose new Action On Purge',
    choices: ['None', 'Truncate'],
    read: (value) => {
      const index = ['none', 'truncate'].indexOf(value.toLowerCase())
      if (index < 0) throw refused(`Invalid Action On Purge: ${value}`)
      return {
        change: { actionOnPurge: index },
        text: `New ActionOnPurge is: ${index === 1 ? 'Truncate' : 'None'}`,
      }
    },
  },
]

type Answer = { readonly change: VolumeChange; readonly text: string }

function duration(
  keywords: readonly string[],
  label: string,
  question: string,
  answer: (seconds: number) => Answer,
): VolumeParameter {
  return {
    keywords,
    label,
    question,
    read: (value) => {
      const seconds = parseDuration(value)
      if (seconds === undefined) throw refused(`Invalid retention period specified: ${value}`)
      return answer(seconds)
    },
  }
}

function count(
  keywords: readonly string[],
  label: string,
  question: string,
  answer: (number: number) => Answer,
): VolumeParameter {
  return {
    keywords,
    label,
    question,
    read: (value) => {
      if (!/^\d{1,9}$/.test(value)) throw refused(`"${value}" is not a number`)
      return answer(Number(value))
    },
  }
}

function yesNo(
  keywords: readonly string[],
  label: string,
  question: string,
  answer: (isSet: boolean) => Answer,
): VolumeParameter {
  return { keywords, label, question, read: (value) => answer(flag(value)) }
}

function flag(value: string): boolean {
  const answer = readYesNo(value)
  if (answer === undefined) throw refused(`Invalid value: ${value}. It must be yes or no`)
  return answer
}

function refused(text: string): CofferError {
  return new CofferError('console-usage', text)
}

// Job types, levels and statuses: the letters that Bareos stores and prints, as data.
// Source of every letter and text: the Bareos Catalog tables and console output.

export const JOB_TYPES = {
  backup: { letter: 'B', text: 'Backup' },
  restore: { letter: 'R', text: 'Restore' },
  verify: { letter: 'V', text: 'Verify' },
  admin: { letter: 'D', text: 'Admin' },
  migrate: { letter: 'g', text: 'Migrate' },
  copy: { letter: 'c', text: 'Copy' },
  consolidate: { letter: 'O', text: 'Consolidate' },
  archive: { letter: 'A', text: 'Archive' },
  migratedJob: { letter: 'M', text: 'Migrated Job' },
  jobCopy: { letter: 'C', text: 'Job Copy' },
  console: { letter: 'U', text: 'Console' },
  system: { letter: 'I', text: 'System' },
} as const
export type JobTypeLetter = (typeof JOB_TYPES)[keyof typeof JOB_TYPES]['letter']

export const JOB_LEVELS = {
  full: { letter: 'F', text: 'Full' },
  differential: { letter: 'D', text: 'Differential' },
  incremental: { letter: 'I', text: 'Incremental' },
  virtualFull: { letter: 'f', text: 'VirtualFull' },
  base: { letter: 'B', text: 'Base' },
  since: { letter: 'S', text: 'Since' },
  initCatalog: { letter: 'V', text: 'InitCatalog' },
  catalog: { letter: 'C', text: 'Catalog' },
  volumeToCatalog: { letter: 'O', text: 'VolumeToCatalog' },
  diskToCatalog: { letter: 'd', text: 'DiskToCatalog' },
  data: { letter: 'A', text: 'Data' },
  none: { letter: ' ', text: '' },
} as const
export type JobLevelLetter = (typeof JOB_LEVELS)[keyof typeof JOB_LEVELS]['letter']

/**
 * JobStatus letters. `severity` orders them as the Catalog's Status table does; `ended` tells whether a Job with this
 * letter is over; `text` is what status displays print for a Job that ended, or is doing this.
 */
export const JOB_STATUSES = {
  canceled: { letter: 'A', severity: 90, ended: true, text: 'Canceled' },
  blocked: { letter: 'B', severity: 15, ended: false, text: 'Blocked' },
  created: { letter: 'C', severity: 15, ended: false, text: 'Created' },
  differences: { letter: 'D', severity: 15, ended: true, text: 'Verify differences' },
  error: { letter: 'E', severity: 25, ended: true, text: 'Error' },
  waitingOnFiled: { letter: 'F', severity: 15, ended: false, text: 'Waiting on FD' },
  incomplete: { letter: 'I', severity: 15, ended: true, text: 'Incomplete Job' },
  committingData: { letter: 'L', severity: 15, ended: false, text: 'Committing data' },
  waitingMount: { letter: 'M', severity: 15, ended: false, text: 'Waiting on Mount' },
  running: { letter: 'R', severity: 15, ended: false, text: 'Running' },
  waitingOnStorage: { letter: 'S', severity: 15, ended: false, text: 'Wait on SD' },
  ok: { letter: 'T', severity: 10, ended: true, text: 'OK' },
  warnings: { letter: 'W', severity: 20, ended: true, text: 'OK -- with warnings' },
  despoolingAttributes: {
    letter: 'a',
    severity: 15,
    ended: false,
    text: 'SD despooling Attributes',
  },
  waitingClient: { letter: 'c', severity: 15, ended: false, text: 'Waiting on Client resource' },
  waitingMaxJobs: { letter: 'd', severity: 15, ended: false, text: 'Waiting on maximum jobs' },
  nonFatalError: { letter: 'e', severity: 20, ended: true, text: 'Non-fatal error' },
  fatal: { letter: 'f', severity: 100, ended: true, text: 'Fatal Error' },
  batchInsert: { letter: 'i', severity: 15, ended: false, text: 'Dir inserting Attributes' },
  waitingJob: { letter: 'j', severity: 15, ended: false, text: 'Waiting on Job resource' },
  despoolingData: { letter: 'l', severity: 15, ended: false, text: 'SD despooling Data' },
  waitingMedia: { letter: 'm', severity: 15, ended: false, text: 'Waiting on new media' },
  waitingPriority: {
    letter: 'p',
    severity: 15,
    ended: false,
    text: 'Waiting on higher priority jobs',
  },
  queued: { letter: 'q', severity: 15, ended: false, text: 'Queued waiting for device' },
  waitingStorage: { letter: 's', severity: 15, ended: false, text: 'Waiting on Storage resource' },
  waitingStart: { letter: 't', severity: 15, ended: false, text: 'Waiting on start time' },
} as const
export type JobStatusLetter = (typeof JOB_STATUSES)[keyof typeof JOB_STATUSES]['letter']

type Lettered = { readonly letter: string; readonly text: string }

function byLetter<Row extends Lettered>(table: Readonly<Record<string, Row>>): Map<string, Row> {
  return new Map(Object.values(table).map((row) => [row.letter, row]))
}

const types = byLetter(JOB_TYPES)
const levels = byLetter(JOB_LEVELS)
const statuses = byLetter(JOB_STATUSES)

/** "Backup" for "B"; the letter itself when it is unknown. */
export function jobTypeText(letter: string): string {
  return types.get(letter)?.text ?? letter
}

/** "Full" for "F"; the letter itself when it is unknown. */
export function jobLevelText(letter: string): string {
  return levels.get(letter)?.text ?? letter
}

/** "OK" for "T"; the letter itself when it is unknown. */
export function jobStatusText(letter: string): string {
  return statuses.get(letter)?.text ?? letter
}

/** Whether a Job with this status is over. An unknown letter counts as running. */
export function isJobEnded(letter: string): boolean {
  return statuses.get(letter)?.ended ?? false
}

/** The graver of two statuses, by the Catalog's severity. */
export function worseStatus(a: JobStatusLetter, b: JobStatusLetter): JobStatusLetter {
  return severity(b) > severity(a) ? b : a
}

function severity(letter: JobStatusLetter): number {
  return statuses.get(letter)?.severity ?? 0
}

/** The letter of a level word as it stands in a configuration ("Full", "virtualfull"), or undefined. */
export function findJobLevel(word: string): JobLevelLetter | undefined {
  return findByText(JOB_LEVELS, word)?.letter
}

/** The letter of a type word as it stands in a configuration, or undefined. */
export function findJobType(word: string): JobTypeLetter | undefined {
  return findByText(JOB_TYPES, word)?.letter
}

function findByText<Row extends Lettered>(
  table: Readonly<Record<string, Row>>,
  word: string,
): Row | undefined {
  const wanted = word.toLowerCase()
  return Object.values(table).find((row) => row.text !== '' && row.text.toLowerCase() === wanted)
}

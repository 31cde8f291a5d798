// The %-codes of script commands: what of a Job each letter stands for.
import {
  byteCountText,
  dateTimeText,
  JOB_TYPES,
  jobLevelText,
  type JobStatusLetter,
  jobTypeText,
} from '@coffer/core'
import type { ActiveJob } from './active-job.ts'

export interface CodeFacts {
  readonly job: ActiveJob
  readonly status: JobStatusLetter
  /** Name of the daemon that runs the script; the Director when not given. */
  readonly daemon?: string
  /** Of the Director, where it is known. */
  readonly processId?: number
}

/** Fills in the codes of one word of a command; a letter that stands for nothing stays as it is written. */
export function fillCodes(word: string, facts: CodeFacts): string {
  return word.replace(/%([A-Za-z%])/g, (text, letter: string) => {
    return CODES[letter]?.(facts) ?? text
  })
}

type Code = (facts: CodeFacts) => string | undefined

const CODES: Readonly<Record<string, Code | undefined>> = {
  '%': () => '%',
  b: ({ job }) => String(job.facts.filed?.bytes ?? 0),
  B: ({ job }) => byteCountText(job.facts.filed?.bytes ?? 0),
  c: ({ job }) => job.request.client,
  d: ({ daemon, job }) => daemon ?? job.config.director.name,
  D: ({ job }) => job.config.director.name,
  e: ({ status }) => STATUS_TEXTS[status] ?? 'Unknown term code',
  f: ({ job }) => job.request.fileset,
  F: ({ job }) => String(job.facts.filed?.files ?? 0),
  h: ({ job }) => job.config.clients.get(job.request.client)?.address ?? '',
  i: ({ job }) => String(job.jobId),
  j: ({ job }) => job.job,
  l: ({ job }) => jobLevelText(job.level),
  m: ({ job }) => String(Math.floor(job.facts.sinceMs / 1000)),
  n: ({ job }) => job.request.jobName,
  N: ({ job }) => String(job.facts.copy?.newJobId ?? 0),
  O: ({ job }) => String(job.facts.copy?.original.jobId ?? 0),
  p: ({ job }) => job.facts.pool.name,
  P: ({ processId }) => processId?.toString(),
  s: ({ job }) => (job.facts.sinceMs > 0 ? dateTimeText(job.facts.sinceMs) : ''),
  t: ({ job }) => jobTypeText(job.type),
  v: ({ job }) => (job.type === JOB_TYPES.restore.letter ? job.facts.volumes.join('|') : ''),
  V: ({ job }) => (job.type === JOB_TYPES.restore.letter ? '' : job.facts.volumes.join('|')),
  w: ({ job }) => job.facts.storage.name,
  x: ({ job }) => (job.request.spoolData ? 'yes' : 'no'),
}

const STATUS_TEXTS: Readonly<Partial<Record<JobStatusLetter, string>>> = {
  T: 'OK',
  W: 'OK -- with warnings',
  E: 'Error',
  f: 'Fatal Error',
  A: 'Canceled',
  D: 'Differences',
}

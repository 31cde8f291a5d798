// The %-codes of script commands: what of a Job each letter stands for.
import {
  byteCountText,
  dateTimeText,
  jobLevelText,
  type JobStatusLetter,
  jobTypeText,
} from '@coffer/core'
import type { ActiveJob } from './active-job.ts'

/** Fills in the codes of one word of a command; a letter that stands for nothing stays as it is written. */
export function fillCodes(word: string, job: ActiveJob, status: JobStatusLetter): string {
  return word.replace(/%([A-Za-z%])/g, (text, letter: string) => {
    return CODES[letter]?.(job, status) ?? text
  })
}

type Code = (job: ActiveJob, status: JobStatusLetter) => string

const CODES: Readonly<Record<string, Code | undefined>> = {
  '%': () => '%',
  b: (job) => String(job.facts.filed?.bytes ?? 0),
  B: (job) => byteCountText(job.facts.filed?.bytes ?? 0),
  c: (job) => job.request.client,
  D: (job) => job.config.director.name,
  e: (_job, status) => STATUS_TEXTS[status] ?? 'Unknown term code',
  f: (job) => job.request.fileset,
  F: (job) => String(job.facts.filed?.files ?? 0),
  h: (job) => job.config.clients.get(job.request.client)?.address ?? '',
  i: (job) => String(job.jobId),
  j: (job) => job.job,
  l: (job) => jobLevelText(job.level),
  n: (job) => job.request.jobName,
  p: (job) => job.facts.pool.name,
  s: (job) => (job.facts.sinceMs > 0 ? dateTimeText(job.facts.sinceMs) : ''),
  t: (job) => jobTypeText(job.type),
  V: (job) => job.facts.volumes.join('|'),
  w: (job) => job.facts.storage.name,
  x: (job) => (job.request.spoolData ? 'yes' : 'no'),
}

const STATUS_TEXTS: Readonly<Partial<Record<JobStatusLetter, string>>> = {
  T: 'OK',
  W: 'OK -- with warnings',
  E: 'Error',
  f: 'Fatal Error',
  A: 'Canceled',
  D: 'Differences',
}

// JobStatus while a Job lives: which moves are legal, and the words of a status display for each.
//
// queued   C created; t p s c j d: what it waits for before it may start
// active   R running; B F S m M L a i l q: what it does, or waits for, while it runs
// ended    A D E I T W e f
//
// A queued Job moves among the queued letters, to an active one, or ends (canceled, failed). An active Job moves among
// the active ones and ends. An ended Job stays as it is.
import { isJobEnded, type JobStatusLetter } from '@coffer/core'

type Phase = 'queued' | 'active' | 'ended'

const QUEUED: ReadonlySet<JobStatusLetter> = new Set(['C', 't', 'p', 's', 'c', 'j', 'd'])

export function phaseOf(status: JobStatusLetter): Phase {
  if (QUEUED.has(status)) return 'queued'
  return isJobEnded(status) ? 'ended' : 'active'
}

const AFTER: Readonly<Record<Phase, readonly Phase[]>> = {
  queued: ['queued', 'active', 'ended'],
  active: ['active', 'ended'],
  ended: [],
}

/** Whether a Job with the one status may get the other. */
export function mayMove(from: JobStatusLetter, to: JobStatusLetter): boolean {
  return to !== 'C' && AFTER[phaseOf(from)].includes(phaseOf(to))
}

const WAITING: ReadonlySet<JobStatusLetter> = new Set([
  ...(['p', 's', 'c', 'j', 'd'] as const),
  ...(['F', 'S', 'm', 'M', 'q', 'B'] as const),
])

/** Whether it waits for others, by which Max Wait Time counts; its own start time is no such wait. */
export function isWaiting(status: JobStatusLetter): boolean {
  return WAITING.has(status)
}

/** Names that some texts hold. */
export interface StatusNames {
  readonly client: string
  readonly storage: string
}

/** "is running", "is waiting on Client sample-fd": what stands behind a Job's name in `status director`. */
export function runningText(status: JobStatusLetter, names: StatusNames): string {
  if (status === 'F') return `is waiting on Client ${names.client}`
  if (status === 'S') return `is waiting on Storage "${names.storage}"`
  return TEXTS[status] ?? `is in unknown state ${status}`
}

const TEXTS: Readonly<Partial<Record<JobStatusLetter, string>>> = {
  C: 'is waiting execution',
  R: 'is running',
  B: 'is blocked',
  T: 'has terminated',
  W: 'has terminated with warnings',
  E: 'has erred',
  e: 'has errors',
  f: 'has a fatal error',
  D: 'has verify differences',
  A: 'has been canceled',
  M: 'is waiting for a mount request',
  m: 'is waiting for an appendable Volume',
  L: 'SD committing Data',
  l: 'SD despooling Data',
  a: 'SD despooling Attributes',
  i: 'Dir inserting Attributes',
}

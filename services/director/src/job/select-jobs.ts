// Which backups a Copy or Migrate Job takes: the rules of each Selection Type, over what the Catalog knows of its Pool.
import { CofferError } from '@coffer/core'
import type { VolStatus } from '../pool/volume-state.ts'

/** A good backup with data on Volumes of the Pool. */
export interface SelectableJob {
  readonly jobId: number
  readonly name: string
  readonly client: string
  readonly startMs: number
  readonly endMs: number
  readonly bytes: number
  /** Names of its Volumes in the Pool. */
  readonly volumes: readonly string[]
  /** A good copy of it is in the Catalog. */
  readonly isCopied: boolean
}

export interface SelectableVolume {
  readonly name: string
  readonly status: VolStatus
  readonly enabled: boolean
  readonly bytes: number
  readonly lastWrittenMs: number | undefined
}

/** `sqlquery` is asked of the Catalog itself. */
type SelectionRule =
  | 'smallestvolume'
  | 'oldestvolume'
  | 'pooloccupancy'
  | 'pooltime'
  | 'pooluncopiedjobs'
  | 'client'
  | 'volume'
  | 'job'

export interface SelectionQuestion {
  readonly rule: SelectionRule
  /** Selection Pattern: a regular expression for `client`, `volume` and `job`. */
  readonly pattern: string
  readonly nowMs: number
  /** Of the Pool. */
  readonly migrationTimeSeconds: number
  readonly highBytes: number
  readonly lowBytes: number
  readonly jobs: readonly SelectableJob[]
  readonly volumes: readonly SelectableVolume[]
}

/** JobIds, those that started first in front. Throws `selection-invalid` for a pattern that is none. */
export function selectJobs(question: SelectionQuestion): readonly number[] {
  const chosen = RULES[question.rule](question)
  return [...chosen]
    .sort((a, b) => a.startMs - b.startMs || a.jobId - b.jobId)
    .map(({ jobId }) => jobId)
}

type Rule = (question: SelectionQuestion) => readonly SelectableJob[]

const RULES: Readonly<Record<SelectionRule, Rule>> = {
  smallestvolume: (question) => onBestVolume(question, (a, b) => a.bytes - b.bytes),
  oldestvolume: (question) => onBestVolume(question, byLastWritten),
  pooloccupancy: overOccupancy,
  pooltime: ({ jobs, nowMs, migrationTimeSeconds, volumes }) => {
    if (migrationTimeSeconds === 0) return []
    const done = namesOf(volumes.filter(isDone))
    const beforeMs = nowMs - migrationTimeSeconds * 1000
    return jobs.filter((job) => job.endMs <= beforeMs && isOnAny(job, done))
  },
  pooluncopiedjobs: ({ jobs }) => jobs.filter((job) => !job.isCopied),
  client: ({ jobs, pattern }) => {
    const wanted = expression(pattern)
    return jobs.filter(({ client }) => wanted.test(client))
  },
  job: ({ jobs, pattern }) => {
    const wanted = expression(pattern)
    return jobs.filter(({ name }) => wanted.test(name))
  },
  volume: ({ jobs, volumes, pattern }) => {
    const wanted = expression(pattern)
    const names = namesOf(volumes.filter((one) => isDone(one) && wanted.test(one.name)))
    return jobs.filter((job) => isOnAny(job, names))
  },
}

const DONE: ReadonlySet<VolStatus> = new Set(['Full', 'Used', 'Error'])

/** Nothing more will be written to it: what is on it may move. */
function isDone({ status, enabled }: SelectableVolume): boolean {
  return enabled && DONE.has(status)
}

function byLastWritten(a: SelectableVolume, b: SelectableVolume): number {
  return (a.lastWrittenMs ?? 0) - (b.lastWrittenMs ?? 0)
}

/** All Jobs on the first of the Volumes that are done and hold some. */
function onBestVolume(
  { jobs, volumes }: SelectionQuestion,
  order: (a: SelectableVolume, b: SelectableVolume) => number,
): readonly SelectableJob[] {
  const held = new Set(jobs.flatMap((job) => job.volumes))
  const [best] = volumes.filter((one) => isDone(one) && held.has(one.name)).sort(order)
  return best === undefined ? [] : jobs.filter((job) => job.volumes.includes(best.name))
}

/** From the Volume that was written last longest ago onwards, until what stays is below the low mark. */
function overOccupancy(question: SelectionQuestion): readonly SelectableJob[] {
  const { jobs, volumes, highBytes, lowBytes } = question
  let leftBytes = jobs.reduce((sum, { bytes }) => sum + bytes, 0)
  if (highBytes === 0 || leftBytes <= highBytes) return []
  const chosen = new Set<SelectableJob>()
  for (const volume of volumes.filter(isDone).sort(byLastWritten)) {
    if (leftBytes <= lowBytes) break
    for (const job of jobs.filter((one) => one.volumes.includes(volume.name))) {
      if (chosen.has(job)) continue
      chosen.add(job)
      leftBytes -= job.bytes
    }
  }
  return [...chosen]
}

function namesOf(volumes: readonly SelectableVolume[]): ReadonlySet<string> {
  return new Set(volumes.map(({ name }) => name))
}

function isOnAny(job: SelectableJob, names: ReadonlySet<string>): boolean {
  return job.volumes.some((volume) => names.has(volume))
}

function expression(pattern: string): RegExp {
  if (pattern === '') {
    throw new CofferError('selection-invalid', 'this Selection Type needs a Selection Pattern')
  }
  try {
    return new RegExp(pattern, 'u')
  } catch (error) {
    const text = `the Selection Pattern "${pattern}" is not a regular expression`
    throw new CofferError('selection-invalid', text, { cause: error })
  }
}

// What may leave the Catalog: Jobs whose retention is over and that no promised restore point still needs.
//
// Promised: a Job within its own retention. A good backup is a restore point, and its promise covers every Job of its
// chain: the Full, the Differential and the Incrementals that lead to it. A backup that runs needs its chain as well: it
// would be worth nothing without. Where all of that is over, a Job is expired.
import {
  isJobEnded,
  type JobLevelLetter,
  type JobStatusLetter,
  type JobTypeLetter,
} from '@coffer/core'

/** A Job as retention sees it. */
export interface RetainedJob {
  readonly jobId: number
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly status: JobStatusLetter
  /** The same for Jobs that build on each other: Job name, Client and FileSet record. */
  readonly line: string
  readonly startMs: number | undefined
  /** Job that it is a copy of; 0 for none. */
  readonly priorJobId: number
  /** When its own retention is over; Infinity when it never is. */
  readonly keptUntilMs: number
  /** Volumes that hold something of it. */
  readonly mediaIds: readonly number[]
  readonly poolId: number
  /** Its file rows are gone already. */
  readonly hasPurgedFiles: boolean
}

/** Why a Job stays, or that it need not. */
export type Verdict =
  | { readonly kind: 'expired' }
  | { readonly kind: 'running' }
  | { readonly kind: 'promised'; readonly untilMs: number }
  /** Its own retention is over; `by` is the restore point that needs it longest. */
  | { readonly kind: 'needed'; readonly untilMs: number; readonly by: number }
  /** Of the newest chain of its line, which is kept whatever its age. */
  | { readonly kind: 'newest' }

interface RetentionRule {
  readonly nowMs: number
  /** Keep the newest chain, and the newest InitCatalog, of each line as well, promised or not. */
  readonly keepsNewest?: boolean
}

/**
 * The verdict on each Job. To be given whole lines: a chain is found only among the Jobs that are given. An expired
 * original that has a copy within its retention may go although it is needed, for the copy takes its place.
 */
export function judgeRetention(
  jobs: readonly RetainedJob[],
  rule: RetentionRule,
): ReadonlyMap<number, Verdict> {
  const needs = findNeeds(jobs, rule)
  const replaced = new Set(
    jobs
      .filter((job) => isGoodCopy(job) && job.keptUntilMs > rule.nowMs)
      .map((job) => job.priorJobId),
  )
  return new Map(jobs.map((job) => [job.jobId, judge(job, { ...rule, needs, replaced })]))
}

interface Need {
  readonly untilMs: number
  /** Undefined: the newest chain. */
  readonly by: number | undefined
}

interface Judgement extends RetentionRule {
  readonly needs: ReadonlyMap<number, Need>
  readonly replaced: ReadonlySet<number>
}

function judge(job: RetainedJob, { nowMs, needs, replaced }: Judgement): Verdict {
  if (!isJobEnded(job.status)) return { kind: 'running' }
  if (job.keptUntilMs > nowMs) return { kind: 'promised', untilMs: job.keptUntilMs }
  const need = needs.get(job.jobId)
  if (need === undefined || replaced.has(job.jobId)) return { kind: 'expired' }
  if (need.by === undefined) return { kind: 'newest' }
  return { kind: 'needed', untilMs: need.untilMs, by: need.by }
}

/** For each Job of a chain, the restore point that needs it longest. */
function findNeeds(
  jobs: readonly RetainedJob[],
  { nowMs, keepsNewest = false }: RetentionRule,
): ReadonlyMap<number, Need> {
  const needs = new Map<number, Need>()
  for (const { jobId } of keepsNewest ? newestInitCatalogs(jobs) : []) {
    needs.set(jobId, { untilMs: Infinity, by: undefined })
  }
  for (const line of linesOf(jobs)) {
    const before = predecessors(line)
    const newest = line.findLast(({ status }) => isGood(status))
    for (const point of [...line].reverse()) {
      const own = ownNeed(point, nowMs, keepsNewest && point === newest)
      const need = longer(needs.get(point.jobId), own)
      const prior = before.get(point)
      if (need === undefined) continue
      needs.set(point.jobId, need)
      if (prior !== undefined) needs.set(prior.jobId, longer(needs.get(prior.jobId), need) ?? need)
    }
  }
  return needs
}

/** What a Verify compares with. */
function newestInitCatalogs(jobs: readonly RetainedJob[]): Iterable<RetainedJob> {
  const newest = new Map<string, RetainedJob>()
  for (const job of jobs) {
    if (job.type !== 'V' || job.level !== 'V' || !isGood(job.status)) continue
    const known = newest.get(job.line)
    if (known === undefined || byStart(job, known) > 0) newest.set(job.line, job)
  }
  return newest.values()
}

function ownNeed(point: RetainedJob, nowMs: number, isKeptNewest: boolean): Need | undefined {
  if (!isJobEnded(point.status)) return { untilMs: Infinity, by: point.jobId }
  if (point.keptUntilMs > nowMs) return { untilMs: point.keptUntilMs, by: point.jobId }
  return isKeptNewest ? { untilMs: Infinity, by: undefined } : undefined
}

function longer(a: Need | undefined, b: Need | undefined): Need | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b.untilMs > a.untilMs ? b : a
}

/** Good backups of each line, and those that run, in the order in which they were made. Archived ones make lines of their own. */
function linesOf(jobs: readonly RetainedJob[]): RetainedJob[][] {
  const lines = new Map<string, RetainedJob[]>()
  for (const job of jobs) {
    if (!isRestorePoint(job)) continue
    const key = `${job.type} ${job.line}`
    lines.set(key, [...(lines.get(key) ?? []), job])
  }
  return [...lines.values()].map((line) => line.sort(byStart))
}

/** One that has started and not ended may become one. */
function isRestorePoint({ type, status, startMs }: RetainedJob): boolean {
  const counts = isGood(status) || !isJobEnded(status)
  return (type === 'B' || type === 'A') && counts && startMs !== undefined
}

function isGoodCopy({ type, status, priorJobId }: RetainedJob): boolean {
  return type === 'C' && isGood(status) && priorJobId > 0
}

function isGood(status: JobStatusLetter): boolean {
  return status === 'T' || status === 'W'
}

function byStart(a: RetainedJob, b: RetainedJob): number {
  return (a.startMs ?? 0) - (b.startMs ?? 0) || a.jobId - b.jobId
}

/** The Job that each one builds on directly: chains are walked through it. Orphans build on none. */
function predecessors(line: readonly RetainedJob[]): ReadonlyMap<RetainedJob, RetainedJob> {
  const before = new Map<RetainedJob, RetainedJob>()
  let full: RetainedJob | undefined
  let last: RetainedJob | undefined
  for (const job of line) {
    const prior = job.level === 'D' ? full : last
    if (job.level !== 'F' && prior !== undefined) before.set(job, prior)
    if (job.level === 'F') full = job
    if (full !== undefined) last = job
  }
  return before
}

/**
 * These Jobs, and the expired ones that build on them: what has lost its base is worth nothing, and the next Incremental
 * must not build on it.
 */
export function withDependents(
  jobs: readonly RetainedJob[],
  verdicts: ReadonlyMap<number, Verdict>,
  jobIds: readonly number[],
): number[] {
  const gone = new Set(jobIds)
  for (const line of linesOf(jobs)) {
    const before = predecessors(line)
    for (const job of line) {
      const prior = before.get(job)
      if (prior === undefined || !gone.has(prior.jobId)) continue
      if (verdicts.get(job.jobId)?.kind === 'expired') gone.add(job.jobId)
    }
  }
  return [...gone]
}

/** A Volume that pruning may free. */
interface PrunableVolume {
  readonly mediaId: number
  readonly name: string
}

export interface VolumeVerdict {
  /** Jobs on it that may go. */
  readonly expired: readonly number[]
  /** Jobs on it that stay, each with its reason. */
  readonly kept: readonly { readonly jobId: number; readonly verdict: Verdict }[]
}

/** What pruning one Volume would delete, and what it would leave. */
export function judgeVolume(
  mediaId: number,
  jobs: readonly RetainedJob[],
  verdicts: ReadonlyMap<number, Verdict>,
): VolumeVerdict {
  const there = jobs
    .filter((job) => job.mediaIds.includes(mediaId))
    .map(({ jobId }) => ({ jobId, verdict: verdicts.get(jobId) ?? EXPIRED }))
  return {
    expired: there.filter(({ verdict }) => verdict.kind === 'expired').map(({ jobId }) => jobId),
    kept: there.filter(({ verdict }) => verdict.kind !== 'expired'),
  }
}

const EXPIRED: Verdict = { kind: 'expired' }

/**
 * The first of the Volumes that pruning would free, with the Jobs that it takes; undefined when each holds a Job that
 * stays. Nothing is deleted from a Volume that would not become free: it could still be restored.
 */
export function findFreeable<Volume extends PrunableVolume>(
  volumes: readonly Volume[],
  jobs: readonly RetainedJob[],
  nowMs: number,
): { readonly volume: Volume; readonly jobIds: readonly number[] } | undefined {
  const verdicts = judgeRetention(jobs, { nowMs })
  for (const volume of volumes) {
    const { expired, kept } = judgeVolume(volume.mediaId, jobs, verdicts)
    if (kept.length === 0) return { volume, jobIds: withDependents(jobs, verdicts, expired) }
  }
  return undefined
}

/**
 * Good backups outside of `jobIds` that could not be restored any more were those deleted, a copy within the Catalog
 * standing in for its original.
 */
export function findOrphans(
  jobs: readonly RetainedJob[],
  jobIds: ReadonlySet<number>,
): readonly number[] {
  const copied = new Set(
    jobs.filter((job) => isGoodCopy(job) && !jobIds.has(job.jobId)).map((job) => job.priorJobId),
  )
  const orphans: number[] = []
  for (const line of linesOf(jobs)) {
    const before = predecessors(line)
    const lost = new Set<number>()
    for (const job of line) {
      const isGone = jobIds.has(job.jobId) && !copied.has(job.jobId)
      const prior = before.get(job)
      const isBroken = prior !== undefined && lost.has(prior.jobId)
      if (isGone || isBroken) lost.add(job.jobId)
      if (isBroken && !jobIds.has(job.jobId)) orphans.push(job.jobId)
    }
  }
  return orphans
}

// What the Catalog knows of earlier Jobs of the same line, and the level that follows from it.
import { type Clock, JOB_LEVELS, type JobLevelLetter } from '@coffer/core'
import type { Catalog } from '../catalog/catalog.ts'
import type { BackupLine, JobRow } from '../catalog/jobs.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { ActiveJob } from './active-job.ts'
import { decideLevel, type JobHistory, type LevelDecision, type PriorJob } from './level.ts'
import type { JobPorts } from './ports.ts'
import type { JobRequest } from './request.ts'

/** Decides level and moment of a backup and writes them, with their reasons, into the Job and its log. */
export async function settleLevel(job: ActiveJob, { catalog, clock }: JobPorts): Promise<void> {
  const { clientId, filesetId } = job.facts
  const decision = await decideRequest(job.request, {
    config: job.config,
    catalog,
    clock,
    line: { name: job.request.jobName, clientId, filesetId },
  })
  job.level = decision.level
  job.facts.upgradedFrom = decision.upgradedFrom
  job.facts.sinceMs = decision.sinceMs
  for (const note of decision.notes) await job.log.info(note)
}

/** The level and moment that the Catalog's history gives a request. */
export async function decideRequest(
  request: JobRequest,
  given: {
    readonly config: DirectorConfig
    readonly catalog: Catalog
    readonly clock: Clock
    readonly line: BackupLine
  },
): Promise<LevelDecision> {
  const resource = given.config.jobs.get(request.jobName)
  return decideLevel({
    wanted: request.level,
    nowMs: given.clock.nowMs(),
    sinceMs: request.sinceMs,
    maxFullIntervalSeconds: resource?.maxFullInterval ?? 0,
    maxVirtualFullIntervalSeconds: resource?.maxVirtualFullInterval ?? 0,
    maxDifferentialIntervalSeconds: resource?.maxDiffInterval ?? 0,
    rerunFailedLevels: resource?.rerunFailedLevels ?? false,
    history: await readHistory(given.catalog, given.line, request.level),
  })
}

const { full, differential, incremental } = JOB_LEVELS

async function readHistory(
  { jobs }: Catalog,
  line: BackupLine,
  wanted: JobLevelLetter,
): Promise<JobHistory> {
  // A level that takes everything asks for nothing.
  if (wanted !== differential.letter && wanted !== incremental.letter) return NO_HISTORY
  const lastFull = priorJob(await jobs.findLastBackup(line, [full.letter]))
  if (lastFull === undefined) return NO_HISTORY
  const lastDifferential = priorJob(await jobs.findLastBackup(line, [differential.letter]))
  const lastAny = priorJob(
    await jobs.findLastBackup(line, [full.letter, differential.letter, incremental.letter]),
  )
  const failed = await findFailedLevel(jobs, line, lastFull, lastDifferential)
  return {
    lastFull,
    lastDifferential: isAfter(lastDifferential, lastFull) ? lastDifferential : undefined,
    lastAny: isAfter(lastAny, lastFull) ? lastAny : lastFull,
    failedLevel: failed,
  }
}

const NO_HISTORY: JobHistory = {
  lastFull: undefined,
  lastDifferential: undefined,
  lastAny: undefined,
  failedLevel: undefined,
}

/** A Full that failed since the last good one, else a Differential since the last good one of either. */
async function findFailedLevel(
  jobs: Catalog['jobs'],
  line: BackupLine,
  lastFull: PriorJob,
  lastDifferential: PriorJob | undefined,
): Promise<JobLevelLetter | undefined> {
  const failedFull = await jobs.findFailedSince(line, [full.letter], lastFull.startMs)
  if (failedFull !== undefined) return full.letter
  const sinceMs = Math.max(lastFull.startMs, lastDifferential?.startMs ?? 0)
  const failedDifferential = await jobs.findFailedSince(line, [differential.letter], sinceMs)
  return failedDifferential === undefined ? undefined : differential.letter
}

function priorJob(row: JobRow | undefined): PriorJob | undefined {
  if (row?.startMs === undefined) return undefined
  return { jobId: row.jobId, level: row.level, startMs: row.startMs }
}

function isAfter(job: PriorJob | undefined, other: PriorJob): boolean {
  return job !== undefined && job.startMs >= other.startMs
}

// Rows of the table job: made when a Job is queued, changed while it runs, found for levels and status displays.
import type { JobLevelLetter, JobStatusLetter, JobTypeLetter } from '@coffer/core'

export interface JobRow {
  readonly jobId: number
  /** The unique name, "md5.2026-11-21_02.05.08_03". */
  readonly job: string
  /** Name of the Job resource. */
  readonly name: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly status: JobStatusLetter
  /** Ids are 0 and names empty where the Job has none. */
  readonly clientId: number
  readonly client: string
  readonly filesetId: number
  readonly fileset: string
  readonly poolId: number
  readonly pool: string
  readonly scheduledMs: number | undefined
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  readonly realEndMs: number | undefined
  /** Orders Jobs for restores: seconds since the epoch of the end, or of the start while running. */
  readonly jobTdate: number
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly files: number
  readonly bytes: number
  readonly readBytes: number
  readonly errors: number
  readonly missingFiles: number
  readonly priorJobId: number
  /** Its file rows were pruned. */
  readonly purgedFiles: boolean
  readonly comment: string
}

export interface NewJob {
  readonly job: string
  readonly name: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly scheduledMs: number
  readonly clientId?: number
  readonly filesetId?: number
  readonly poolId?: number
  readonly priorJobId?: number
  readonly comment?: string
}

/** What may change while a Job is queued or runs; only what is given is written. */
export interface JobChange {
  readonly status?: JobStatusLetter
  readonly type?: JobTypeLetter
  readonly level?: JobLevelLetter
  readonly name?: string
  readonly clientId?: number
  readonly filesetId?: number
  readonly poolId?: number
  /** Also sets jobTdate. */
  readonly startMs?: number
  readonly scheduledMs?: number
  readonly priorJobId?: number
  readonly volSessionId?: number
  readonly volSessionTime?: number
  readonly files?: number
  readonly bytes?: number
  readonly errors?: number
  readonly comment?: string
}

export interface JobEndUpdate {
  readonly status: JobStatusLetter
  readonly endMs: number
  readonly files: number
  readonly bytes: number
  readonly readBytes?: number
  readonly errors: number
  readonly missingFiles?: number
  readonly volSessionId?: number
  readonly volSessionTime?: number
}

/** All given conditions must hold; a list is met by any of its members, an empty list by none. */
export interface JobFilter {
  readonly jobIds?: readonly number[]
  readonly job?: string
  readonly name?: string
  readonly names?: readonly string[]
  readonly client?: string
  readonly clients?: readonly string[]
  readonly fileset?: string
  readonly pool?: string
  readonly volume?: string
  readonly statuses?: readonly JobStatusLetter[]
  readonly types?: readonly JobTypeLetter[]
  readonly levels?: readonly JobLevelLetter[]
  /** Started (or scheduled, when not started) at or after. */
  readonly sinceMs?: number
  /** Only the newest Job of each name. */
  readonly last?: boolean
  readonly limit?: number
  readonly offset?: number
  /** By JobId; `asc` when not given. */
  readonly order?: 'asc' | 'desc'
}

/** Jobs that make one line of backups: same Job name, Client and FileSet record. */
export interface BackupLine {
  readonly name: string
  readonly clientId: number
  readonly filesetId: number
}

export interface JobCatalog {
  /** Inserts a Job with status C. Throws `job-exists` when its unique name is taken. */
  create(job: NewJob): Promise<number>
  /** Does nothing when there is no such Job. */
  update(jobId: number, change: JobChange): Promise<void>
  /** Writes the end of a Job; sets endMs, realEndMs and jobTdate. */
  end(jobId: number, end: JobEndUpdate): Promise<void>
  find(jobId: number): Promise<JobRow | undefined>
  findByJob(job: string): Promise<JobRow | undefined>
  list(filter: JobFilter): Promise<JobRow[]>
  count(filter: JobFilter): Promise<number>
  /** Newest successful (T or W) backup of the line with one of these levels whose files are not pruned. */
  findLastBackup(line: BackupLine, levels: readonly JobLevelLetter[]): Promise<JobRow | undefined>
  /** Newest backup of the line with one of these levels that ended badly (E, f, A, I) after `sinceMs`. */
  findFailedSince(
    line: BackupLine,
    levels: readonly JobLevelLetter[],
    sinceMs: number,
  ): Promise<JobRow | undefined>
  /** Newest start of a Job of that name with an OK end, for MaxRunSchedTime-like decisions and status displays. */
  findLastOfName(name: string): Promise<JobRow | undefined>
  /**
   * Marks every Job that a Director left unended as failed (f) with `reason` in its log, to be called once before new
   * Jobs start. Returns them as they now are.
   */
  failUnended(reason: string, nowMs: number): Promise<JobRow[]>
}

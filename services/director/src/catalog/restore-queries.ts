// Which Jobs a restore needs, and which Volumes those are on.
import type { JobChain } from './files.ts'
import type { JobMediaRow } from './job-media.ts'
import type { JobRow } from './jobs.ts'

export interface ChainQuery {
  readonly client: string
  readonly fileset: string
  /** Only Jobs of this resource name. */
  readonly jobName?: string
  /** Jobs that started later do not count. */
  readonly beforeMs?: number
  /** Only Jobs with data in this Pool. */
  readonly pool?: string
  /** Archived Jobs (type A) in place of backups. */
  readonly archive?: boolean
}

/** A Job of a chain with one of its Volumes, as the restore command lists it. */
export interface ChainVolume {
  readonly jobId: number
  readonly level: string
  readonly files: number
  readonly bytes: number
  readonly startMs: number | undefined
  readonly volume: string
}

export interface RestoreCatalog {
  /** Last Full, last Differential after it, all Incrementals after that, each OK; empty when there is no Full. */
  chain(query: ChainQuery): Promise<JobRow[]>
  /** The Full, Differential and Incrementals that lead to this Job, itself included, oldest first. */
  chainOfJob(jobId: number): Promise<JobRow[]>
  /** Puts JobIds that somebody typed into the order in which they were made, without repetitions and unknown ones. */
  orderChain(jobIds: readonly number[]): Promise<JobRow[]>
  /** One row for each Job and Volume, oldest Job first. */
  chainVolumes(chain: JobChain): Promise<ChainVolume[]>
  /** Everything a Bootstrap needs to find the data of these Jobs, in the order of reading. */
  jobMedia(chain: JobChain): Promise<(JobMediaRow & { readonly job: JobRow })[]>
}

// What a scan of Volumes finds, for whoever keeps it: bscan speaks to this, the Catalog is behind it.
import type { SessionKey } from '../volume/block.ts'
import type { LabelFamily } from '../volume/label.ts'

/** A Volume as its label and its blocks describe it. Times in milliseconds since the epoch. */
export interface ScannedVolume {
  readonly name: string
  readonly family: LabelFamily
  readonly mediaType: string
  readonly pool: string
  readonly poolType: string
  readonly labelMs: number
  /** Size of the file. */
  readonly bytes: number
  /** The following are known when the Volume has been read; 0 before. */
  readonly blocks: number
  /** Sessions of which it holds a part. */
  readonly jobs: number
  readonly firstWrittenMs: number
  readonly lastWrittenMs: number
}

/** A Job as the label that begins its session describes it. `jobId` is the one it had; letters as in core/job.ts. */
export interface ScannedJob {
  readonly session: SessionKey
  readonly jobId: number
  /** The unique name. */
  readonly job: string
  readonly name: string
  readonly client: string
  readonly fileset: string
  readonly filesetMd5: string
  readonly type: string
  readonly level: string
  readonly pool: string
  readonly poolType: string
  readonly startMs: number
}

/** How a Job ended. Without an end label: `isEnded` is false, the numbers are those that were counted. */
export interface ScannedJobEnd {
  readonly session: SessionKey
  readonly isEnded: boolean
  readonly endMs: number
  /** JobStatus letter: of the end label, or E. */
  readonly status: string
  readonly files: number
  readonly bytes: number
  readonly errors: number
}

/** Where on one Volume the blocks of a session lie, as a JobMedia row. */
export interface ScannedJobMedia {
  readonly session: SessionKey
  readonly volume: string
  readonly firstIndex: number
  readonly lastIndex: number
  readonly startFile: number
  readonly startBlock: number
  readonly endFile: number
  readonly endBlock: number
  readonly bytes: number
}

/**
 * Called in this order: volume, then the Jobs that begin on it with their records, then volume again when it has been
 * read; jobMedia and endJob for a session once, after its last record. Records of several sessions may take turns.
 */
export interface CatalogSink {
  volume(volume: ScannedVolume): Promise<void>
  beginJob(job: ScannedJob): Promise<void>
  /**
   * Attribute, digest and restore-object records in the RecordBatch layout, of files that are whole on the Volumes, by
   * ascending FileIndex. `records` may be kept.
   */
  addRecords(session: SessionKey, records: Buffer): Promise<void>
  endJob(end: ScannedJobEnd, jobMedia: readonly ScannedJobMedia[]): Promise<void>
  /** Everything was read. The result is printed, line by line. */
  finish(): Promise<readonly string[]>
  /** Gives up; what was not finished is undone where that is possible. */
  abandon(): Promise<void>
}

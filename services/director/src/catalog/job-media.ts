// Rows of the table jobmedia: which part of which Volume holds which files of a Job.

/** Addresses are `file << 32 | block` byte offsets into the Volume, both ends belong to the range. */
export interface JobMediaRow {
  readonly jobMediaId: number
  readonly jobId: number
  readonly mediaId: number
  readonly volume: string
  readonly mediaType: string
  readonly storageId: number
  /** Name of the Storage that last had the Volume, empty when unknown. */
  readonly storage: string
  readonly slot: number
  readonly inChanger: boolean
  readonly firstIndex: number
  readonly lastIndex: number
  readonly startFile: number
  readonly endFile: number
  readonly startBlock: number
  readonly endBlock: number
  readonly bytes: number
}

export interface JobMediaCatalog {
  /** In the order of writing. */
  list(jobId: number): Promise<JobMediaRow[]>
  listOfJobs(jobIds: readonly number[]): Promise<JobMediaRow[]>
  /** Names of the Volumes of a Job in the order of writing, each once. */
  volumes(jobId: number): Promise<string[]>
}

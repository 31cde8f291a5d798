// Deletes from the Catalog: Jobs with all that belongs to them, only their files, Volumes.

export interface PurgeCatalog {
  /** Deletes Jobs with files, JobMedia, log and restore objects. Returns the JobIds that were there. */
  deleteJobs(jobIds: readonly number[]): Promise<number[]>
  /** Deletes the file rows of Jobs and marks them as purged. Returns how many Jobs had not been purged before. */
  purgeFiles(jobIds: readonly number[]): Promise<number>
  /** Deletes a Volume and every Job that has data on it. False when there is no such Volume. */
  deleteVolume(name: string): Promise<boolean>
  /** Deletes all Jobs of the Volume; the Volume stays. Returns their JobIds. */
  purgeVolume(name: string): Promise<number[]>
  /** Deletes a Pool without Volumes. False when there is none of that name; throws `pool-not-empty`. */
  deletePool(name: string): Promise<boolean>
}

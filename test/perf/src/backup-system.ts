// What the benchmark asks of Coffer and of Bacula alike.

/** A Director, a storage daemon and a file daemon that run, and a console into which lines are typed. */
export interface BackupSystem {
  /** Runs Jobs beside each other, from typing to their good end; the JobIds. */
  backUp(jobs: readonly string[], level: 'Full' | 'Incremental'): Promise<readonly number[]>
  /** Restores all that a Job saved below `where`, which is new. */
  restore(jobId: number, where: string): Promise<void>
  /** Opens the tree of a Job, enters a directory, lists it until `name` is seen; the seconds until then. */
  browse(jobId: number, directory: string, name: string): Promise<number>
  /** Deletes the Volumes that were written so far, except the one that Jobs share. */
  dropVolumes(): Promise<void>
  /** The daemons, for their memory. */
  readonly pids: Readonly<Record<'director' | 'storage' | 'filed', number>>
  readonly version: string
  close(): Promise<void>
}

// The Catalog as the rest of the Director sees it: one group of queries per table family, domain types only.
import type { AttributeCatalog } from './attributes.ts'
import type { BrowseCatalog } from './browse.ts'
import type { ClientCatalog } from './clients.ts'
import type { CopyCatalog } from './copies.ts'
import type { FileCatalog } from './files.ts'
import type { FilesetCatalog } from './filesets.ts'
import type { JobCatalog } from './jobs.ts'
import type { JobMediaCatalog } from './job-media.ts'
import type { ListCatalog } from './list-queries.ts'
import type { LogCatalog } from './log.ts'
import type { MediaCatalog } from './media.ts'
import type { PoolCatalog } from './pools.ts'
import type { PurgeCatalog } from './purge.ts'
import type { RestoreCatalog } from './restore-queries.ts'
import type { RetentionCatalog } from './retention.ts'
import type { ScannedJobCatalog } from './scanned-jobs.ts'
import type { SqlCatalog } from './sql-query.ts'
import type { StatisticsCatalog } from './statistics.ts'
import type { StorageCatalog } from './storages.ts'

/**
 * An open Catalog. Times are milliseconds since the epoch, sizes bytes, durations seconds (in `...Seconds`), names of
 * files text as core `decodePath` makes it. Every method may throw `catalog-lost` when the database went away; the
 * Catalog comes back by itself when the database does, what was under way does not.
 */
export interface Catalog {
  /** Name of the Catalog resource, "MyCatalog" when none is configured. */
  readonly name: string
  /** `embedded`: a PostgreSQL that this Director started; `external`: one that was configured. */
  readonly place: 'embedded' | 'external'
  /** For status displays: "PostgreSQL 18.4 (embedded)". */
  readonly description: string
  readonly jobs: JobCatalog
  readonly jobMedia: JobMediaCatalog
  readonly media: MediaCatalog
  readonly pools: PoolCatalog
  readonly clients: ClientCatalog
  readonly filesets: FilesetCatalog
  readonly storages: StorageCatalog
  readonly log: LogCatalog
  /** Takes file attributes in. */
  readonly attributes: AttributeCatalog
  /** Reads file attributes: directories of a restore tree, selections, files of a Job. */
  readonly files: FileCatalog
  /** What .bvfs_* ask. */
  readonly browse: BrowseCatalog
  /** Copies of backups, and Jobs that were merged of others. */
  readonly copies: CopyCatalog
  /** Which Jobs and Volumes a restore needs. */
  readonly restore: RestoreCatalog
  /** Deletes Jobs, their files, and Volumes. */
  readonly purge: PurgeCatalog
  /** Jobs with what their retention depends on. */
  readonly retention: RetentionCatalog
  /** What became of Jobs, beyond their retention. */
  readonly statistics: StatisticsCatalog
  /** Makes the rows of Jobs that bscan found on Volumes. */
  readonly scannedJobs: ScannedJobCatalog
  /** Rows of the `list` and `llist` commands, with the columns that Bareos prints. */
  readonly lists: ListCatalog
  /** SQL that an operator typed (`sqlquery`, restore choice 4). */
  readonly sql: SqlCatalog
  /** Ends all queries under way, stops the embedded server. */
  close(): Promise<void>
}

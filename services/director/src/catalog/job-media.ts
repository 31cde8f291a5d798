// Rows of the table jobmedia: which part of which Volume holds which files of a Job.
import type { Kysely } from 'kysely'
import type { CatalogTables } from './tables.ts'

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

export function jobMediaCatalog(db: Kysely<CatalogTables>): JobMediaCatalog {
  return {
    list: (jobId) => listJobMedia(db, [jobId]),
    listOfJobs: (jobIds) => listJobMedia(db, jobIds),
    volumes: async (jobId) => {
      const rows = await listJobMedia(db, [jobId])
      return [...new Set(rows.map((row) => row.volume))]
    },
  }
}

/** Rows of these Jobs, or of all, in the order of writing. */
export async function listJobMedia(
  db: Kysely<CatalogTables>,
  jobIds: readonly number[] | undefined,
): Promise<JobMediaRow[]> {
  if (jobIds?.length === 0) return []
  const query = db
    .selectFrom('jobmedia')
    .innerJoin('media', 'media.mediaid', 'jobmedia.mediaid')
    .leftJoin('storage', 'storage.storageid', 'media.storageid')
    .selectAll('jobmedia')
    .select(['media.volumename', 'media.mediatype', 'media.storageid', 'media.slot'])
    .select(['media.inchanger', 'storage.name as storage'])
    .orderBy('jobmedia.jobmediaid')
  const chosen = jobIds === undefined ? query : query.where('jobmedia.jobid', 'in', jobIds)
  const rows = await chosen.execute()
  return rows.map((row) => ({
    jobMediaId: row.jobmediaid,
    jobId: row.jobid,
    mediaId: row.mediaid,
    volume: row.volumename,
    mediaType: row.mediatype,
    storageId: row.storageid,
    storage: row.storage ?? '',
    slot: row.slot,
    inChanger: row.inchanger !== 0,
    firstIndex: row.firstindex,
    lastIndex: row.lastindex,
    startFile: row.startfile,
    endFile: row.endfile,
    startBlock: row.startblock,
    endBlock: row.endblock,
    bytes: row.jobbytes,
  }))
}

// Deletes from the Catalog: Jobs with all that belongs to them, only their files, Volumes.
import { CofferError, JOB_STATUSES, JOB_TYPES } from '@coffer/core'
import type { Kysely } from 'kysely'
import { countVolumes } from './media.ts'
import type { CatalogTables } from './tables.ts'

export interface PurgeCatalog {
  /**
   * Deletes Jobs with files, JobMedia, log and restore objects. A copy of one that stays takes its place. Returns the
   * JobIds that were there.
   */
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

export function purgeCatalog(db: Kysely<CatalogTables>): PurgeCatalog {
  return {
    deleteJobs: (jobIds) =>
      db.transaction().execute((transaction) => deleteJobs(transaction, jobIds)),
    purgeFiles: (jobIds) =>
      db.transaction().execute((transaction) => purgeFiles(transaction, jobIds)),
    deleteVolume: (name) =>
      db.transaction().execute((transaction) => deleteVolume(transaction, name)),
    purgeVolume: (name) =>
      db.transaction().execute(async (transaction) => {
        const volume = await lockVolume(transaction, name)
        return volume === undefined ? [] : deleteJobsOn(transaction, volume.mediaid)
      }),
    deletePool: (name) => db.transaction().execute((transaction) => deletePool(transaction, name)),
  }
}

/** Tables that hold rows of Jobs, the Job's own row last. */
const JOB_TABLES = [
  'file',
  'pathvisibility',
  'restoreobject',
  'jobmedia',
  'log',
  'job',
] as const satisfies readonly (keyof CatalogTables)[]

async function deleteJobs(
  transaction: Kysely<CatalogTables>,
  jobIds: readonly number[],
): Promise<number[]> {
  const found = await lockJobs(transaction, jobIds)
  if (found.length === 0) return []
  for (const table of JOB_TABLES) {
    await transaction.deleteFrom(table).where('jobid', 'in', found).execute()
  }
  await promoteCopies(transaction, found)
  return found
}

/** The first good copy of a Job that is gone becomes a backup, and its other copies become copies of that one. */
async function promoteCopies(
  transaction: Kysely<CatalogTables>,
  goneIds: readonly number[],
): Promise<void> {
  const copies = await transaction
    .selectFrom('job')
    .select(['priorjobid', (eb) => eb.fn.min<number>('jobid').as('first')])
    .where('type', '=', JOB_TYPES.jobCopy.letter)
    .where('jobstatus', 'in', [JOB_STATUSES.ok.letter, JOB_STATUSES.warnings.letter])
    .where('priorjobid', 'in', goneIds)
    .groupBy('priorjobid')
    .execute()
  for (const { priorjobid, first } of copies) {
    await transaction
      .updateTable('job')
      .set({ type: JOB_TYPES.backup.letter, priorjobid: 0 })
      .where('jobid', '=', first)
      .execute()
    await transaction
      .updateTable('job')
      .set({ priorjobid: first })
      .where('type', '=', JOB_TYPES.jobCopy.letter)
      .where('priorjobid', '=', priorjobid)
      .execute()
  }
}

/** Those of the Jobs that exist, locked in one order. */
async function lockJobs(
  transaction: Kysely<CatalogTables>,
  jobIds: readonly number[],
): Promise<number[]> {
  if (jobIds.length === 0) return []
  const rows = await transaction
    .selectFrom('job')
    .select('jobid')
    .where('jobid', 'in', jobIds)
    .orderBy('jobid')
    .forUpdate()
    .execute()
  return rows.map((row) => row.jobid)
}

async function purgeFiles(
  transaction: Kysely<CatalogTables>,
  jobIds: readonly number[],
): Promise<number> {
  const found = await lockJobs(transaction, jobIds)
  if (found.length === 0) return 0
  await transaction.deleteFrom('file').where('jobid', 'in', found).execute()
  await transaction.deleteFrom('pathvisibility').where('jobid', 'in', found).execute()
  const marked = await transaction
    .updateTable('job')
    .set({ purgedfiles: 1 })
    .where('jobid', 'in', found)
    .where('purgedfiles', '=', 0)
    .executeTakeFirst()
  return Number(marked.numUpdatedRows)
}

async function lockVolume(transaction: Kysely<CatalogTables>, name: string) {
  return transaction
    .selectFrom('media')
    .select(['mediaid', 'poolid'])
    .where('volumename', '=', name)
    .forUpdate()
    .executeTakeFirst()
}

async function deleteJobsOn(
  transaction: Kysely<CatalogTables>,
  mediaId: number,
): Promise<number[]> {
  const rows = await transaction
    .selectFrom('jobmedia')
    .select('jobid')
    .distinct()
    .where('mediaid', '=', mediaId)
    .execute()
  return deleteJobs(
    transaction,
    rows.map((row) => row.jobid),
  )
}

async function deleteVolume(transaction: Kysely<CatalogTables>, name: string): Promise<boolean> {
  const volume = await lockVolume(transaction, name)
  if (volume === undefined) return false
  await deleteJobsOn(transaction, volume.mediaid)
  await transaction.deleteFrom('jobmedia').where('mediaid', '=', volume.mediaid).execute()
  await transaction.deleteFrom('media').where('mediaid', '=', volume.mediaid).execute()
  await countVolumes(transaction, [volume.poolid])
  return true
}

async function deletePool(transaction: Kysely<CatalogTables>, name: string): Promise<boolean> {
  const pool = await transaction
    .selectFrom('pool')
    .select('poolid')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (pool === undefined) return false
  const volume = await transaction
    .selectFrom('media')
    .select('volumename')
    .where('poolid', '=', pool.poolid)
    .executeTakeFirst()
  if (volume !== undefined) {
    throw new CofferError(
      'pool-not-empty',
      `the Pool "${name}" holds Volumes, "${volume.volumename}" among them`,
    )
  }
  await transaction.deleteFrom('pool').where('poolid', '=', pool.poolid).execute()
  return true
}

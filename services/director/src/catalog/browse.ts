// What a browser of backups asks (.bvfs_*): files by their numbers, versions of one file, the Volumes that hold them.
import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { SelectedIndex } from './files.ts'
import { bytesEqual, digestText, escapedText, nameText } from './names.ts'

/** A version of a file with one Volume that it is on. */
export interface StoredVersion {
  readonly fileId: number
  readonly jobId: number
  readonly pathId: number
  readonly jobName: string
  readonly lstat: string
  readonly digest: string
  readonly volume: string
  readonly inChanger: boolean
}

interface VersionQuery {
  readonly pathId: number
  readonly name: string
  readonly client: string
  /** Copies, and archived Jobs, beside backups. */
  readonly withCopies: boolean
  readonly limit: number
  readonly offset: number
}

export interface BrowseCatalog {
  /** Newest first; a version on several Volumes stands once for each. */
  versions(query: VersionQuery): Promise<StoredVersion[]>
  /** Files by FileId, for marking; deletions are left out. */
  filesById(fileIds: readonly number[]): Promise<SelectedIndex[]>
  /** The whole name of a file. */
  nameById(fileId: number): Promise<string | undefined>
  /** Volumes that hold these files, by name. */
  volumesOf(fileIds: readonly number[]): Promise<string[]>
  /** PathId of the directory above; 0 for the root of all, undefined when there is no such directory. */
  parentOf(pathId: number): Promise<number | undefined>
}

export function browseCatalog(database: Database): BrowseCatalog {
  const { db } = database
  return {
    versions: (query) => findVersions(database, query),
    filesById: async (fileIds) => {
      type Row = [jobId: number, fileIndex: number, isDirectory: boolean, lstat: string]
      const rows = await database.rows<Row>(
        `SELECT jobid, fileindex, name = '', lstat FROM file
         WHERE fileid = ANY ($1::bigint[]) AND fileindex > 0`,
        [fileIds],
      )
      return rows.map(([jobId, fileIndex, isDirectory, lstat]) => ({
        jobId,
        fileIndex,
        isDirectory,
        lstat,
      }))
    },
    nameById: async (fileId) => {
      const [row] = await database.rows<[path: string, name: string]>(
        `SELECT ${escapedText('path.path')}, ${escapedText('file.name')}
         FROM file JOIN path USING (pathid) WHERE fileid = $1`,
        [fileId],
      )
      return row === undefined ? undefined : nameText(row[0]) + nameText(row[1])
    },
    volumesOf: async (fileIds) => {
      const rows = await database.rows<[volume: string]>(
        `SELECT DISTINCT media.volumename FROM file
         JOIN jobmedia ON jobmedia.jobid = file.jobid
           AND file.fileindex BETWEEN jobmedia.firstindex AND jobmedia.lastindex
         JOIN media USING (mediaid)
         WHERE file.fileid = ANY ($1::bigint[]) ORDER BY media.volumename`,
        [fileIds],
      )
      return rows.map(([volume]) => volume)
    },
    parentOf: async (pathId) => {
      const row = await db
        .selectFrom('path')
        .select('parentid')
        .where('pathid', '=', pathId)
        .executeTakeFirst()
      return row?.parentid
    },
  }
}

async function findVersions({ db }: Database, query: VersionQuery): Promise<StoredVersion[]> {
  const rows = await db
    .selectFrom('file')
    .innerJoin('job', 'job.jobid', 'file.jobid')
    .innerJoin('client', 'client.clientid', 'job.clientid')
    .innerJoin('jobmedia', 'jobmedia.jobid', 'file.jobid')
    .innerJoin('media', 'media.mediaid', 'jobmedia.mediaid')
    .select(['file.fileid', 'file.jobid', 'file.lstat', 'file.md5', 'job.name as jobname'])
    .select(['media.volumename', 'media.inchanger'])
    .distinct()
    .select('job.starttime')
    .where('file.pathid', '=', query.pathId)
    .where(bytesEqual('file.name', query.name))
    .where(
      sql<boolean>`file.fileindex BETWEEN greatest(jobmedia.firstindex, 1) AND jobmedia.lastindex`,
    )
    .where('client.name', '=', query.client)
    .where('job.type', 'in', query.withCopies ? ['B', 'C', 'A'] : ['B'])
    .where('job.jobstatus', 'in', ['T', 'W'])
    .orderBy('job.starttime', 'desc')
    .orderBy('file.fileid', 'desc')
    .orderBy('media.volumename')
    .limit(query.limit)
    .offset(query.offset)
    .execute()
  return rows.map((row) => ({
    fileId: row.fileid,
    jobId: row.jobid,
    pathId: query.pathId,
    jobName: row.jobname,
    lstat: row.lstat,
    digest: digestText(row.md5),
    volume: row.volumename,
    inChanger: row.inchanger === 1,
  }))
}

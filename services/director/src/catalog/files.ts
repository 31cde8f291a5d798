// Reads the tables file and path: the directories of a restore tree, selections from it, the files of a Job.
import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import { readChainFile, readDirectory, streamTree } from './file-tree.ts'
import { readKnownFiles } from './known-files.ts'
import { bytesEqual, escapedName, escapedText, digestText, nameText, splitPath } from './names.ts'
import type { CatalogTables } from './tables.ts'

/**
 * The Jobs whose files are looked at together, oldest first, as `restore.chain` and `restore.orderChain` give it. Of
 * each name the newest version counts, and none when the newest is a deletion.
 */
export type JobChain = readonly number[]

/** One entry of a directory as of a chain. */
export interface TreeEntry {
  /** Name within its directory, without slashes; names are text as core `decodePath` makes it. */
  readonly name: string
  readonly isDirectory: boolean
  /** For a directory its own PathId, for a file that of its directory. */
  readonly pathId: number
  /** 0 for a directory that was not itself saved, only something below it. */
  readonly jobId: number
  readonly fileIndex: number
  readonly fileId: number
  /** As core `decodeLstat` reads it; empty when not saved. */
  readonly lstat: string
  /** Base64 without padding; empty when there is none. */
  readonly digest: string
}

/** One file or directory of a selection. `path` is the whole name; a directory's ends with a slash. */
export interface SelectedFile {
  readonly jobId: number
  readonly fileIndex: number
  readonly path: string
  readonly lstat: string
}

/** The same without the name, for marking millions. */
export interface SelectedIndex {
  readonly jobId: number
  readonly fileIndex: number
  readonly isDirectory: boolean
  readonly lstat: string
}

export interface JobFile {
  readonly jobId: number
  readonly fileIndex: number
  readonly path: string
  readonly lstat: string
  readonly digest: string
  readonly isDeleted: boolean
}

/** Files of one session on a Volume by their numbers; both ends of a range are included. */
interface SessionFiles {
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
}

/** A version of a file that some Job saved. */
export interface FileVersion {
  readonly jobId: number
  readonly job: string
  readonly jobName: string
  readonly client: string
  readonly startMs: number | undefined
  readonly level: string
  readonly files: number
  readonly bytes: number
  readonly fileIndex: number
  readonly path: string
  readonly lstat: string
  readonly digest: string
  readonly isDeleted: boolean
}

export interface FileCatalog {
  /** PathId of the root of all trees, whose children are "/", "C:/" and so on. */
  rootPathId(): Promise<number>
  /** PathId of a directory by its whole name with the slash at its end, "/srv/sample/"; undefined when unknown. */
  findPath(path: string): Promise<number | undefined>
  /** Whole name of a directory, with the slash at its end. */
  pathOf(pathId: number): Promise<string | undefined>
  /** Whether the directory (or anything below it) is in the chain. */
  isVisible(chain: JobChain, pathId: number): Promise<boolean>
  /** What is in a directory as of the chain: directories, then files, each sorted by their bytes. Reads no other one. */
  listDirectory(chain: JobChain, pathId: number): Promise<TreeEntry[]>
  /** One name of a directory. */
  findInDirectory(chain: JobChain, pathId: number, name: string): Promise<TreeEntry | undefined>
  /**
   * Everything at and below a directory as of the chain, in batches, in no particular order of names; memory does not
   * grow with their number. Ends early when the loop is left.
   */
  walk(chain: JobChain, pathId: number): AsyncIterable<readonly SelectedFile[]>
  /** The same without names; within a Job by FileIndex, Jobs one after the other. */
  walkIndexes(chain: JobChain, pathId: number): AsyncIterable<readonly SelectedIndex[]>
  /** The whole state that the chain left, as entries of core/known-file.ts in pieces of bounded size. */
  known(chain: JobChain): AsyncIterable<Uint8Array>
  /** Lengths of the digest texts that files of the Job have, without the padding of base64. */
  digestLengths(jobId: number): Promise<number[]>
  /** How many files and directories the chain holds at and below a directory. */
  count(chain: JobChain, pathId: number): Promise<number>
  /** Files of one Job by FileIndex, deletions first, in batches. */
  ofJob(jobId: number): AsyncIterable<readonly JobFile[]>
  /** Paths of the files with these FileIndexes of the Job that wrote this session, by FileIndex. */
  ofSession(files: SessionFiles, limit: number): Promise<string[]>
  /** One file of a Job, for instance the first of its hard links. */
  findByIndex(jobId: number, fileIndex: number): Promise<JobFile | undefined>
  /** Jobs of a Client where the file (or directory, with a slash at its end) is saved, newest first. */
  versions(path: string, client: string, limit: number): Promise<FileVersion[]>
  /** The newest version of one file or directory in the chain. */
  findInChain(chain: JobChain, path: string): Promise<SelectedFile | undefined>
}

export function fileCatalog(database: Database): FileCatalog {
  const { db } = database
  return {
    rootPathId: () => getRoot(db),
    findPath: (path) => findPathId(db, path),
    pathOf: async (pathId) => {
      const row = await db
        .selectFrom('path')
        .select(escapedName('path').as('path'))
        .where('pathid', '=', pathId)
        .executeTakeFirst()
      return row === undefined ? undefined : nameText(row.path)
    },
    isVisible: async (chain, pathId) => {
      const row = await db
        .selectFrom('path')
        .select(['parentid', escapedName('name').as('name')])
        .where('pathid', '=', pathId)
        .executeTakeFirst()
      if (row === undefined) return false
      if (row.parentid === 0) return (await readDirectory(database, chain, { pathId })).length > 0
      const entries = await readDirectory(database, chain, {
        pathId: row.parentid,
        name: nameText(row.name),
      })
      return entries.some((entry) => entry.isDirectory)
    },
    listDirectory: (chain, pathId) => readDirectory(database, chain, { pathId }),
    findInDirectory: async (chain, pathId, name) =>
      (await readDirectory(database, chain, { pathId, name }))[0],
    walk: (chain, pathId) => walk(database, chain, pathId),
    walkIndexes: (chain, pathId) => walkIndexes(database, chain, pathId),
    known: async function* (chain) {
      yield* readKnownFiles(database, chain, await getRoot(db))
    },
    digestLengths: async (jobId) => {
      type Row = [length: number]
      const text = "SELECT DISTINCT length(md5) FROM file WHERE jobid = $1 AND md5 <> '0'"
      return (await database.rows<Row>(text, [jobId])).map(([length]) => length)
    },
    count: async (chain, pathId) => {
      const columns = 'count(*)'
      const isRoot = pathId === (await getRoot(db))
      const batches = streamTree<[number]>(database, chain, { pathId, isRoot, columns })
      for await (const rows of batches) for (const [count] of rows) return count
      return 0
    },
    ofJob: (jobId) => filesOfJob(database, jobId),
    ofSession: (files, limit) => filesOfSession(db, files, limit),
    findByIndex: (jobId, fileIndex) => findByIndex(db, jobId, fileIndex),
    versions: (path, client, limit) => listVersions(db, path, client, limit),
    findInChain: async (chain, path) => {
      const { directory, name } = splitPath(path)
      const pathId = await findPathId(db, directory)
      return pathId === undefined ? undefined : readChainFile(database, chain, { pathId, name })
    },
  }
}

async function findPathId(db: Kysely<CatalogTables>, path: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('path')
    .select('pathid')
    .where(bytesEqual('path', path))
    .executeTakeFirst()
  return row?.pathid
}

async function getRoot(db: Kysely<CatalogTables>): Promise<number> {
  return (await findPathId(db, '')) ?? 0
}

async function* walk(
  database: Database,
  chain: JobChain,
  pathId: number,
): AsyncGenerator<SelectedFile[]> {
  type Row = [jobId: number, fileIndex: number, path: string, name: string, lstat: string]
  const batches = streamTree<Row>(database, chain, {
    pathId,
    isRoot: pathId === (await getRoot(database.db)),
    columns: `f.jobid, f.fileindex, ${escapedText('path.path')}, ${escapedText('f.name')}, f.lstat`,
    withPaths: true,
  })
  for await (const batch of batches) {
    yield batch.map(([jobId, fileIndex, path, name, lstat]) => ({
      jobId,
      fileIndex,
      path: nameText(path) + nameText(name),
      lstat,
    }))
  }
}

async function* walkIndexes(
  database: Database,
  chain: JobChain,
  pathId: number,
): AsyncGenerator<SelectedIndex[]> {
  type Row = [jobId: number, fileIndex: number, isDirectory: boolean, lstat: string]
  const batches = streamTree<Row>(database, chain, {
    pathId,
    isRoot: pathId === (await getRoot(database.db)),
    columns: "f.jobid, f.fileindex, f.name = '', f.lstat",
    order: 'f.jobid, f.fileindex',
  })
  for await (const batch of batches) {
    yield batch.map(([jobId, fileIndex, isDirectory, lstat]) => ({
      jobId,
      fileIndex,
      isDirectory,
      lstat,
    }))
  }
}

async function* filesOfJob(database: Database, jobId: number): AsyncGenerator<JobFile[]> {
  type Row = [fileIndex: number, path: string, name: string, lstat: string, digest: string]
  for (const condition of ['= 0', '> 0']) {
    const batches = database.stream<Row>(
      `SELECT f.fileindex, ${escapedText('path.path')}, ${escapedText('f.name')}, f.lstat, f.md5
       FROM file f JOIN path USING (pathid)
       WHERE f.jobid = $1 AND f.fileindex ${condition} ORDER BY f.fileindex`,
      [jobId],
    )
    for await (const batch of batches) {
      yield batch.map(([fileIndex, path, name, lstat, digest]) => ({
        jobId,
        fileIndex,
        path: nameText(path) + nameText(name),
        lstat,
        digest: digestText(digest),
        isDeleted: fileIndex === 0,
      }))
    }
  }
}

async function filesOfSession(
  db: Kysely<CatalogTables>,
  { volSessionId, volSessionTime, ranges }: SessionFiles,
  limit: number,
): Promise<string[]> {
  if (ranges.length === 0 || limit === 0) return []
  const rows = await db
    .selectFrom('file')
    .innerJoin('path', 'path.pathid', 'file.pathid')
    .innerJoin('job', 'job.jobid', 'file.jobid')
    .select([escapedName('path.path').as('path'), escapedName('file.name').as('name')])
    .where('job.volsessionid', '=', volSessionId)
    .where('job.volsessiontime', '=', volSessionTime)
    .where((eb) =>
      eb.or(ranges.map(({ from, to }) => eb.between('file.fileindex', Math.max(from, 1), to))),
    )
    .orderBy('file.jobid')
    .orderBy('file.fileindex')
    .limit(limit)
    .execute()
  return rows.map(({ path, name }) => nameText(path) + nameText(name))
}

async function findByIndex(
  db: Kysely<CatalogTables>,
  jobId: number,
  fileIndex: number,
): Promise<JobFile | undefined> {
  const row = await db
    .selectFrom('file')
    .innerJoin('path', 'path.pathid', 'file.pathid')
    .select([escapedName('path.path').as('path'), escapedName('file.name').as('name')])
    .select(['file.lstat', 'file.md5'])
    .where('file.jobid', '=', jobId)
    .where('file.fileindex', '=', fileIndex)
    .where('file.fileindex', '>', 0)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    jobId,
    fileIndex,
    path: nameText(row.path) + nameText(row.name),
    lstat: row.lstat,
    digest: digestText(row.md5),
    isDeleted: false,
  }
}

async function listVersions(
  db: Kysely<CatalogTables>,
  path: string,
  client: string,
  limit: number,
): Promise<FileVersion[]> {
  const { directory, name } = splitPath(path)
  const pathId = await findPathId(db, directory)
  if (pathId === undefined) return []
  const rows = await db
    .selectFrom('job')
    .innerJoin('client', 'client.clientid', 'job.clientid')
    .innerJoin('file', 'file.jobid', 'job.jobid')
    .select(['job.jobid', 'job.job', 'job.name', 'client.name as client', 'job.starttime'])
    .select(['job.level', 'job.jobfiles', 'job.jobbytes'])
    .select(['file.fileindex', 'file.lstat', 'file.md5'])
    .where('client.name', '=', client)
    .where('job.jobstatus', 'in', ['T', 'W'])
    .where('file.pathid', '=', pathId)
    .where(bytesEqual('file.name', name))
    .orderBy('job.starttime', 'desc')
    .orderBy('job.jobid', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    jobId: row.jobid,
    job: row.job,
    jobName: row.name,
    client: row.client,
    startMs: row.starttime ?? undefined,
    level: row.level,
    files: row.jobfiles,
    bytes: row.jobbytes,
    fileIndex: row.fileindex,
    path,
    lstat: row.lstat,
    digest: digestText(row.md5),
    isDeleted: row.fileindex === 0,
  }))
}

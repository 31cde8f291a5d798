// One directory, or everything below one, as a chain of Jobs left it: the SQL of the restore tree.
//
// A directory is looked at through pathvisibility, which says for each Job what lies where, so that neither the number
// of a Job's files nor what other Clients saved matters. The newest version of a name counts; FileIndex 0 says that it
// was deleted. A directory that was not saved itself is there when a Job has something below it.
import type { Database } from './database.ts'
import type { JobChain, SelectedFile, TreeEntry } from './files.ts'
import { escapedText, digestText, nameText, nameValue } from './names.ts'

/** $1: the JobIds of the chain, oldest first. */
const CHAIN = 'chain AS (SELECT * FROM unnest($1::int[]) WITH ORDINALITY AS c (jobid, rank))'

/** $2: PathId of the directory. $3: one name, or null for all. */
const DIRECTORIES = `
  WITH ${CHAIN}, seen AS (
    SELECT v.pathid, max(chain.rank) AS rank
    FROM chain JOIN pathvisibility v ON v.jobid = chain.jobid AND v.ppathid = $2
    GROUP BY v.pathid)
  SELECT ${escapedText('path.name')}, seen.pathid, own.jobid, own.fileindex, own.fileid, own.lstat, own.md5
  FROM seen JOIN path ON path.pathid = seen.pathid
  LEFT JOIN LATERAL (
    SELECT f.*, chain.rank FROM chain JOIN file f ON f.jobid = chain.jobid AND f.pathid = seen.pathid
    WHERE f.name = '' ORDER BY chain.rank DESC LIMIT 1) own ON true
  WHERE ($3::text IS NULL OR path.name = $3::text)
    AND (own.fileindex IS DISTINCT FROM 0 OR own.rank < seen.rank)
  ORDER BY path.name`

const FILES = `
  WITH ${CHAIN}, latest AS (
    SELECT DISTINCT ON (f.name) f.*
    FROM chain JOIN file f ON f.jobid = chain.jobid AND f.pathid = $2
    WHERE f.name <> '' AND ($3::text IS NULL OR f.name = $3::text)
    ORDER BY f.name, chain.rank DESC)
  SELECT ${escapedText('name')}, pathid, jobid, fileindex, fileid, lstat, md5
  FROM latest WHERE fileindex > 0 ORDER BY name`

type EntryRow = [
  name: string,
  pathId: number,
  jobId: number | null,
  fileIndex: number | null,
  fileId: number | null,
  lstat: string | null,
  digest: string | null,
]

export interface DirectoryQuery {
  readonly pathId: number
  /** Only this name. */
  readonly name?: string
}

/** Directories, then files, each by the bytes of their names. */
export async function readDirectory(
  database: Database,
  chain: JobChain,
  query: DirectoryQuery,
): Promise<TreeEntry[]> {
  const values = [chain, query.pathId, query.name === undefined ? null : nameValue(query.name)]
  const directories = await database.rows<EntryRow>(DIRECTORIES, values)
  const files = await database.rows<EntryRow>(FILES, values)
  return [
    ...directories.map((row) => toEntry(row, true)),
    ...files.map((row) => toEntry(row, false)),
  ]
}

function toEntry(row: EntryRow, isDirectory: boolean): TreeEntry {
  const [name, pathId, jobId, fileIndex, fileId, lstat, digest] = row
  // A directory's row may be missing, or be a deletion that something newer below it has overtaken.
  const isSaved = fileIndex !== null && fileIndex > 0
  return {
    name: nameText(name),
    isDirectory,
    pathId,
    jobId: isSaved ? (jobId ?? 0) : 0,
    fileIndex: isSaved ? fileIndex : 0,
    fileId: isSaved ? (fileId ?? 0) : 0,
    lstat: isSaved ? (lstat ?? '') : '',
    digest: isSaved ? digestText(digest ?? '') : '',
  }
}

/** The newest version of one file, or of a directory's own row when the name is empty. */
export async function readChainFile(
  database: Database,
  chain: JobChain,
  file: { readonly pathId: number; readonly name: string },
): Promise<SelectedFile | undefined> {
  type Row = [jobId: number, fileIndex: number, path: string, name: string, lstat: string]
  const rows = await database.rows<Row>(
    `WITH ${CHAIN}
     SELECT f.jobid, f.fileindex, ${escapedText('path.path')}, ${escapedText('f.name')}, f.lstat
     FROM chain JOIN file f ON f.jobid = chain.jobid AND f.pathid = $2 JOIN path ON path.pathid = f.pathid
     WHERE f.name = $3::text ORDER BY chain.rank DESC LIMIT 1`,
    [chain, file.pathId, nameValue(file.name)],
  )
  const row = rows[0]
  if (row === undefined || row[1] === 0) return undefined
  const [jobId, fileIndex, path, name, lstat] = row
  return { jobId, fileIndex, path: nameText(path) + nameText(name), lstat }
}

export interface TreeQuery {
  readonly pathId: number
  /** The directory is the root of all, so that everything in the Jobs is below it. */
  readonly isRoot: boolean
  /** Columns of `f` (a row of file) and, with `withPaths`, of `path`. */
  readonly columns: string
  readonly withPaths?: boolean
  readonly order?: string
}

/** Rows of everything at and below a directory as of the chain, in batches. `isRoot` takes the Jobs whole. */
export function streamTree<Row extends readonly unknown[]>(
  database: Database,
  chain: JobChain,
  query: TreeQuery,
): AsyncIterable<Row[]> {
  const paths = query.withPaths === true ? 'JOIN path ON path.pathid = f.pathid' : ''
  const order = query.order === undefined ? '' : `ORDER BY ${query.order}`
  const rows = query.isRoot
    ? `all_files AS NOT MATERIALIZED (${WHOLE_JOBS})`
    : `${TREE}, ${FILES_OF_TREE}`
  // With one Job every row is the newest.
  const newest = chain.length === 1 ? 'f AS NOT MATERIALIZED (SELECT * FROM all_files)' : NEWEST
  return database.stream<Row>(
    `WITH RECURSIVE ${CHAIN}, ${rows}, ${newest}
     SELECT ${query.columns} FROM f ${paths} WHERE f.fileindex > 0 ${order}`,
    query.isRoot ? [chain] : [chain, query.pathId],
  )
}

const WHOLE_JOBS = 'SELECT file.*, chain.rank FROM chain JOIN file ON file.jobid = chain.jobid'

/** $2: PathId of the directory at the top. */
const TREE = `tree AS (
    SELECT $2::int AS pathid
    UNION
    SELECT v.pathid FROM tree
    JOIN pathvisibility v ON v.ppathid = tree.pathid AND v.jobid = ANY ($1::int[]))`

/**
 * OFFSET 0 keeps PostgreSQL from turning this around: for lack of fresh statistics it likes to read whole Jobs and to
 * throw away what is not in the tree.
 */
const FILES_OF_TREE = `all_files AS NOT MATERIALIZED (
    SELECT own.*, chain.rank FROM tree CROSS JOIN chain CROSS JOIN LATERAL (
      SELECT * FROM file WHERE file.jobid = chain.jobid AND file.pathid = tree.pathid OFFSET 0) own)`

const NEWEST = `f AS (
    SELECT DISTINCT ON (pathid, name) * FROM all_files ORDER BY pathid, name, rank DESC)`

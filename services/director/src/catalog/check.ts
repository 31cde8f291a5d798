// Finds rows of the Catalog that belong to nothing or lack what they need, and mends them: the rules of `coffer dbcheck`.
import type { Database } from './database.ts'

/** What is wrong with some rows. */
export interface CatalogFinding {
  readonly kind: string
  /** "file rows of Jobs that are gone" */
  readonly what: string
  readonly count: number
  /** Some of them, as a person would name them. */
  readonly examples: readonly string[]
  /** What mending does: "they are deleted". */
  readonly remedy: string
}

interface Rule {
  readonly kind: string
  readonly what: string
  readonly remedy: string
  /** Yields one text for each row that is wrong. */
  readonly find: string
  readonly mend: readonly string[]
}

/** Path rows that something names, and all above them. */
const USED_PATHS = `WITH RECURSIVE used AS (
    SELECT pathid FROM (SELECT DISTINCT pathid FROM file UNION SELECT pathid FROM pathvisibility) named
    UNION SELECT path.parentid FROM used JOIN path USING (pathid) WHERE path.parentid > 0)`

/** Directories of each Job's files, and all above them. */
const SEEN_PATHS = `WITH RECURSIVE seen AS (
    SELECT DISTINCT jobid, pathid FROM file
    UNION SELECT seen.jobid, path.parentid FROM seen JOIN path USING (pathid) WHERE path.parentid > 0)`

const MISSING_VISIBILITY = `${SEEN_PATHS},
    wanted AS (SELECT seen.jobid, path.parentid AS ppathid, path.pathid
      FROM seen JOIN path USING (pathid) WHERE path.parentid > 0),
    missing AS (SELECT * FROM wanted EXCEPT SELECT jobid, ppathid, pathid FROM pathvisibility)`

/** Rows of a table that name a row of another which is not there. */
function orphans(table: string, column: string, parent: string, isNone = 'false'): string {
  return `${table} WHERE NOT (${isNone}) AND NOT EXISTS (
    SELECT 1 FROM ${parent} WHERE ${parent}.${column} = ${table}.${column})`
}

function deleted(
  rule: Pick<Rule, 'kind' | 'what'> & { readonly from: string; readonly name: string },
): Rule {
  return {
    kind: rule.kind,
    what: rule.what,
    remedy: 'they are deleted',
    find: `SELECT ${rule.name} FROM ${rule.from}`,
    mend: [`DELETE FROM ${rule.from}`],
  }
}

/** In the order of mending: what one rule deletes may leave something for a later one. */
const RULES: readonly Rule[] = [
  {
    kind: 'job-without-client',
    what: 'Jobs whose Client is gone',
    remedy: 'a Client "lost-client-N" is made for them, so that they can be restored',
    find: `SELECT 'JobId ' || jobid FROM ${orphans('job', 'clientid', 'client', 'job.clientid = 0')}`,
    mend: [
      `INSERT INTO client (clientid, name, uname, autoprune, fileretention, jobretention)
       SELECT DISTINCT clientid, 'lost-client-' || clientid, '', 0, 0, 0
       FROM ${orphans('job', 'clientid', 'client', 'job.clientid = 0')}`,
    ],
  },
  {
    kind: 'job-without-fileset',
    what: 'Jobs whose FileSet is gone',
    remedy: 'a FileSet "lost-fileset-N" is made for them, so that they can be restored',
    find: `SELECT 'JobId ' || jobid FROM ${orphans('job', 'filesetid', 'fileset', 'job.filesetid = 0')}`,
    mend: [
      `INSERT INTO fileset (filesetid, fileset, md5, createtime, filesettext)
       SELECT DISTINCT filesetid, 'lost-fileset-' || filesetid, '', now(), ''
       FROM ${orphans('job', 'filesetid', 'fileset', 'job.filesetid = 0')}`,
    ],
  },
  {
    kind: 'volume-without-pool',
    what: 'Volumes whose Pool is gone',
    remedy: 'a Pool "lost-pool-N" is made for them',
    find: `SELECT volumename FROM ${orphans('media', 'poolid', 'pool')}`,
    mend: [
      `INSERT INTO pool (poolid, name, pooltype)
       SELECT DISTINCT poolid, 'lost-pool-' || poolid, 'Backup' FROM ${orphans('media', 'poolid', 'pool')}`,
    ],
  },
  deleted({
    kind: 'file-without-job',
    what: 'file rows of Jobs that are gone',
    from: orphans('file', 'jobid', 'job'),
    name: `'FileId ' || fileid`,
  }),
  deleted({
    kind: 'file-without-path',
    what: 'file rows whose directory is gone',
    from: orphans('file', 'pathid', 'path'),
    name: `'FileId ' || fileid`,
  }),
  deleted({
    kind: 'visibility-without-job',
    what: 'pathvisibility rows of Jobs that are gone',
    from: orphans('pathvisibility', 'jobid', 'job'),
    name: `'JobId ' || jobid`,
  }),
  deleted({
    kind: 'visibility-without-path',
    what: 'pathvisibility rows whose directory is gone',
    from: orphans('pathvisibility', 'pathid', 'path'),
    name: `'JobId ' || jobid`,
  }),
  {
    kind: 'visibility-missing',
    what: 'directories that a restore would not show',
    remedy: 'they are made visible',
    find: `${MISSING_VISIBILITY}
      SELECT 'JobId ' || jobid || ' ' || encode(convert_to(path.path, 'SQL_ASCII'), 'escape')
      FROM missing JOIN path USING (pathid)`,
    mend: [
      `${MISSING_VISIBILITY} INSERT INTO pathvisibility (jobid, ppathid, pathid)
       SELECT jobid, ppathid, pathid FROM missing`,
    ],
  },
  deleted({
    kind: 'jobmedia-without-job',
    what: 'JobMedia rows of Jobs that are gone',
    from: orphans('jobmedia', 'jobid', 'job'),
    name: `'JobMediaId ' || jobmediaid`,
  }),
  deleted({
    kind: 'jobmedia-without-volume',
    what: 'JobMedia rows of Volumes that are gone',
    from: orphans('jobmedia', 'mediaid', 'media'),
    name: `'JobMediaId ' || jobmediaid`,
  }),
  deleted({
    kind: 'log-without-job',
    what: 'log lines of Jobs that are gone',
    from: orphans('log', 'jobid', 'job', 'log.jobid = 0'),
    name: `'LogId ' || logid`,
  }),
  deleted({
    kind: 'restoreobject-without-job',
    what: 'restore objects of Jobs that are gone',
    from: orphans('restoreobject', 'jobid', 'job'),
    name: `'RestoreObjectId ' || restoreobjectid`,
  }),
  {
    kind: 'path-unused',
    what: 'directories in which no Job has anything',
    remedy: 'they are deleted',
    find: `${USED_PATHS} SELECT encode(convert_to(path, 'SQL_ASCII'), 'escape') FROM path
      WHERE parentid > 0 AND pathid NOT IN (SELECT pathid FROM used)`,
    mend: [
      `${USED_PATHS} DELETE FROM path WHERE parentid > 0 AND pathid NOT IN (SELECT pathid FROM used)`,
    ],
  },
  deleted({
    kind: 'fileset-unused',
    what: 'FileSet records that no Job has used',
    from: orphans('fileset', 'filesetid', 'job'),
    name: 'fileset',
  }),
  {
    kind: 'pool-count',
    what: 'Pools that count their Volumes wrongly',
    remedy: 'the Volumes are counted',
    find: `SELECT name FROM pool
      WHERE numvols <> (SELECT count(*) FROM media WHERE media.poolid = pool.poolid)`,
    mend: [
      `UPDATE pool SET numvols = (SELECT count(*) FROM media WHERE media.poolid = pool.poolid)`,
    ],
  },
]

const EXAMPLES = 5

export const CHECK_KINDS: readonly string[] = RULES.map(({ kind }) => kind)

/** Looks for one kind of trouble; undefined when there is none. */
export async function findTrouble(
  database: Database,
  kind: string,
): Promise<CatalogFinding | undefined> {
  const rule = ruleOf(kind)
  const rows = await database.rows<[name: string, count: number]>(
    `SELECT found.*, count(*) OVER () FROM (${rule.find}) AS found (name)
     ORDER BY found.name LIMIT ${EXAMPLES}`,
    [],
  )
  const [first] = rows
  if (first === undefined) return undefined
  const { what, remedy } = rule
  return { kind, what, remedy, count: first[1], examples: rows.map(([name]) => name) }
}

/** Mends one kind of trouble. */
export async function mendTrouble(database: Database, kind: string): Promise<void> {
  for (const statement of ruleOf(kind).mend) await database.rows(statement, [])
}

function ruleOf(kind: string): Rule {
  const rule = RULES.find((each) => each.kind === kind)
  if (rule === undefined) throw new Error(`no check "${kind}"`)
  return rule
}

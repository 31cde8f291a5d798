// Rows of the table fileset: one for every content (MD5 of its File lists) that a FileSet resource has had.
import type { Kysely, Selectable } from 'kysely'
import { moment } from './moment.ts'
import type { CatalogTables, FilesetTable } from './tables.ts'

interface FilesetRow {
  readonly filesetId: number
  readonly fileset: string
  readonly md5: string
  readonly createdMs: number
  readonly text: string
}

export interface FilesetCatalog {
  /** The row of this name and MD5, made when it is new (`isNew`). */
  ensure(
    fileset: { readonly name: string; readonly md5: string; readonly text: string },
    nowMs: number,
  ): Promise<FilesetRow & { readonly isNew: boolean }>
  findById(filesetId: number): Promise<FilesetRow | undefined>
  /** Newest first. */
  listOfName(name: string): Promise<FilesetRow[]>
  list(): Promise<FilesetRow[]>
  /** Names of FileSets with restorable backups of the Client, sorted: the restore menu. */
  namesOfClient(clientId: number): Promise<string[]>
}

export function filesetCatalog(db: Kysely<CatalogTables>): FilesetCatalog {
  return {
    ensure: (fileset, nowMs) => ensureFileset(db, fileset, nowMs),
    findById: async (filesetId) => {
      const row = await selectFilesets(db).where('filesetid', '=', filesetId).executeTakeFirst()
      return row === undefined ? undefined : toFilesetRow(row)
    },
    listOfName: async (name) => {
      const rows = await selectFilesets(db)
        .where('fileset', '=', name)
        .orderBy('createtime', 'desc')
        .orderBy('filesetid', 'desc')
        .execute()
      return rows.map((row) => toFilesetRow(row))
    },
    list: async () => {
      const rows = await selectFilesets(db).orderBy('filesetid').execute()
      return rows.map((row) => toFilesetRow(row))
    },
    namesOfClient: async (clientId) => {
      const rows = await db
        .selectFrom('job')
        .innerJoin('fileset', 'fileset.filesetid', 'job.filesetid')
        .select('fileset.fileset')
        .distinct()
        .where('job.clientid', '=', clientId)
        .where('job.type', 'in', ['B', 'A', 'C'])
        .where('job.jobstatus', 'in', ['T', 'W'])
        .orderBy('fileset.fileset')
        .execute()
      return rows.map((row) => row.fileset)
    },
  }
}

function selectFilesets(db: Kysely<CatalogTables>) {
  return db.selectFrom('fileset').selectAll()
}

function toFilesetRow(row: Selectable<FilesetTable>): FilesetRow {
  return {
    filesetId: row.filesetid,
    fileset: row.fileset,
    md5: row.md5,
    createdMs: row.createtime,
    text: row.filesettext,
  }
}

async function ensureFileset(
  db: Kysely<CatalogTables>,
  fileset: { readonly name: string; readonly md5: string; readonly text: string },
  nowMs: number,
): Promise<FilesetRow & { readonly isNew: boolean }> {
  const inserted = await db
    .insertInto('fileset')
    .values({
      fileset: fileset.name,
      md5: fileset.md5,
      createtime: moment(nowMs),
      filesettext: fileset.text,
    })
    .onConflict((conflict) => conflict.columns(['fileset', 'md5']).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (inserted !== undefined) return { ...toFilesetRow(inserted), isNew: true }
  // Options may have changed; only the File lists make another FileSet.
  const found = await db
    .updateTable('fileset')
    .set({ filesettext: fileset.text })
    .where('fileset', '=', fileset.name)
    .where('md5', '=', fileset.md5)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { ...toFilesetRow(found), isNew: false }
}

// Rows of the table log: what Messages resources send to the destination `catalog`.
import { type Kysely, sql } from 'kysely'
import { moment } from './moment.ts'
import { escapedName, nameText, nameValue } from './names.ts'
import type { CatalogTables } from './tables.ts'

export interface LogEntry {
  /** 0 for what belongs to no Job. */
  readonly jobId: number
  readonly timeMs: number
  /** As it is printed, with its newline. */
  readonly text: string
}

export interface LogCatalog {
  append(entries: readonly LogEntry[]): Promise<void>
  /** In the order of appending. */
  list(jobId: number): Promise<LogEntry[]>
}

// A text column takes no NUL, and messages may quote anything.
const BATCH = 1000
const NUL = /\0/gu

export function logCatalog(db: Kysely<CatalogTables>): LogCatalog {
  return {
    append: async (entries) => {
      for (let at = 0; at < entries.length; at += BATCH) {
        const rows = entries.slice(at, at + BATCH).map((entry) => ({
          jobid: entry.jobId,
          time: moment(entry.timeMs),
          logtext: sql<string>`${nameValue(entry.text.replace(NUL, ''))}::text`,
        }))
        await db.insertInto('log').values(rows).execute()
      }
    },
    list: async (jobId) => {
      const rows = await db
        .selectFrom('log')
        .select(['jobid', 'time', escapedName('logtext').as('text')])
        .where('jobid', '=', jobId)
        .orderBy('logid')
        .execute()
      return rows.map((row) => ({ jobId: row.jobid, timeMs: row.time, text: nameText(row.text) }))
    },
  }
}

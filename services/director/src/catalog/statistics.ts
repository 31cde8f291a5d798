// Long-term statistics: what became of Jobs, kept in jobhisto beyond the Jobs' own retention.
import { type Kysely, sql } from 'kysely'
import type { CatalogTables } from './tables.ts'

export interface StatisticsCatalog {
  /** Copies ended Jobs that are not there yet and ended before a moment. Returns how many. */
  update(beforeMs: number): Promise<number>
  /** Forgets Jobs that ended before a moment. Returns how many. */
  prune(beforeMs: number): Promise<number>
}

export function statisticsCatalog(db: Kysely<CatalogTables>): StatisticsCatalog {
  return {
    update: async (beforeMs) => {
      const done = await sql`
        INSERT INTO jobhisto SELECT * FROM job
        WHERE jobstatus IN ('T', 'W', 'E', 'f', 'A', 'D') AND jobtdate <= ${Math.floor(beforeMs / 1000)}
        ON CONFLICT (jobid) DO NOTHING`.execute(db)
      return Number(done.numAffectedRows ?? 0)
    },
    prune: async (beforeMs) => {
      const done = await sql`
        DELETE FROM jobhisto WHERE jobtdate < ${Math.floor(beforeMs / 1000)}`.execute(db)
      return Number(done.numAffectedRows ?? 0)
    },
  }
}

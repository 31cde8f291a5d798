// Moments as values of statements.
import { type RawBuilder, sql } from 'kysely'

/** Milliseconds since the epoch as a value for a timestamp column, to write or to compare with. */
export function moment(timeMs: number): RawBuilder<number> {
  return sql<number>`${new Date(timeMs)}::timestamptz`
}

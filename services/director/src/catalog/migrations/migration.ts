// One step of the schema: what it does, in statements that run in one transaction.
import type { RawBuilder } from 'kysely'

export interface Migration {
  /** Counts from 1 without gaps; `version.versionid` holds the last one that was done. */
  readonly number: number
  readonly name: string
  readonly statements: readonly RawBuilder<unknown>[]
}

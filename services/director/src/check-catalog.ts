// `coffer dbcheck`: looks for trouble in the Catalog of a Director, and mends what somebody wants mended.
import { openBeside } from './catalog/beside.ts'
import { type CatalogFinding, CHECK_KINDS, findTrouble, mendTrouble } from './catalog/check.ts'
import type { Database } from './catalog/database.ts'
import type { DirectorConfig } from './config/load.ts'
import { type CatalogContext, databaseBeside, withCatalog } from './dump-catalog.ts'

export type { CatalogFinding } from './catalog/check.ts'

export interface CheckCatalogOptions extends CatalogContext {
  /** What is wanted of each finding; called for one kind after the other. */
  readonly decide: (finding: CatalogFinding) => Promise<'mend' | 'leave'>
  /** Whether anything may be mended: the Director must not run then. */
  readonly mayMend: boolean
}

/**
 * Every kind that was found, and whether it was mended. Throws `catalog-in-use` when mending is wanted while the Director
 * runs, and what opening a Catalog throws.
 */
export async function checkCatalog(
  config: DirectorConfig,
  options: CheckCatalogOptions,
): Promise<{ readonly found: number; readonly mended: number }> {
  const work = (database: Database) => check(database, options)
  if (options.mayMend) return withCatalog(config, options, work)
  const beside = await openBeside(databaseBeside(config))
  if (beside === undefined) return withCatalog(config, options, work)
  try {
    return await work(beside)
  } finally {
    await beside.close()
  }
}

async function check(
  database: Database,
  { decide, mayMend }: CheckCatalogOptions,
): Promise<{ found: number; mended: number }> {
  const totals = { found: 0, mended: 0 }
  for (const kind of CHECK_KINDS) {
    const finding = await findTrouble(database, kind)
    if (finding === undefined) continue
    totals.found += 1
    if ((await decide(finding)) !== 'mend' || !mayMend) continue
    await mendTrouble(database, kind)
    totals.mended += 1
  }
  return totals
}

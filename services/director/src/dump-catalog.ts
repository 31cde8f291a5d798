// Dumps the Catalog of a Director beside it, and loads a dump while it does not run.
import { type Clock, CofferError } from '@coffer/core'
import { openBeside } from './catalog/beside.ts'
import type { Database } from './catalog/database.ts'
import { type DumpTotals, loadDump, writeDump } from './catalog/dump.ts'
import { type CatalogLog, openCatalog } from './catalog/open.ts'
import { catalogPlace } from './catalog-options.ts'
import type { DirectorConfig } from './config/load.ts'
import { makeWorkingDirectory } from './working-directory.ts'

export interface CatalogContext {
  readonly clock: Clock
  readonly log: CatalogLog
}

/**
 * Writes the Catalog to a file, whether the Director runs or not: its embedded server is started when it is not there.
 * Throws what opening the Catalog throws, `dump-file`, `catalog-lost`.
 */
export async function dumpCatalog(
  config: DirectorConfig,
  path: string,
  context: CatalogContext,
): Promise<DumpTotals> {
  const database = await openBeside(databaseBeside(config))
  if (database === undefined) return withCatalog(config, context, (own) => writeDump(own, path))
  try {
    return await writeDump(database, path)
  } finally {
    await database.close()
  }
}

/** Loads a dump into a Catalog that is empty. Throws `catalog-in-use` while the Director runs, and what `loadDump` throws. */
export async function loadCatalog(
  config: DirectorConfig,
  path: string,
  context: CatalogContext,
): Promise<DumpTotals> {
  return withCatalog(config, context, (database) => loadDump(database, path))
}

/** With the Director's lock; throws `catalog-in-use` while it runs. */
export async function withCatalog<Result>(
  config: DirectorConfig,
  { clock, log }: CatalogContext,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { name, workingDirectory } = config.director
  await makeWorkingDirectory(workingDirectory)
  const catalog = await openCatalog({
    ...catalogPlace(config),
    directorName: `${name} (catalog)`,
    workingDirectory,
    clock,
    log,
  })
  let database: Database | undefined
  try {
    database = await openBeside(databaseBeside(config))
    if (database === undefined) throw new CofferError('catalog-lost', 'PostgreSQL ended')
    return await work(database)
  } finally {
    await database?.close()
    await catalog.close()
  }
}

export function databaseBeside(config: DirectorConfig) {
  const { external } = catalogPlace(config)
  return { workingDirectory: config.director.workingDirectory, external }
}

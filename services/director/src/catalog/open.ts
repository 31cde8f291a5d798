// Opens the Catalog: finds or starts its PostgreSQL, takes the lock, brings the schema up to date.
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, CofferError, messageOf } from '@coffer/core'
import { runCommand } from '@coffer/daemon'
import { copyCatalog } from './copies.ts'
import { attributeCatalog } from './attributes.ts'
import { browseCatalog } from './browse.ts'
import type { Catalog } from './catalog.ts'
import { clientCatalog } from './clients.ts'
import { clientConfig, Database, type DatabaseAddress, ImpatientClient } from './database.ts'
import { isConnectionLost, isUnreachable, toCatalogError } from './database-error.ts'
import { CATALOG_ROLE } from './embedded/configuration.ts'
import { SERVER_PORT } from './embedded/directories.ts'
import { type EmbeddedServer, startEmbeddedServer } from './embedded/embedded-server.ts'
import { externalAddress, type ExternalDatabase } from './external-database.ts'
import { fileCatalog } from './files.ts'
import { filesetCatalog } from './filesets.ts'
import { CatalogGuard, type GuardOptions } from './guard.ts'
import { jobMediaCatalog } from './job-media.ts'
import { jobCatalog } from './jobs.ts'
import { listCatalog } from './list-queries.ts'
import { logCatalog } from './log.ts'
import { mediaCatalog } from './media.ts'
import { migrate } from './migrate.ts'
import { poolCatalog } from './pools.ts'
import { purgeCatalog } from './purge.ts'
import { restoreCatalog } from './restore-queries.ts'
import { retentionCatalog } from './retention.ts'
import { scannedJobCatalog } from './scanned-jobs.ts'
import { sqlCatalog } from './sql-query.ts'
import { statisticsCatalog } from './statistics.ts'
import { storageCatalog } from './storages.ts'

export type { ExternalDatabase }

/** What openCatalog tells of what it does, for the Director's log. */
export interface CatalogLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

export interface OpenCatalogOptions {
  /** Name of the Catalog resource. */
  readonly name: string
  readonly directorName: string
  readonly workingDirectory: string
  readonly clock: Clock
  readonly log: CatalogLog
  /** Undefined: the embedded server in `<workingDirectory>/catalog`. */
  readonly external?: ExternalDatabase | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens the Catalog for one Director. Throws `catalog-in-use` when another Director holds it, `catalog-newer` when its
 * schema is newer than this program, `catalog-encoding` when the database would refuse file names, `catalog-start` when
 * the embedded server cannot be started, `catalog-unreachable` when an external one does not answer.
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<Catalog> {
  const { external } = options
  if (external !== undefined) {
    return openDatabase(options, { address: externalAddress(external), server: undefined })
  }
  const server = await startEmbeddedServer({
    workingDirectory: options.workingDirectory,
    runProgram: runCommand,
    signal: options.signal,
  })
  const { version, adopted } = server
  options.log.info({ version, adopted }, 'embedded PostgreSQL runs')
  try {
    const address = embeddedAddress(server)
    await createDatabase(address)
    return await openDatabase(options, { address, server })
  } catch (error) {
    // Another Director's server is not ours to stop.
    const isOthers = error instanceof CofferError && error.code === 'catalog-in-use'
    if (!isOthers) await server.stop()
    throw error
  }
}

interface Place {
  readonly address: DatabaseAddress
  readonly server: EmbeddedServer | undefined
}

async function openDatabase(options: OpenCatalogOptions, place: Place): Promise<Catalog> {
  const { log } = options
  const { address, server } = place
  const applicationName = `coffer pid=${process.pid} host=${hostname()} director=${options.directorName}`
  const guard = await takeGuard({
    address,
    applicationName,
    revive: async () => {
      await server?.ensureRunning()
    },
    onLost: (reason) => {
      log.warn({ reason }, 'the database of the Catalog went away')
    },
    onBack: () => {
      log.info({}, 'the database of the Catalog is back')
    },
  })
  const database = new Database({
    address,
    applicationName,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    gate: () => guard.pass(),
    epoch: () => guard.losses,
    onIdleError: () => undefined,
  })
  const close = async () => {
    guard.shut()
    await database.close()
    await guard.close()
  }
  try {
    const { from, to } = await migrate(database.db)
    if (from < to) log.info({ from, to }, 'Catalog schema brought up to date')
    const version = await serverVersion(database)
    return catalogOver(database, options, {
      place: server === undefined ? 'external' : 'embedded',
      version,
      close: async () => {
        await close()
        await server?.stop()
      },
    })
  } catch (error) {
    await close()
    throw error
  }
}

async function takeGuard(options: GuardOptions): Promise<CatalogGuard> {
  try {
    return await CatalogGuard.take(options)
  } catch (error) {
    // Nothing was there that could have been lost.
    if (!isConnectionLost(error)) throw error
    throw new CofferError('catalog-unreachable', messageOf(error), { cause: error })
  }
}

function catalogOver(
  database: Database,
  { name, clock }: OpenCatalogOptions,
  facts: Pick<Catalog, 'place' | 'close'> & { readonly version: string },
): Catalog {
  const { db } = database
  return {
    name,
    place: facts.place,
    description: `PostgreSQL ${facts.version} (${facts.place})`,
    jobs: jobCatalog(db),
    jobMedia: jobMediaCatalog(db),
    media: mediaCatalog(db),
    pools: poolCatalog(db),
    clients: clientCatalog(db),
    filesets: filesetCatalog(db),
    storages: storageCatalog(db),
    log: logCatalog(db),
    attributes: attributeCatalog(database),
    files: fileCatalog(database),
    browse: browseCatalog(database),
    copies: copyCatalog(db),
    restore: restoreCatalog(db),
    purge: purgeCatalog(db),
    retention: retentionCatalog(db),
    statistics: statisticsCatalog(db),
    scannedJobs: scannedJobCatalog(db),
    lists: listCatalog(database, clock),
    sql: sqlCatalog(database),
    close: facts.close,
  }
}

async function serverVersion(database: Database): Promise<string> {
  const rows = await database.rows<[version: string]>('SHOW server_version', [])
  // "15.20 (Debian 15.20-0+deb12u1)"
  return (rows[0]?.[0] ?? '').replace(/ .*$/u, '')
}

function embeddedAddress(server: EmbeddedServer): DatabaseAddress {
  return {
    host: server.socketDirectory,
    port: SERVER_PORT,
    database: CATALOG_ROLE,
    user: CATALOG_ROLE,
  }
}

const ADOPTION_TRIES = 40
const ADOPTION_PAUSE_MS = 50

/** Makes the Catalog's database in the embedded server unless it is there. */
async function createDatabase(address: DatabaseAddress): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new ImpatientClient(clientConfig({ ...address, database: 'postgres' }, 'coffer'))
    client.on('error', () => undefined)
    try {
      await client.connect()
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
        CATALOG_ROLE,
      ])
      if (found.rows.length === 0) await client.query(`CREATE DATABASE ${CATALOG_ROLE}`)
      return
    } catch (error) {
      const failure = toCatalogError(error)
      // A server that was adopted may not yet have read who is let in.
      if (!isUnreachable(failure) || attempt === ADOPTION_TRIES) {
        throw new CofferError('catalog-start', messageOf(failure), { cause: failure })
      }
      await delay(ADOPTION_PAUSE_MS)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

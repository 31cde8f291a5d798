// A real PostgreSQL for one test file, with a migrated database to copy for each test that wants one of its own.
import { type Clock, systemClock } from '@coffer/core'
import { runCommand } from '@coffer/daemon'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import { Database } from '../../services/director/src/catalog/database.ts'
import {
  type EmbeddedServer,
  startEmbeddedServer,
} from '../../services/director/src/catalog/embedded/embedded-server.ts'
import {
  type CatalogLog,
  type ExternalDatabase,
  openCatalog,
} from '../../services/director/src/catalog/open.ts'
import { makeScratch } from '../kit/src/scratch.ts'

export interface TestPostgres {
  readonly server: EmbeddedServer
  /** Where its files are; its data directory is `catalog/data` below. */
  readonly directory: string
  /** A migrated database that nobody else uses. */
  freshDatabase(): Promise<ExternalDatabase>
  /** An empty database without any table. */
  emptyDatabase(encoding?: 'SQL_ASCII' | 'UTF8'): Promise<ExternalDatabase>
  /** A Catalog over a fresh database; closed by `stop` at the latest. */
  openFresh(clock?: Clock): Promise<Catalog>
  open(database: ExternalDatabase, clock?: Clock): Promise<Catalog>
  /** Runs SQL as a person would, values as PostgreSQL writes them. */
  query(database: ExternalDatabase, sql: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

export const silentLog: CatalogLog = { info: () => undefined, warn: () => undefined }

/** Connections without a Catalog's lock; to be closed. */
export function connectTo({ socket, name }: ExternalDatabase): Database {
  return new Database({
    address: { host: socket, user: 'coffer', database: name },
    applicationName: 'test',
    timeZone: 'UTC',
    gate: () => Promise.resolve(),
    epoch: () => 0,
    onIdleError: () => undefined,
  })
}

const TEMPLATE = 'coffer_template'

/** Starts a server of its own; `stop` ends it and removes its files. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const scratch = await makeScratch('catalog')
  const server = await startEmbeddedServer({
    workingDirectory: scratch.path,
    runProgram: runCommand,
  })
  const at = (name: string): ExternalDatabase => ({
    socket: server.socketDirectory,
    user: 'coffer',
    name,
  })
  const query = async (database: ExternalDatabase, sql: string) => {
    const connection = connectTo({ ...database, name: database.name ?? 'postgres' })
    const session = await connection.session()
    try {
      return await session.query<Record<string, unknown>>(sql)
    } finally {
      session.release()
      await connection.close()
    }
  }
  const open = (external: ExternalDatabase, clock: Clock = systemClock) =>
    openCatalog({
      name: 'MyCatalog',
      directorName: 'test-dir',
      workingDirectory: scratch.path,
      clock,
      log: silentLog,
      external,
    })
  let made = 0
  const make = async (options: string) => {
    const database = at(`test_${++made}`)
    await query(at('postgres'), `CREATE DATABASE ${database.name ?? ''} ${options}`)
    return database
  }
  await query(at('postgres'), `CREATE DATABASE ${TEMPLATE}`)
  await (await open(at(TEMPLATE))).close()

  const catalogs: Catalog[] = []
  const freshDatabase = () => make(`TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`)
  return {
    server,
    directory: scratch.path,
    freshDatabase,
    emptyDatabase: (encoding = 'SQL_ASCII') => make(`TEMPLATE template0 ENCODING '${encoding}'`),
    openFresh: async (clock) => {
      const catalog = await open(await freshDatabase(), clock)
      catalogs.push(catalog)
      return catalog
    },
    open,
    query,
    stop: async () => {
      await Promise.all(catalogs.map((catalog) => catalog.close()))
      await server.stop()
      await scratch.remove()
    },
  }
}

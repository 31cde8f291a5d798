// The connections to PostgreSQL: how values are read, how errors are named, streams that do not grow in memory.
import { setTimeout as delay } from 'node:timers/promises'
import { CofferError, Interruption } from '@coffer/core'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { toCatalogError } from './database-error.ts'
import type { CatalogTables } from './tables.ts'

/** How to reach one database. */
export interface DatabaseAddress {
  /** postgresql://…, in place of the other fields. */
  readonly url?: string | undefined
  /** A host name, or the directory of a Unix socket. */
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
}

export interface DatabaseOptions {
  readonly address: DatabaseAddress
  /** Shown in pg_stat_activity, cut to 63 bytes by PostgreSQL. */
  readonly applicationName: string
  /** Zone in which SQL that an operator typed reads and shows moments. */
  readonly timeZone: string
  /** Awaited before a session is handed out: rejects or waits while the database is away. */
  readonly gate: () => Promise<void>
  /** Counts how often the database was lost: what was committed loosely before may be gone then. */
  readonly epoch: () => number
  /** Told of idle sessions that break; the pool replaces them by itself. */
  readonly onIdleError: (error: Error) => void
}

/** One session for statements that belong together, and for COPY. */
export interface Session {
  readonly client: pg.PoolClient
  /** Runs one statement. Throws CofferError as `toCatalogError` names it. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Gives it back; `broken` closes it, for a session in an unknown state. */
  release(broken?: boolean): void
}

const QUERY_SESSIONS = 20
// Each Job that is taking attributes in holds one from its first batch to its commit.
const ATTRIBUTE_SESSIONS = 40
const LOOSE_SESSIONS = 4
const CONNECT_TIMEOUT_MS = 20_000
const IDLE_TIMEOUT_MS = 60_000
const CLOSE_GRACE_MS = 1_000
const STREAM_BATCH_ROWS = 5_000
const FETCH = `FETCH ${STREAM_BATCH_ROWS} FROM rows_of_stream`

export class Database {
  /** Queries; each takes a session for itself. */
  readonly db: Kysely<CatalogTables>
  readonly #queries: pg.Pool
  readonly #attributes: pg.Pool
  readonly #loose: pg.Pool
  readonly #gate: () => Promise<void>
  readonly #epoch: () => number
  readonly #inUse = new Set<pg.PoolClient>()
  readonly #closed = new AbortController()
  /** Ends all waiting when the pools are closed. */
  readonly #closing: Interruption

  constructor(options: DatabaseOptions) {
    this.#gate = options.gate
    this.#epoch = options.epoch
    const untilClosed = new Promise<never>((_resolve, reject) => {
      this.#closed.signal.addEventListener('abort', () => {
        reject(new CofferError('catalog-lost', 'the Catalog is closed'))
      })
    })
    this.#closing = new Interruption(untilClosed)
    this.#queries = this.#watch(makePool(options, { max: QUERY_SESSIONS }))
    this.#attributes = this.#watch(makePool(options, { max: ATTRIBUTE_SESSIONS }))
    this.#loose = this.#watch(makePool(options, { max: LOOSE_SESSIONS, isLoose: true }))
    this.db = new Kysely({ dialect: new PostgresDialect({ pool: this.#dialectPool() }) })
  }

  /** See DatabaseOptions. */
  get epoch(): number {
    return this.#epoch()
  }

  /** A session of the general pool; release it. */
  async session(): Promise<Session> {
    return this.#take(this.#queries)
  }

  /** A session of the pool that only attribute transactions use, so that they never wait for queries of their own. */
  async attributeSession(): Promise<Session> {
    return this.#take(this.#attributes)
  }

  /** All rows of a query as arrays: for results that are small by their nature. */
  rows<Row extends readonly unknown[]>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#rowsFrom<Row>(this.#queries, text, values)
  }

  /**
   * The same for a statement whose effect a crash of the server may undo, as long as it was not followed by a commit
   * that waits for the disk. A new `epoch` tells that this may have happened.
   */
  looseRows<Row extends readonly unknown[]>(
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.#rowsFrom<Row>(this.#loose, text, values)
  }

  async #rowsFrom<Row extends readonly unknown[]>(
    pool: pg.Pool,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const session = await this.#take(pool)
    try {
      return await arrays<Row>(session, text, values)
    } finally {
      session.release()
    }
  }

  /**
   * Rows of a query in batches, read through a cursor in a transaction of its own: memory holds one batch. Leaving the
   * loop early ends the query.
   */
  async *stream<Row extends readonly unknown[]>(
    text: string,
    values: readonly unknown[],
  ): AsyncGenerator<Row[]> {
    const session = await this.session()
    let broken = true
    try {
      await session.query('BEGIN READ ONLY')
      // The whole result is wanted, so plan for that and not for its first rows.
      await session.query('SET LOCAL cursor_tuple_fraction = 1')
      await session.query(`DECLARE rows_of_stream NO SCROLL CURSOR FOR ${text}`, values)
      for (;;) {
        const rows = await arrays<Row>(session, FETCH, [])
        if (rows.length > 0) yield rows
        if (rows.length < STREAM_BATCH_ROWS) break
      }
      await session.query('COMMIT')
      broken = false
    } finally {
      if (broken) broken = !(await rollback(session))
      session.release(broken)
    }
  }

  /** Ends all sessions: those in use get a moment to finish, then their statements fail. */
  async close(): Promise<void> {
    this.#closed.abort()
    // Not kysely's own destroy: its pool must go on saying why there is no session.
    const pools = [this.#queries, this.#attributes, this.#loose]
    const ended = Promise.allSettled(pools.map((pool) => pool.end()))
    if (await isDoneWithin(ended, CLOSE_GRACE_MS)) return
    for (const client of this.#inUse) void client.end().catch(() => undefined)
    // Whoever never gives a session back is not waited for.
    await isDoneWithin(ended, CLOSE_GRACE_MS)
  }

  async #take(pool: pg.Pool): Promise<Session> {
    const client = await this.#connect(pool)
    return {
      client,
      query: async <Row>(text: string, values: readonly unknown[] = []) => {
        try {
          const result = await client.query<Row & pg.QueryResultRow>(text, [...values])
          return result.rows
        } catch (error) {
          throw toCatalogError(error)
        }
      },
      release: (broken = false) => {
        client.release(broken)
      },
    }
  }

  async #connect(pool: pg.Pool): Promise<pg.PoolClient> {
    await this.#gate()
    const connecting = pool.connect()
    // An ended pool forgets who waits for it.
    connecting.then(
      (client) => {
        if (this.#closed.signal.aborted) client.release(true)
      },
      () => undefined,
    )
    try {
      return await this.#closing.race(connecting)
    } catch (error) {
      throw toCatalogError(error)
    }
  }

  #watch(pool: pg.Pool): pg.Pool {
    pool.on('acquire', (client) => this.#inUse.add(client))
    pool.on('release', (_error, client) => this.#inUse.delete(client))
    return pool
  }

  #dialectPool(): PostgresPool {
    return {
      connect: async () => named(await this.#connect(this.#queries)),
      end: () => this.#queries.end(),
    }
  }
}

async function isDoneWithin(work: Promise<unknown>, waitMs: number): Promise<boolean> {
  const waiting = new AbortController()
  try {
    return await Promise.race([
      work.then(() => true),
      delay(waitMs, false, { signal: waiting.signal }),
    ])
  } finally {
    waiting.abort()
  }
}

/** Undoes the transaction of a session; false when the session is of no use any more. */
export async function rollback(session: Session): Promise<boolean> {
  return session.query('ROLLBACK').then(
    () => true,
    () => false,
  )
}

/** Settings of every session: names are bytes, so nothing is converted and nothing checked. */
async function prepareSession(
  client: pg.ClientBase,
  { timeZone, isLoose }: { readonly timeZone: string; readonly isLoose: boolean },
): Promise<void> {
  await client.query("SET client_encoding = 'SQL_ASCII'")
  if (isLoose) await client.query('SET synchronous_commit = off')
  await client.query("SELECT set_config('TimeZone', $1, false)", [timeZone])
}

/** How values arrive: big integers as numbers, moments as milliseconds since the epoch. */
const VALUE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: TypeId, format: 'text' | 'binary' = 'text') => {
    const parser = format === 'binary' ? undefined : PARSERS.get(oid)
    return parser ?? DEFAULT_PARSER(oid, format)
  }) as typeof pg.types.getTypeParser,
}

type TypeId = Parameters<typeof pg.types.getTypeParser>[0]
type Parser = (text: string) => unknown

// Its own types say `any`.
const DEFAULT_PARSER = pg.types.getTypeParser as (oid: TypeId, format: string) => Parser

const TIMESTAMPTZ = pg.types.builtins.TIMESTAMPTZ
const PARSERS = new Map<TypeId, Parser>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
  [TIMESTAMPTZ, (text) => momentOf(DEFAULT_PARSER(TIMESTAMPTZ, 'text')(text))],
])

function momentOf(parsed: unknown): number | null {
  return parsed instanceof Date ? parsed.getTime() : null
}

/** pg's own configuration of a client for an address. */
export function clientConfig(address: DatabaseAddress, applicationName: string): pg.ClientConfig {
  const { url, host, port, database, user, password } = address
  const place =
    url === undefined
      ? definedOnly({ host, port, database, user, password })
      : { connectionString: url }
  return {
    ...place,
    application_name: applicationName,
    types: VALUE_TYPES,
    keepAlive: true,
  }
}

function definedOnly(
  fields: Readonly<Record<string, string | number | undefined>>,
): pg.ClientConfig {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** Gives up on a server that does not answer; the pool's own option would also limit the wait for a free session. */
export class ImpatientClient extends pg.Client {
  constructor(config: pg.ClientConfig = {}) {
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  }
}

function makePool(
  options: DatabaseOptions,
  { max, isLoose = false }: { readonly max: number; readonly isLoose?: boolean },
): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(options.address, options.applicationName),
    Client: ImpatientClient,
    max,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg-pool awaits what it returns
    onConnect: (client) => prepareSession(client, { timeZone: options.timeZone, isLoose }),
  })
  pool.on('error', options.onIdleError)
  // A session in use that breaks tells its user by failing the statement; the event alone must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** A session for kysely whose errors are ours. */
function named(client: pg.PoolClient): PostgresPoolClient {
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      return await client.query(text, [...values])
    } catch (error) {
      throw toCatalogError(error)
    }
  }
  // No cursors are configured, so kysely uses the one form only.
  return { query, release: () => client.release() } as unknown as PostgresPoolClient
}

async function arrays<Row extends readonly unknown[]>(
  session: Session,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const result = await session.client.query<Row & unknown[]>({
      text,
      values: [...values],
      rowMode: 'array',
    })
    return result.rows
  } catch (error) {
    throw toCatalogError(error)
  }
}

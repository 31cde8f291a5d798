// Holds the lock that makes a Director the only one of its Catalog, and brings a lost database back.
//
// States: held      the lock's session lives; queries pass
//         away      the session broke; the server is revived and the lock taken again, queries wait
//         closed    by `close`, or because another Director took the lock meanwhile; queries fail
import { setTimeout as delay } from 'node:timers/promises'
import { CofferError, messageOf } from '@coffer/core'
import type pg from 'pg'
import { clientConfig, type DatabaseAddress, ImpatientClient } from './database.ts'
import { toCatalogError } from './database-error.ts'

export interface GuardOptions {
  readonly address: DatabaseAddress
  readonly applicationName: string
  /** Starts an embedded server that is gone; does nothing for an external one. */
  readonly revive: () => Promise<void>
  readonly onLost: (reason: string) => void
  readonly onBack: () => void
}

const LOCK = { classId: 0x636f6666, objectId: 1 }
const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 5_000
// A restart of the embedded server takes a fraction of a second, a crash recovery longer.
const PATIENCE_MS = 20_000

export class CatalogGuard {
  readonly #options: GuardOptions
  #client: pg.Client | undefined
  #return: Promise<void> | undefined
  #closedBecause: CofferError | undefined
  #losses = 0

  private constructor(options: GuardOptions) {
    this.#options = options
  }

  /** Takes the lock. Throws `catalog-in-use` with what is known of the holder, `catalog-unreachable`, `catalog-lost`. */
  static async take(options: GuardOptions): Promise<CatalogGuard> {
    const guard = new CatalogGuard(options)
    await guard.#lock()
    return guard
  }

  /** How often the database was lost since the guard was taken. */
  get losses(): number {
    return this.#losses
  }

  /** Resolves while the lock is held; waits a while for a database that went away, then throws `catalog-lost`. */
  async pass(): Promise<void> {
    if (this.#closedBecause !== undefined) throw this.#closedBecause
    if (this.#return === undefined) return
    const waiting = new AbortController()
    try {
      await Promise.race([
        this.#return,
        delay(PATIENCE_MS, undefined, { signal: waiting.signal }).then(() => {
          throw new CofferError('catalog-lost', 'the database of the Catalog is away')
        }),
      ])
    } finally {
      waiting.abort()
    }
    if (this.#isClosed()) await this.pass()
  }

  /** Lets nothing pass any more; the lock is held until `close`. */
  shut(): void {
    this.#closedBecause ??= new CofferError('catalog-lost', 'the Catalog is closed')
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    this.shut()
    // One that is on its way back may take the lock yet.
    await this.#return
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  #isClosed(): boolean {
    return this.#closedBecause !== undefined
  }

  async #lock(): Promise<void> {
    const client = new ImpatientClient(
      clientConfig(this.#options.address, this.#options.applicationName),
    )
    client.on('error', (error: Error) => {
      this.#lose(client, messageOf(error))
    })
    client.on('end', () => {
      this.#lose(client, 'the connection ended')
    })
    try {
      await client.connect()
      await tellDeadPeersSoon(client)
      await takeLock(client)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw toCatalogError(error)
    }
    this.#client = client
  }

  /** Called for every session that ends; only the one that holds the lock matters. */
  #lose(client: pg.Client, reason: string): void {
    if (this.#client !== client || this.#isClosed()) return
    this.#client = undefined
    this.#losses += 1
    this.#options.onLost(reason)
    this.#return = this.#bringBack().finally(() => {
      this.#return = undefined
    })
  }

  /** Never rejects: what cannot be mended closes the guard. */
  async #bringBack(): Promise<void> {
    for (
      let waitMs = FIRST_RETRY_MS;
      !this.#isClosed();
      waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)
    ) {
      try {
        await this.#options.revive()
        await this.#lock()
        this.#options.onBack()
        return
      } catch (error) {
        if (error instanceof CofferError && error.code === 'catalog-in-use' && waitMs > 1_000) {
          // Our own dead session may hold the lock for a moment; after that it is another Director.
          this.#closedBecause = error
        }
        await delay(waitMs)
      }
    }
  }
}

/** Makes the server notice within a minute when this machine vanishes, so that the lock does not outlive it. */
async function tellDeadPeersSoon(client: pg.Client): Promise<void> {
  await client.query(
    'SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3',
  )
}

async function takeLock(client: pg.Client): Promise<void> {
  const keys = [LOCK.classId, LOCK.objectId]
  const { rows } = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock($1, $2) AS taken',
    keys,
  )
  if (rows[0]?.taken === true) return
  const holders = await client.query<{ name: string; pid: number }>(
    `SELECT a.application_name AS name, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1 AND l.objid::bigint = $2
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    keys,
  )
  const holder = holders.rows[0]?.name ?? 'unknown'
  throw new CofferError('catalog-in-use', `another Director holds the Catalog: ${holder}`)
}

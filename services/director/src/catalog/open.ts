// Opens the Catalog: finds or starts its PostgreSQL, takes the lock, brings the schema up to date.
import type { Clock } from '@coffer/core'
import type { Catalog } from './catalog.ts'

/** Where the Catalog is: an external server, or the embedded one when nothing is given. */
export interface ExternalDatabase {
  /** postgresql://… ; wins over the single fields. */
  readonly url?: string
  readonly address?: string
  readonly port?: number
  /** Directory of the server's Unix socket. */
  readonly socket?: string
  readonly name?: string
  readonly user?: string
  /** Clear text. */
  readonly password?: string
}

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
  readonly external?: ExternalDatabase
  readonly signal?: AbortSignal
}

/**
 * Opens the Catalog for one Director. Throws `catalog-in-use` when another Director holds it, `catalog-newer` when its
 * schema is newer than this program, `catalog-encoding` when the database would refuse file names, `catalog-start` when
 * the embedded server cannot be started, `catalog-unreachable` when an external one does not answer.
 */
export async function openCatalog(_options: OpenCatalogOptions): Promise<Catalog> {
  return Promise.reject(new Error('not yet'))
}

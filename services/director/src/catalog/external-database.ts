// An external PostgreSQL as a Catalog resource names it, and how to reach it.
import type { DatabaseAddress } from './database.ts'

/** An external server; everything that is missing is PostgreSQL's default. */
export interface ExternalDatabase {
  /** postgresql://… ; wins over the single fields. */
  readonly url?: string | undefined
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** Directory of the server's Unix socket; wins over `address`. */
  readonly socket?: string | undefined
  readonly name?: string | undefined
  readonly user?: string | undefined
  /** Clear text. */
  readonly password?: string | undefined
}

const DEFAULT_SOCKET_DIRECTORY = '/var/run/postgresql'

/** How pg reaches it. */
export function externalAddress(external: ExternalDatabase): DatabaseAddress {
  const { url, address, port, socket, name, user, password } = external
  if (url !== undefined) return { url }
  const host = isGiven(socket) ? socket : isGiven(address) ? address : DEFAULT_SOCKET_DIRECTORY
  return { host, port, database: name, user, password: isGiven(password) ? password : undefined }
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}

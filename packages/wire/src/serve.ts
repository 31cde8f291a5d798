// The server end: listens, authenticates, and hands calls to handlers.
import { CofferError, type Clock, type Secret } from '@coffer/core'
import type {
  ConsoleHandlers,
  FileDaemonHandlers,
  StorageDaemonHandlers,
  StorageDataHandlers,
} from './gen/services.ts'
import type { ServerTls } from './tls-options.ts'

export interface ServiceHandlers {
  readonly fileDaemon?: FileDaemonHandlers | undefined
  readonly storageDaemon?: StorageDaemonHandlers | undefined
  readonly storageData?: StorageDataHandlers | undefined
  readonly console?: ConsoleHandlers | undefined
}

/** A login that failed: for the daemon's log. */
export interface Refusal {
  readonly address: string
  /** "director:bareos-dir" as the caller claims it; undefined when it did not come so far. */
  readonly identity?: string | undefined
  readonly reason: string
}

export interface ListenAddress {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
}

export interface ServeOptions {
  readonly addresses: readonly ListenAddress[]
  readonly tls: ServerTls
  /**
   * The secret that this caller must know: the md5 hex of a resource's Password, or a Job's key. Undefined for a name
   * that is not known, and for a Job whose session is gone.
   */
  readonly secretFor: (identity: {
    readonly kind: string
    readonly name: string
  }) => Secret | undefined
  readonly services: ServiceHandlers
  readonly onRefused?: ((refusal: Refusal) => void) | undefined
  /** A failure of a handler that was no CofferError: a defect, for the daemon's log. */
  readonly onBug?: ((error: CofferError) => void) | undefined
  /** A silent caller is given up after `keepaliveMs` + `keepaliveTimeoutMs`; defaults 30 s and 20 s. */
  readonly keepaliveMs?: number | undefined
  readonly keepaliveTimeoutMs?: number | undefined
  readonly clock?: Clock | undefined
}

export interface WireServer {
  /** Where it listens, with real ports. */
  readonly addresses: readonly ListenAddress[]
  /** Hex SHA-256 of the certificate it shows. */
  readonly certificateSha256: string
  /** Takes no new calls, waits `graceMs` for the running ones, then cancels them with 'peer-closing'. */
  close(graceMs: number): Promise<void>
}

/** Listens on every address or throws: 'listen-failed', 'tls-unusable'. */
export async function serve(options: ServeOptions): Promise<WireServer> {
  throw new CofferError(
    'internal-bug',
    `serve on ${options.addresses.length} addresses is not built yet`,
  )
}

// The caller's end: one connection to one peer, made when needed, authenticated once, used by many calls.
import { CofferError, type Clock, type Secret } from '@coffer/core'
import type { PeerKind } from './call.ts'
import type {
  ConsoleCalls,
  FileDaemonCalls,
  StorageDaemonCalls,
  StorageDataCalls,
} from './gen/services.ts'
import type { ClientTls } from './tls-options.ts'

export interface DialOptions {
  readonly host: string
  readonly port: number
  /** Who we are. */
  readonly identity: { readonly kind: PeerKind; readonly name: string }
  readonly secret: Secret
  readonly tls: ClientTls
  /** Name of the peer for error texts, as people know it: 'storage daemon "File"'. */
  readonly peerName: string
  /** Default 15 s. */
  readonly connectTimeoutMs?: number | undefined
  /** A silent peer is given up after `keepaliveMs` + `keepaliveTimeoutMs`; defaults 30 s and 20 s. */
  readonly keepaliveMs?: number | undefined
  readonly keepaliveTimeoutMs?: number | undefined
  readonly clock?: Clock | undefined
}

export interface Peer {
  readonly fileDaemon: FileDaemonCalls
  readonly storageDaemon: StorageDaemonCalls
  readonly storageData: StorageDataCalls
  readonly console: ConsoleCalls
  readonly connection: {
    /** Connects and authenticates when that has not been done; "TLS_AES_256_GCM_SHA384 TLSv1.3". */
    cipher(): Promise<string>
  }
  /** Running calls end with 'call-canceled'. */
  close(): void
}

/** Does nothing on the network by itself: the first call connects. */
export function dial(options: DialOptions): Peer {
  throw new CofferError('internal-bug', `dial of ${options.peerName} is not built yet`)
}

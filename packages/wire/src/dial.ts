// The caller's end: one connection to one peer, made when needed, authenticated once, used by many calls.
import { CofferError, type Secret } from '@coffer/core'
import type { PeerKind } from './call.ts'
import type {
  ConsoleCalls,
  FileDaemonCalls,
  StorageDaemonCalls,
  StorageDataCalls,
} from './gen/services.ts'
import { abortError, callsOf } from './caller.ts'
import { PeerConnection } from './peer-connection.ts'
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
  const line = new Line(options)
  const connect = (signal: AbortSignal | undefined) => line.connect(signal)
  return {
    fileDaemon: callsOf('FileDaemon', connect) as unknown as FileDaemonCalls,
    storageDaemon: callsOf('StorageDaemon', connect) as unknown as StorageDaemonCalls,
    storageData: callsOf('StorageData', connect) as unknown as StorageDataCalls,
    console: callsOf('Console', connect) as unknown as ConsoleCalls,
    connection: { cipher: async () => (await line.connect(undefined)).cipher() },
    close: () => line.close(),
  }
}

/** The connection that stands, and a new one when it no longer does. */
class Line {
  readonly #options: DialOptions
  #connections: readonly PeerConnection[] = []
  #closed = false

  constructor(options: DialOptions) {
    this.#options = options
  }

  async connect(signal: AbortSignal | undefined): Promise<PeerConnection> {
    if (this.#closed) {
      throw new CofferError('call-canceled', `the line to ${this.#options.peerName} was closed`)
    }
    const connection = this.#usable()
    await abortable(connection.logIn(), signal)
    return connection
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#connections) connection.close()
  }

  #usable(): PeerConnection {
    const last = this.#connections.at(-1)
    if (last?.usable === true) return last
    const connection = new PeerConnection(this.#options)
    // One that takes no more calls may have some that still run.
    this.#connections = [...this.#connections.filter((old) => old.busy), connection]
    return connection
  }
}

/** Gives up waiting, not the work: another call may wait for the same login. */
function abortable<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortError(signal))
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

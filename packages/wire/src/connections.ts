// The TLS connections of a server and who has logged in on each. A token is good on its own connection only, and only
// while the secret behind it stands.
import { createHash, randomBytes } from 'node:crypto'
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { type Clock, CofferError, type Secret } from '@coffer/core'
import type { PeerIdentity } from './call.ts'
import { refuseClient } from './peer-certificate.ts'
import type { ProvenIdentity } from './scram-server.ts'
import type { ServerTls } from './tls-options.ts'

const MAX_LOGINS_PER_CONNECTION = 16

export interface Login {
  readonly peer: PeerIdentity
  readonly secret: Secret
}

export class Connection {
  readonly ip: string
  /** "192.0.2.7:40312" */
  readonly address: string
  /** Why its certificate is refused; undefined when it is good or none is demanded. */
  readonly certificateProblem: string | undefined
  readonly #session: ServerHttp2Session
  readonly #logins = new Map<string, Login>()

  constructor(session: ServerHttp2Session, tls: ServerTls) {
    this.#session = session
    const { remoteAddress = 'unknown', remotePort = 0 } = session.socket
    this.ip = remoteAddress.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '')
    this.address = this.ip.includes(':') ? `[${this.ip}]:${remotePort}` : `${this.ip}:${remotePort}`
    this.certificateProblem = refuseClient(shownCertificate(session), tls)
  }

  /** Whether the connection is gone, or going. */
  get lost(): boolean {
    return this.#session.destroyed || this.#session.closed
  }

  get anonymous(): boolean {
    return this.#logins.size === 0
  }

  /** A new token for this identity. @throws CofferError peer-busy */
  grant(identity: ProvenIdentity): string {
    if (this.#logins.size >= MAX_LOGINS_PER_CONNECTION) {
      throw new CofferError('peer-busy', 'too many logins on one connection')
    }
    const token = randomBytes(32).toString('base64url')
    const { kind, name, secret } = identity
    this.#logins.set(hash(token), { peer: { kind, name, address: this.address }, secret })
    return token
  }

  findLogin(token: string): Login | undefined {
    return this.#logins.get(hash(token))
  }

  destroy(): void {
    this.#session.destroy()
  }
}

/** A stream that a caller opened, and the connection below it. */
export interface OpenStream {
  readonly connection: Connection
  readonly http2: ServerHttp2Stream
}

/** Every open connection and every stream on it, the streams by names that no other had before. */
export class Connections {
  readonly #tls: ServerTls
  readonly #clock: Clock
  readonly #loginTimeoutMs: number
  readonly #bySession = new WeakMap<object, Connection>()
  readonly #streams = new Map<string, OpenStream>()
  #count = 0

  constructor(tls: ServerTls, clock: Clock, loginTimeoutMs: number) {
    this.#tls = tls
    this.#clock = clock
    this.#loginTimeoutMs = loginTimeoutMs
  }

  /** Takes note of a new connection; one that does not log in is closed. */
  addSession(session: ServerHttp2Session): void {
    const connection = new Connection(session, this.#tls)
    this.#bySession.set(session, connection)
    const cancel = this.#clock.after(this.#loginTimeoutMs, () => {
      if (connection.anonymous) connection.destroy()
    })
    session.once('close', cancel)
  }

  /** Takes note of a new stream and names it. */
  addStream(http2: ServerHttp2Stream): string {
    const connection = http2.session && this.#bySession.get(http2.session)
    if (connection === undefined) return ''
    this.#count += 1
    const name = String(this.#count)
    this.#streams.set(name, { connection, http2 })
    http2.once('close', () => this.#streams.delete(name))
    return name
  }

  findStream(name: string): OpenStream | undefined {
    return this.#streams.get(name)
  }
}

function shownCertificate(session: ServerHttp2Session) {
  const socket = session.socket as unknown as TLSSocket
  const certificate = socket.getPeerCertificate()
  return {
    // An empty object stands for none.
    certificate: 'raw' in certificate ? certificate : undefined,
    authorized: socket.authorized,
    problem: String(socket.authorizationError),
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}

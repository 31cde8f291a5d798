// Admits calls: whose connection, whose token, allowed or not; then runs their handlers and ends them.
import { randomBytes } from 'node:crypto'
import { type Clock, CofferError, systemClock, toCofferError } from '@coffer/core'
import type { CallContext } from './call.ts'
import { firstCertificate, serverEndPoint } from './channel-binding.ts'
import type { Method } from './codec.ts'
import { type Connection, Connections, type Login } from './connections.ts'
import { LOGIN_TIMEOUT_MS } from './limits.ts'
import { LoginDesk } from './login-desk.ts'
import { mayCall, type ServiceName } from './permissions.ts'
import type { ServeOptions } from './serve.ts'
import { type GrpcServerCall, type Handler, runHandler, ServerCall } from './server-call.ts'
import { TOKEN_KEY } from './token-key.ts'
import { STREAM_KEY } from './windowed-server.ts'

export interface Offer {
  readonly service: ServiceName
  readonly method: Method
  readonly handler: Handler
}

/** How long a handler may take to end after its signal. */
const ABORT_GRACE_MS = 5_000

export class Dispatcher {
  readonly connections: Connections
  readonly #options: ServeOptions
  readonly #clock: Clock
  readonly #desk: LoginDesk
  readonly #running = new Map<ServerCall, Promise<void>>()
  readonly #requestPrefix = randomBytes(4).toString('hex')
  #requests = 0
  #closing = false

  constructor(options: ServeOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.connections = new Connections(options.tls, this.#clock, LOGIN_TIMEOUT_MS)
    this.#desk = new LoginDesk({
      secretFor: options.secretFor,
      onRefused: options.onRefused ?? (() => undefined),
      clock: this.#clock,
      endPoint: serverEndPoint(firstCertificate(options.tls.certificatePem)),
    })
  }

  logIn(method: Method, grpc: GrpcServerCall): Promise<void> {
    return this.#start(grpc, (call, connection) => this.#desk.serve(method, call, connection))
  }

  run({ service, method, handler }: Offer, grpc: GrpcServerCall): Promise<void> {
    return this.#start(grpc, (call, connection) => {
      const { peer } = this.#admit(service, connection, grpc)
      return runHandler(method, handler, call, this.#context(call, peer))
    })
  }

  get runningCalls(): number {
    return this.#running.size
  }

  /** Waits for the running calls; after `graceMs` ends them. */
  async drain(graceMs: number): Promise<void> {
    this.#closing = true
    if (await this.#settled(graceMs)) return
    for (const call of this.#running.keys()) {
      call.abort(new CofferError('peer-closing', 'the daemon is shutting down'))
    }
    await this.#settled(ABORT_GRACE_MS)
  }

  async #start(
    grpc: GrpcServerCall,
    work: (call: ServerCall, connection: Connection) => Promise<void>,
  ): Promise<void> {
    const open = this.connections.findStream(first(grpc, STREAM_KEY))
    const call = new ServerCall(grpc, open)
    const done = this.#finish(call, async () => {
      if (this.#closing) throw new CofferError('peer-closing', 'the daemon is shutting down')
      if (open === undefined) throw new CofferError('peer-lost', 'the connection is gone')
      await work(call, open.connection)
    })
    this.#running.set(call, done)
    await done
    this.#running.delete(call)
  }

  async #finish(call: ServerCall, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      call.succeed()
    } catch (error) {
      const known = toCofferError(error)
      if (known.code === 'internal-bug') this.#options.onBug?.(known)
      call.refuse(known)
    }
  }

  #admit(service: ServiceName, connection: Connection, grpc: GrpcServerCall): Login {
    const problem = connection.certificateProblem
    if (problem !== undefined) {
      throw new CofferError('certificate-refused', `the certificate of the caller: ${problem}`)
    }
    const login = connection.findLogin(first(grpc, TOKEN_KEY))
    if (login === undefined || !this.#stands(login)) {
      throw new CofferError('peer-refused', 'the caller is not logged in on this connection')
    }
    if (mayCall(login.peer.kind, service)) return login
    const text = `a ${login.peer.kind} may not call the service "${service}"`
    throw new CofferError('call-forbidden', text)
  }

  /** A Job's key dies with its session, a Password with a reload. */
  #stands({ peer, secret }: Login): boolean {
    const current = this.#options.secretFor({ kind: peer.kind, name: peer.name })
    return current !== undefined && current.reveal() === secret.reveal()
  }

  #context(call: ServerCall, peer: CallContext['peer']): CallContext {
    this.#requests += 1
    return { peer, signal: call.signal, requestId: `${this.#requestPrefix}-${this.#requests}` }
  }

  /** Whether every call ended within this time. */
  async #settled(waitMs: number): Promise<boolean> {
    if (this.#running.size === 0) return true
    let cancel: () => void = () => undefined
    const late = new Promise<false>((resolve) => {
      cancel = this.#clock.after(waitMs, () => resolve(false))
    })
    const all = Promise.all(this.#running.values()).then(() => true as const)
    const settled = await Promise.race([all, late])
    cancel()
    return settled
  }
}

function first(grpc: GrpcServerCall, key: string): string {
  const value = grpc.metadata.get(key)[0]
  return typeof value === 'string' ? value : ''
}

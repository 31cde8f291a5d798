// One authenticated connection to a peer, from the first call to its loss; never made again, only replaced.
import {
  connectivityState,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  Metadata,
  status as Status,
  type StatusObject,
} from '@grpc/grpc-js'
import { CofferError, systemClock } from '@coffer/core'
import type { Duplex as NodeDuplex } from 'node:stream'
import { serverEndPoint } from './channel-binding.ts'
import { type Method, methodsOf } from './codec.ts'
import type { DialOptions } from './dial.ts'
import type { ScramMessage } from './gen/messages.ts'
import {
  CONNECT_TIMEOUT_MS,
  KEEPALIVE_MS,
  KEEPALIVE_TIMEOUT_MS,
  MAX_TRANSPORT_MESSAGE_BYTES,
} from './limits.ts'
import { MessageStream } from './message-stream.ts'
import { PeerCredentials } from './peer-credentials.ts'
import { proveIdentity } from './scram-client.ts'
import { type FailedStatus, type PeerWords, remoteError, transportError } from './status.ts'
import { TOKEN_KEY } from './token-key.ts'
import { WINDOW_BYTES } from './windowed-server.ts'

export interface StreamOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds from now. */
  readonly timeoutMs?: number | undefined
}

/** A running call from the caller's end. */
export interface CallerStream {
  readonly messages: MessageStream
  /** Undefined when the call ended well. */
  readonly ended: Promise<CofferError | undefined>
  cancel(): void
}

type GrpcCallerStream = ClientDuplexStream<Buffer, Buffer>

export class PeerConnection {
  readonly #options: DialOptions
  readonly #words: PeerWords
  readonly #credentials: PeerCredentials
  readonly #client: Client
  readonly #running = new Set<GrpcCallerStream>()
  #login: Promise<string> | undefined
  #token: string | undefined
  #over = false

  /** @throws CofferError tls-unusable */
  constructor(options: DialOptions) {
    this.#options = options
    this.#words = wordsOf(options)
    this.#credentials = new PeerCredentials({
      tls: options.tls,
      host: options.host,
      peer: this.#words,
      onClose: () => {
        this.#retire()
      },
    })
    this.#client = new Client(targetOf(options), this.#credentials, channelOptions(options))
  }

  /** Whether calls can begin on it. */
  get usable(): boolean {
    return !this.#over
  }

  /** Whether calls run on it. */
  get busy(): boolean {
    return this.#running.size > 0
  }

  /** Connects and authenticates; once, however often it is asked. Yields the token, which is good here only. */
  logIn(): Promise<string> {
    this.#login ??= this.#authenticate().catch((error: unknown) => {
      this.close()
      throw error
    })
    return this.#login
  }

  /** "TLS_AES_256_GCM_SHA384 TLSv1.3", after the login. */
  cipher(): string {
    const socket = this.#credentials.socket
    return socket === undefined
      ? ''
      : `${socket.getCipher().standardName} ${socket.getProtocol() ?? ''}`
  }

  /** Begins a call; after the login. */
  open(method: Method, options: StreamOptions): CallerStream {
    const metadata = new Metadata()
    if (this.#token !== undefined) metadata.set(TOKEN_KEY, this.#token)
    const bytes = (message: Buffer) => message
    const deadline = options.timeoutMs === undefined ? {} : { deadline: dueIn(options.timeoutMs) }
    const grpc = this.#client.makeBidiStreamRequest(method.path, bytes, bytes, metadata, deadline)
    const messages = new MessageStream(grpc as unknown as NodeDuplex)
    const cancel = () => {
      grpc.cancel()
    }
    this.#running.add(grpc)
    options.signal?.addEventListener('abort', cancel, { once: true })
    const ended = new Promise<CofferError | undefined>((resolve) => {
      grpc.once('status', (status: StatusObject) => {
        this.#running.delete(grpc)
        if (this.#over) this.#retire()
        options.signal?.removeEventListener('abort', cancel)
        const failure = status.code === Status.OK ? undefined : this.#errorOf(status, options)
        if (failure !== undefined) messages.fail(failure)
        resolve(failure)
      })
    })
    if (options.signal?.aborted === true) cancel()
    return { messages, ended, cancel }
  }

  /** Running calls end with 'call-canceled'. */
  close(): void {
    this.#over = true
    for (const grpc of this.#running) grpc.cancel()
    this.#client.close()
    // The cancellations leave first; a peer that does not answer does not keep the connection open.
    setImmediate(() => this.#credentials.socket?.destroySoon())
  }

  /** Takes no new calls; those that run go on, and after the last one nothing is left. */
  #retire(): void {
    this.#over = true
    if (this.#running.size === 0) this.#client.close()
  }

  /** A server that closes says so first, and then waits for its calls. */
  #watch(): void {
    const channel = this.#client.getChannel()
    channel.watchConnectivityState(connectivityState.READY, Infinity, () => {
      this.#retire()
    })
  }

  #errorOf(status: FailedStatus, { signal }: StreamOptions): CofferError {
    const told = remoteError(status)
    if (told !== undefined) return told
    if (status.code === Status.CANCELLED && signal?.reason instanceof CofferError) {
      return signal.reason
    }
    return transportError(status, this.#words)
  }

  async #authenticate(): Promise<string> {
    const method = methodsOf('Auth')[0]
    if (method === undefined) throw new CofferError('internal-bug', 'there is no Auth service')
    const timeoutMs = this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS
    const call = this.open(method, { timeoutMs })
    try {
      this.#token = await this.#prove(method, call.messages)
      this.#watch()
      return this.#token
    } catch (error) {
      call.cancel()
      throw this.#loginFailure(error, timeoutMs)
    }
  }

  async #prove(method: Method, messages: MessageStream): Promise<string> {
    const { identity, secret } = this.#options
    let token = ''
    const problem = await proveIdentity(
      {
        send: (text) => messages.send(method.request.encode({ text })),
        receive: async () => {
          const bytes = await messages.receive()
          if (bytes === undefined) return undefined
          const message = method.response.decode(bytes) as ScramMessage
          token = message.token
          return message.text
        },
      },
      { name: `${identity.kind}:${identity.name}`, secret, endPoint: () => this.#endPoint() },
    )
    messages.end()
    if (problem === undefined) return token
    const { name, address } = this.#words
    const text = `${name} at ${address} is not who it should be: ${problem}`
    throw new CofferError('peer-refused', text)
  }

  #endPoint(): Buffer {
    const certificate = this.#credentials.socket?.getPeerCertificate().raw
    if (certificate !== undefined) return serverEndPoint(certificate)
    throw new CofferError('peer-lost', `the connection to ${this.#words.name} was lost`)
  }

  /** What a caller reads when the connection cannot be made. */
  #loginFailure(error: unknown, timeoutMs: number): unknown {
    if (!(error instanceof CofferError)) return error
    const { name, address } = this.#words
    if (error.code === 'peer-refused' && this.#credentials.socket !== undefined) {
      const text = error.message.includes(address)
        ? error.message
        : `${name} at ${address}: ${error.message}`
      return new CofferError('peer-refused', text, { cause: error })
    }
    if (this.#credentials.failure !== undefined) return this.#credentials.failure
    if (error.code === 'call-timeout') {
      const text = `${name} at ${address} did not answer within ${timeoutMs / 1000} s`
      return new CofferError('peer-unreachable', text, { cause: error })
    }
    if (error.code !== 'peer-lost' || this.#credentials.socket !== undefined) return error
    const reason = connectFailure(error.cause)
    return new CofferError('peer-unreachable', `cannot reach ${name} at ${address}: ${reason}`, {
      cause: error,
    })
  }
}

function wordsOf({ host, port, peerName }: DialOptions): PeerWords {
  return { name: peerName, address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}` }
}

function targetOf({ host, port }: DialOptions): string {
  return host.includes(':') ? `ipv6:[${host}]:${port}` : `dns:${host}:${port}`
}

function dueIn(timeoutMs: number): number {
  // The transport wants the wall clock's time.
  return systemClock.nowMs() + timeoutMs
}

function channelOptions(options: DialOptions): ClientOptions {
  return {
    'grpc-node.flow_control_window': WINDOW_BYTES,
    'grpc.max_receive_message_length': MAX_TRANSPORT_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_TRANSPORT_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': options.keepaliveMs ?? KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs ?? KEEPALIVE_TIMEOUT_MS,
    'grpc.keepalive_permit_without_calls': 1,
    'grpc.enable_channelz': 0,
    'grpc.enable_http_proxy': 0,
    // A retry would send what a handler may have acted upon, and keep copies of it.
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.use_local_subchannel_pool': 1,
  }
}

const CONNECT_FAILURES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
  ['ETIMEDOUT', 'the host does not answer'],
  ['ECONNRESET', 'the connection was reset'],
  ['ENOTFOUND', 'the name of the host is not known'],
  ['EAI_AGAIN', 'the name of the host cannot be looked up'],
])

/** The reason inside the transport's own words. */
function connectFailure(cause: unknown): string {
  const details = cause instanceof Error ? cause.message : ''
  if (details.includes('Name resolution failed')) return 'the name of the host is not known'
  for (const [errno, text] of CONNECT_FAILURES) if (details.includes(errno)) return text
  return details === '' ? 'no connection' : details
}

// The server end: listens, authenticates, and hands calls to handlers.
import { createSecureContext } from 'node:tls'
import { type Clock, CofferError, messageOf, type Secret } from '@coffer/core'
import type { Server, ServerOptions } from '@grpc/grpc-js'
import { certificateSha256, firstCertificate } from './channel-binding.ts'
import { type Method, methodsOf } from './codec.ts'
import { Dispatcher } from './dispatcher.ts'
import type {
  ConsoleHandlers,
  FileDaemonHandlers,
  StorageDaemonHandlers,
  StorageDataHandlers,
} from './gen/services.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  KEEPALIVE_MS,
  KEEPALIVE_TIMEOUT_MS,
  MAX_CALLS_PER_CONNECTION,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_TRANSPORT_MESSAGE_BYTES,
} from './limits.ts'
import { demandsCertificate } from './peer-certificate.ts'
import type { ServiceName } from './permissions.ts'
import type { GrpcServerCall, Handler } from './server-call.ts'
import type { ServerTls } from './tls-options.ts'
import {
  createWindowedServer,
  TlsServerCredentials,
  type WindowedServer,
} from './windowed-server.ts'

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
  /** Calls that run now. */
  activeCalls(): number
  /** Takes no new calls, waits `graceMs` for the running ones, then cancels them with 'peer-closing'. */
  close(graceMs: number): Promise<void>
}

const SERVICE_NAMES = {
  fileDaemon: 'FileDaemon',
  storageDaemon: 'StorageDaemon',
  storageData: 'StorageData',
  console: 'Console',
} as const satisfies Record<keyof ServiceHandlers, ServiceName>

type HandlerTable = Readonly<Record<string, ((...args: never[]) => unknown) | undefined>>

/** Listens on every address or throws: 'listen-failed', 'tls-unusable'. */
export async function serve(options: ServeOptions): Promise<WireServer> {
  const dispatcher = new Dispatcher(options)
  const server = createWindowedServer({
    grpc: grpcOptions(options),
    maxConnections: MAX_CONNECTIONS,
    maxHeaderBytes: MAX_HEADER_BYTES,
    onSession: (session) => dispatcher.connections.addSession(session),
    onStream: (stream) => dispatcher.connections.addStream(stream),
  })
  register(server.grpc, dispatcher, options.services)
  const credentials = serverCredentials(options.tls)
  try {
    const addresses: ListenAddress[] = []
    for (const address of withoutCovered(options.addresses)) {
      addresses.push({ host: address.host, port: await bind(server.grpc, address, credentials) })
    }
    return {
      addresses,
      certificateSha256: certificateSha256(firstCertificate(options.tls.certificatePem)),
      activeCalls: () => dispatcher.runningCalls,
      close: (graceMs) => close(server, dispatcher, graceMs),
    }
  } catch (error) {
    server.grpc.forceShutdown()
    throw error
  }
}

function grpcOptions(options: ServeOptions): ServerOptions {
  return {
    'grpc.enable_channelz': 0,
    'grpc.max_concurrent_streams': MAX_CALLS_PER_CONNECTION,
    'grpc.max_receive_message_length': MAX_TRANSPORT_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_TRANSPORT_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': options.keepaliveMs ?? KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs ?? KEEPALIVE_TIMEOUT_MS,
  }
}

/** Every method is registered as a stream both ways: the bytes on the line are the same, and one path serves all. */
function register(server: Server, dispatcher: Dispatcher, services: ServiceHandlers): void {
  const bytes = (message: Buffer) => message
  const add = (method: Method, handle: (call: GrpcServerCall) => void) => {
    server.register(method.path, handle, bytes, bytes, 'bidi')
  }
  for (const method of methodsOf('Auth')) add(method, (call) => void dispatcher.logIn(method, call))
  for (const [key, service] of Object.entries(SERVICE_NAMES)) {
    const handlers = services[key as keyof ServiceHandlers] as HandlerTable | undefined
    if (handlers === undefined) continue
    for (const method of methodsOf(service)) {
      const handler = handlers[method.name]
      if (handler === undefined) continue
      const bound = handler.bind(handlers) as Handler
      add(method, (call) => void dispatcher.run({ service, method, handler: bound }, call))
    }
  }
}

function serverCredentials(tls: ServerTls): TlsServerCredentials {
  const demanded = demandsCertificate(tls)
  const context = {
    cert: tls.certificatePem,
    key: tls.keyPem,
    ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
    minVersion: 'TLSv1.3',
  } as const
  try {
    createSecureContext(context)
    firstCertificate(tls.certificatePem)
  } catch (error) {
    throw new CofferError('tls-unusable', `the certificate cannot be used: ${messageOf(error)}`, {
      cause: error,
    })
  }
  // A certificate that is not good is refused when its owner calls, with words, and not by a broken handshake.
  const options = {
    requestCert: demanded,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  } as const
  return new TlsServerCredentials(options, context)
}

/** "::" takes IPv4 as well: a second listener on the same port would fail. */
function withoutCovered(addresses: readonly ListenAddress[]): readonly ListenAddress[] {
  const dual = new Set(addresses.filter((a) => a.host === '::' && a.port !== 0).map((a) => a.port))
  return addresses.filter((a) => a.host !== '0.0.0.0' || !dual.has(a.port))
}

function bind(
  server: Server,
  { host, port }: ListenAddress,
  credentials: TlsServerCredentials,
): Promise<number> {
  const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (error, bound) => {
      if (error === null) resolve(bound)
      else {
        const text = `cannot listen on ${target}: ${reasonOf(error)}`
        reject(new CofferError('listen-failed', text, { cause: error }))
      }
    })
  })
}

function reasonOf(error: Error): string {
  if (error.message.includes('EADDRINUSE')) return 'the address is in use'
  if (error.message.includes('EADDRNOTAVAIL')) return 'the address is not one of this host'
  if (error.message.includes('EACCES')) return 'the port is not permitted to this user'
  return error.message
}

async function close(
  server: WindowedServer,
  dispatcher: Dispatcher,
  graceMs: number,
): Promise<void> {
  server.grpc.tryShutdown(() => undefined)
  await dispatcher.drain(graceMs)
  // What is still open has no call any more, or a caller that does not go.
  server.grpc.forceShutdown()
  await server.closed()
}

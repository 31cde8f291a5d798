// A gRPC server whose receive windows are large enough for lines with latency, and which tells of its connections.
import type {
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2'
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js'
import type { SecureContextOptions, TlsOptions } from 'node:tls'

/** Bandwidth times round trip that a single stream can fill: 8 MiB is 640 Mbit/s at 100 ms. */
export const WINDOW_BYTES = 8 * 1024 * 1024

/** What we reach into: grpc-js ignores `grpc-node.flow_control_window` on servers (grpc/grpc-node#3058). */
interface ServerInternals {
  readonly commonServerOptions: { settings?: Record<string, number> }
  createHttp2Server(credentials: ServerCredentials): Http2Server
}

export interface WindowedServerOptions {
  readonly grpc: ServerOptions
  readonly maxConnections: number
  readonly maxHeaderBytes: number
  /** Yields the name of a new connection; every call on it carries that name under CONNECTION_KEY. */
  readonly onSession: (session: ServerHttp2Session) => string
}

/** Metadata of a call that names its connection; what a caller sends under this key is overwritten. */
export const CONNECTION_KEY = 'coffer-connection'

/** Pinned to the grpc-js release in package.json; windowed-server.test.ts fails when an upgrade breaks it. */
export function createWindowedServer(options: WindowedServerOptions): Server {
  const server = new Server(options.grpc)
  const internals = server as unknown as ServerInternals
  const settings = {
    ...internals.commonServerOptions.settings,
    initialWindowSize: WINDOW_BYTES,
    maxHeaderListSize: options.maxHeaderBytes,
  }
  internals.commonServerOptions.settings = settings
  const create = internals.createHttp2Server.bind(server)
  internals.createHttp2Server = (credentials) => {
    const http2Server = create(credentials)
    http2Server.maxConnections = options.maxConnections
    const names = new WeakMap<object, string>()
    http2Server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(WINDOW_BYTES)
      names.set(session, options.onSession(session))
    })
    // Before the listener that makes a call of it.
    http2Server.prependListener(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
        headers[CONNECTION_KEY] = (stream.session && names.get(stream.session)) ?? ''
      },
    )
    return http2Server
  }
  return server
}

/** Server credentials with every TLS option, which the library's own constructor does not offer. */
export class TlsServerCredentials extends ServerCredentials {
  constructor(options: TlsOptions, context: SecureContextOptions) {
    super(options, context)
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other
  }
}

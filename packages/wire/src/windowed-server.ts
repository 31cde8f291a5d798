// A gRPC server whose receive windows are large enough for lines with latency, and which tells of its connections.
import { once } from 'node:events'
import type {
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2'
import {
  logVerbosity,
  Server,
  ServerCredentials,
  type ServerOptions,
  setLogVerbosity,
} from '@grpc/grpc-js'

/** Bandwidth times round trip that a single stream can fill: 8 MiB is 640 Mbit/s at 100 ms. */
export const WINDOW_BYTES = 8 * 1024 * 1024

// What it would print arrives as an error with words.
setLogVerbosity(logVerbosity.NONE)

/** What we reach into: grpc-js ignores `grpc-node.flow_control_window` on servers (grpc/grpc-node#3058). */
interface ServerInternals {
  readonly commonServerOptions: { settings?: Record<string, number> }
  createHttp2Server(credentials: ServerCredentials): Http2Server
}

export interface WindowedServerOptions {
  readonly grpc: ServerOptions
  readonly maxConnections: number
  readonly maxHeaderBytes: number
  readonly onSession: (session: ServerHttp2Session) => void
  /** Yields a name for a new stream; the call that is made of it carries the name under STREAM_KEY. */
  readonly onStream: (stream: ServerHttp2Stream) => string
}

/** Metadata of a call that names its HTTP/2 stream; what a caller sends under this key is overwritten. */
export const STREAM_KEY = 'coffer-stream'

export interface WindowedServer {
  readonly grpc: Server
  /** When no listener is left; the server's own word on it fails when a connection breaks at the same time. */
  closed(): Promise<unknown>
}

/** Pinned to the grpc-js release in package.json; windowed-server.test.ts fails when an upgrade breaks it. */
export function createWindowedServer(options: WindowedServerOptions): WindowedServer {
  const server = new Server(options.grpc)
  const internals = server as unknown as ServerInternals
  const settings = {
    ...internals.commonServerOptions.settings,
    initialWindowSize: WINDOW_BYTES,
    maxHeaderListSize: options.maxHeaderBytes,
  }
  internals.commonServerOptions.settings = settings
  const listeners: Promise<unknown>[] = []
  const create = internals.createHttp2Server.bind(server)
  internals.createHttp2Server = (credentials) => {
    const http2Server = create(credentials)
    http2Server.maxConnections = options.maxConnections
    http2Server.once('listening', () => listeners.push(once(http2Server, 'close')))
    http2Server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(WINDOW_BYTES)
      options.onSession(session)
    })
    // Before the listener that makes a call of it.
    http2Server.prependListener(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
        headers[STREAM_KEY] = options.onStream(stream)
      },
    )
    return http2Server
  }
  return { grpc: server, closed: () => Promise.all(listeners) }
}

/** Server credentials with every TLS option, which the library's own factory does not offer. */
export class TlsServerCredentials extends ServerCredentials {
  override _equals(other: ServerCredentials): boolean {
    return this === other
  }
}

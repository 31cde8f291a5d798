export type {
  Call,
  CallContext,
  CallOptions,
  Duplex,
  DuplexCall,
  PeerIdentity,
  PeerKind,
  ServerStream,
  ServerStreamCall,
  Unary,
  UnaryCall,
  UnaryOptions,
} from './call.ts'
export { dial, type DialOptions, type Peer } from './dial.ts'
export type * from './gen/messages.ts'
export type {
  ConsoleCalls,
  ConsoleHandlers,
  FileDaemonCalls,
  FileDaemonHandlers,
  StorageDaemonCalls,
  StorageDaemonHandlers,
  StorageDataCalls,
  StorageDataHandlers,
} from './gen/services.ts'
export { makeSelfSigned } from './self-signed.ts'
export {
  serve,
  type ListenAddress,
  type Refusal,
  type ServeOptions,
  type ServiceHandlers,
  type WireServer,
} from './serve.ts'
export type { ClientTls, ServerTls } from './tls-options.ts'
export { readClientTls, readServerTls, type TlsDirectives } from './tls-files.ts'

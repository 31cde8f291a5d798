// CofferErrors as gRPC statuses and back. A status carries the code, the text and the hint of an error, never a stack,
// and nothing at all of an error that is not ours.
import { CofferError, type ErrorCode, isErrorCode, type RpcStatus } from '@coffer/core'
import { Metadata, status as Status } from '@grpc/grpc-js'

const CODE_KEY = 'coffer-code'
// Binary, so that any text survives: the plain status message is limited to what a URI may hold.
const TEXT_KEY = 'coffer-text-bin'
const HINT_KEY = 'coffer-hint-bin'
/** Trailers have room for little. */
const MAX_TEXT_BYTES = 4096

const STATUS_CODES: Readonly<Record<RpcStatus, Status>> = {
  INTERNAL: Status.INTERNAL,
  INVALID_ARGUMENT: Status.INVALID_ARGUMENT,
  UNAUTHENTICATED: Status.UNAUTHENTICATED,
  PERMISSION_DENIED: Status.PERMISSION_DENIED,
  NOT_FOUND: Status.NOT_FOUND,
  ALREADY_EXISTS: Status.ALREADY_EXISTS,
  FAILED_PRECONDITION: Status.FAILED_PRECONDITION,
  RESOURCE_EXHAUSTED: Status.RESOURCE_EXHAUSTED,
  DATA_LOSS: Status.DATA_LOSS,
  UNAVAILABLE: Status.UNAVAILABLE,
  DEADLINE_EXCEEDED: Status.DEADLINE_EXCEEDED,
  CANCELLED: Status.CANCELLED,
  UNIMPLEMENTED: Status.UNIMPLEMENTED,
}

export interface StatusParts {
  readonly code: Status
  readonly details: string
  readonly metadata: Metadata
}

/** How an error leaves this process. The text of a defect stays here: no one knows what it quotes. */
export function statusOf(error: CofferError): StatusParts {
  const text = error.code === 'internal-bug' ? 'an internal error, told in its log' : error.message
  const metadata = new Metadata()
  metadata.set(CODE_KEY, error.code)
  metadata.set(TEXT_KEY, boundedBytes(text))
  metadata.set(HINT_KEY, boundedBytes(error.hint))
  return { code: STATUS_CODES[error.entry.rpcStatus], details: error.code, metadata }
}

function boundedBytes(text: string): Buffer {
  const bytes = Buffer.from(text.toWellFormed(), 'utf8')
  if (bytes.length <= MAX_TEXT_BYTES) return bytes
  // A character that was cut in two shows as U+FFFD at the other end.
  return Buffer.concat([bytes.subarray(0, MAX_TEXT_BYTES), Buffer.from(' …')])
}

/** What gRPC reports about a call that failed. */
export interface FailedStatus {
  readonly code: Status
  readonly details: string
  readonly metadata?: Metadata | undefined
}

/** The error that the other end's handler threw; undefined when the status comes from the transport. */
export function remoteError(status: FailedStatus): CofferError | undefined {
  const code = status.metadata?.get(CODE_KEY)[0]
  if (typeof code !== 'string') return undefined
  const text = textOf(status.metadata, TEXT_KEY)
  if (isErrorCode(code)) return new CofferError(code, text)
  return new CofferError('peer-failed', `${text} (${code}): ${textOf(status.metadata, HINT_KEY)}`)
}

function textOf(metadata: Metadata | undefined, key: string): string {
  const value = metadata?.get(key)[0]
  return Buffer.isBuffer(value) ? value.toString('utf8') : ''
}

/** Names of people and places for the text of a transport's error. */
export interface PeerWords {
  /** 'storage daemon "File"' */
  readonly name: string
  /** "backup.example.org:9103" */
  readonly address: string
}

/** The error behind a status that the transport made up during a call. */
export function transportError(status: FailedStatus, peer: PeerWords): CofferError {
  const [code, text] = transportFailure(status, peer)
  return new CofferError(code, text, { cause: new Error(status.details) })
}

function transportFailure(
  status: FailedStatus,
  { name, address }: PeerWords,
): readonly [ErrorCode, string] {
  switch (status.code) {
    case Status.CANCELLED:
      return ['call-canceled', `the call to ${name} was canceled`]
    case Status.DEADLINE_EXCEEDED:
      return ['call-timeout', `${name} at ${address} did not answer in time`]
    case Status.UNIMPLEMENTED:
      return ['call-unsupported', `${name} at ${address} does not offer this call`]
    case Status.RESOURCE_EXHAUSTED:
      return ['message-too-large', `a message from or to ${name} at ${address} was too large`]
    default:
      return ['peer-lost', `the connection to ${name} at ${address} was lost`]
  }
}

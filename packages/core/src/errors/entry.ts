// The shape of a row of the error table.
import type { JobStatusLetter } from '../job.ts'

export interface ErrorEntry {
  /** One sentence for the documentation. */
  readonly meaning: string
  /** How far the damage reaches. */
  readonly scope: 'item' | 'job' | 'volume' | 'device' | 'daemon'
  /** Whether trying again can help. */
  readonly retry: 'never' | 'later' | 'now'
  /** Status of a Job that this ends or marks; absent when no Job is touched. */
  readonly jobStatus?: JobStatusLetter
  /** Exit code of a command or daemon that ends with it. */
  readonly exitCode: 0 | 1 | 41 | 42
  /** gRPC status name that carries it between daemons. */
  readonly rpcStatus: RpcStatus
  /** What to do, a full sentence. */
  readonly hint: string
}

export type RpcStatus =
  | 'INTERNAL'
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'DATA_LOSS'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'UNIMPLEMENTED'

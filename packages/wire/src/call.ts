// What handlers and callers of the wire see of a call: no transport in sight.

export type PeerKind = 'director' | 'console' | 'job'

/** Who calls, proved by its secret. */
export interface PeerIdentity {
  readonly kind: PeerKind
  readonly name: string
  /** Address and port of the caller's end, "192.0.2.7:40312". */
  readonly address: string
}

export interface CallContext {
  readonly peer: PeerIdentity
  /** Aborted when the caller cancels or vanishes and when the server closes; its reason is a CofferError. */
  readonly signal: AbortSignal
  /** Unique per call, for logs. */
  readonly requestId: string
}

/**
 * One end of a running call in both directions. Iterating yields what the other end sends until it ends its side; an
 * iteration that is left early may be taken up again. Both `send` and the iteration reject with a CofferError when the
 * call fails, when its peer vanishes and when it is cancelled.
 */
export interface Call<Out, In> extends AsyncIterable<In> {
  /** Resolves when the transport takes more: await it, or memory has no bound. */
  send(message: Out): Promise<void>
  /** The next message, or undefined when the other end has ended its side. */
  receive(): Promise<In | undefined>
  /** Ends our side; the other end's messages still arrive. */
  end(): void
}

/**
 * A handler throws a CofferError to fail the call: code, text and hint reach the caller, and may overtake what the handler
 * sent just before. What must arrive is sent as a message, and the call then ends well.
 */
export type Unary<Q, R> = (request: Q, context: CallContext) => Promise<R>
export type ServerStream<Q, R> = (request: Q, context: CallContext) => AsyncIterable<R>
/** Returning ends the call. */
export type Duplex<Q, R> = (call: Call<R, Q>, context: CallContext) => Promise<void>

export interface CallOptions {
  /** Aborting it cancels the call; the other end's `context.signal` fires. */
  readonly signal?: AbortSignal | undefined
}

export interface UnaryOptions extends CallOptions {
  /** Default 30 s. Past it the call fails with 'call-timeout'. */
  readonly timeoutMs?: number | undefined
}

export type UnaryCall<Q, R> = (request: Q, options?: UnaryOptions) => Promise<R>
/** Leaving the iteration early cancels the call. */
export type ServerStreamCall<Q, R> = (request: Q, options?: CallOptions) => AsyncIterable<R>
export type DuplexCall<Q, R> = (options?: CallOptions) => Call<Q, R>

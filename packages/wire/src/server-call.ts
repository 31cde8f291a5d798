// A call as its handler sees it, made from a call as gRPC sees it.
import type { Duplex as NodeDuplex } from 'node:stream'
import type { ServerDuplexStream } from '@grpc/grpc-js'
import { CofferError } from '@coffer/core'
import type { Call, CallContext, Duplex, ServerStream, Unary } from './call.ts'
import { END_MARK, type Method } from './codec.ts'
import type { Connection, OpenStream } from './connections.ts'
import { iterate } from './iterate.ts'
import { MessageStream } from './message-stream.ts'
import { statusOf } from './status.ts'

export type GrpcServerCall = ServerDuplexStream<Buffer, Buffer>

/** Any handler; which one it is follows from the method's kind. */
export type Handler =
  | Unary<unknown, unknown>
  | ServerStream<unknown, unknown>
  | Duplex<unknown, unknown>

/** A running call: its bytes, and the signal that ends it. */
export class ServerCall {
  readonly messages: MessageStream
  readonly #grpc: GrpcServerCall
  readonly #controller = new AbortController()
  #over = false

  constructor(grpc: GrpcServerCall, open: OpenStream | undefined) {
    this.#grpc = grpc
    // A caller that cancels or vanishes looks to gRPC as if it had ended its side.
    const isEnd = () => open?.http2.aborted === false
    this.messages = new MessageStream(grpc as unknown as NodeDuplex, isEnd)
    grpc.on('cancelled', () => {
      // A broken connection closes its streams first and itself a moment later.
      setImmediate(() => {
        this.abort(cancelReason(grpc, open?.connection))
      })
    })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Ends the call from outside its handler. */
  abort(reason: CofferError): void {
    if (this.#over) return
    this.messages.fail(reason)
    this.#controller.abort(reason)
  }

  /** The caller's side ended without the mark: it is canceling, and the rest of its cancellation is on its way. */
  giveUp(): never {
    const peer = this.#grpc.getPeer()
    this.abort(new CofferError('call-canceled', `the caller at ${peer} canceled the call`))
    throw this.signal.reason
  }

  succeed(): void {
    this.#over = true
    this.messages.end()
  }

  /** Tells the caller. What the handler sent just before may be lost on the way: gRPC lets errors overtake messages. */
  refuse(error: CofferError): void {
    this.#over = true
    this.#grpc.emit('error', statusOf(error))
  }
}

function cancelReason(grpc: GrpcServerCall, connection: Connection | undefined): CofferError {
  const peer = grpc.getPeer()
  return connection === undefined || connection.lost
    ? new CofferError('peer-lost', `the connection from ${peer} was lost`)
    : new CofferError('call-canceled', `the caller at ${peer} canceled the call`)
}

/** Runs a handler over a call; returns when the handler is done, throws what it throws. */
export async function runHandler(
  method: Method,
  handler: Handler,
  call: ServerCall,
  context: CallContext,
): Promise<void> {
  switch (method.kind) {
    case 'unary': {
      const answer = await (handler as Unary<unknown, unknown>)(
        await request(method, call),
        context,
      )
      return call.messages.send(method.response.encode(answer))
    }
    case 'serverStream': {
      const answers = (handler as ServerStream<unknown, unknown>)(
        await request(method, call),
        context,
      )
      for await (const answer of answers) await call.messages.send(method.response.encode(answer))
      return undefined
    }
    case 'duplex':
      return (handler as Duplex<unknown, unknown>)(duplexCall(method, call), context)
    default:
      return method.kind satisfies never
  }
}

async function request(method: Method, call: ServerCall): Promise<unknown> {
  const bytes = await call.messages.receive()
  if (bytes !== undefined) return method.request.decode(bytes)
  throw new CofferError('protocol-violation', `a call of "${method.name}" came without a request`)
}

function duplexCall(method: Method, call: ServerCall): Call<unknown, unknown> {
  let ended = false
  const receive = async () => {
    if (ended) return undefined
    const bytes = (await call.messages.receive()) ?? call.giveUp()
    ended = bytes.length === END_MARK.bytes.length
    return ended ? undefined : method.request.decode(bytes)
  }
  return {
    send: async (message) => call.messages.send(method.response.encode(message)),
    receive,
    // The status ends our side; a handler that returns sends it.
    end: () => undefined,
    [Symbol.asyncIterator]: () => iterate(receive),
  }
}

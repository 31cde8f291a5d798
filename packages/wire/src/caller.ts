// The calls of a service as plain functions, made from a connection that comes when it is needed.
import { CofferError } from '@coffer/core'
import type { Call, CallOptions, UnaryOptions } from './call.ts'
import { END_MARK, type Method, methodsOf } from './codec.ts'
import { iterate } from './iterate.ts'
import { UNARY_TIMEOUT_MS } from './limits.ts'
import type { CallerStream, PeerConnection, StreamOptions } from './peer-connection.ts'

export type Connect = (signal: AbortSignal | undefined) => Promise<PeerConnection>

/** An object with a function for every method of the service. */
export function callsOf(service: string, connect: Connect): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    methodsOf(service).map((method) => [method.name, callOf(method, connect)]),
  )
}

function callOf(method: Method, connect: Connect): unknown {
  const begin = async (options: StreamOptions) => {
    throwIfAborted(options.signal)
    return (await connect(options.signal)).open(method, options)
  }
  switch (method.kind) {
    case 'unary':
      return (request: unknown, options: UnaryOptions = {}) =>
        unaryCall(method, begin, request, options)
    case 'serverStream':
      return (request: unknown, options: CallOptions = {}) => ({
        [Symbol.asyncIterator]: () => serverStreamCall(method, begin, request, options),
      })
    case 'duplex':
      return (options: CallOptions = {}) => duplexCall(method, begin(options))
    default:
      return method.kind satisfies never
  }
}

type Begin = (options: StreamOptions) => Promise<CallerStream>

async function unaryCall(
  method: Method,
  begin: Begin,
  request: unknown,
  options: UnaryOptions,
): Promise<unknown> {
  const bytes = method.request.encode(request)
  const timeoutMs = options.timeoutMs ?? UNARY_TIMEOUT_MS
  const call = await begin({ signal: options.signal, timeoutMs })
  await call.messages.send(bytes)
  call.messages.end()
  const answer = await received(method, call)
  const failure = await call.ended
  if (failure !== undefined) throw failure
  if (answer !== undefined) return answer
  throw new CofferError('protocol-violation', `a call of "${method.name}" ended without an answer`)
}

async function* serverStreamCall(
  method: Method,
  begin: Begin,
  request: unknown,
  options: CallOptions,
): AsyncGenerator<unknown, undefined> {
  const bytes = method.request.encode(request)
  const call = await begin(options)
  try {
    await call.messages.send(bytes)
    call.messages.end()
    for (let message = await received(method, call); message !== undefined; ) {
      yield message
      message = await received(method, call)
    }
  } finally {
    call.cancel()
  }
}

function duplexCall(method: Method, beginning: Promise<CallerStream>): Call<unknown, unknown> {
  // Whoever sends or receives learns of a failure; until then nobody listens.
  beginning.catch(() => undefined)
  const receive = async () => received(method, await beginning)
  let ended = false
  return {
    send: async (message) => {
      if (ended) throw new CofferError('internal-bug', 'a message was sent after the end')
      const bytes = method.request.encode(message)
      return (await beginning).messages.send(bytes)
    },
    receive,
    end: () => {
      if (ended) return
      ended = true
      void beginning.then(endSide).catch(() => undefined)
    },
    [Symbol.asyncIterator]: () => iterate(receive),
  }
}

async function endSide({ messages }: CallerStream): Promise<void> {
  await messages.send(END_MARK)
  messages.end()
}

/** The next message; undefined when the call ended well. */
async function received(method: Method, call: CallerStream): Promise<unknown> {
  const bytes = await call.messages.receive()
  if (bytes !== undefined) return decoded(method, call, bytes)
  const failure = await call.ended
  if (failure !== undefined) throw failure
  return undefined
}

function decoded(method: Method, call: CallerStream, bytes: Buffer): unknown {
  try {
    return method.response.decode(bytes)
  } catch (error) {
    call.cancel()
    throw error
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw abortError(signal)
}

/** What a call that its caller gave up fails with: the signal's reason when that is one of ours. */
export function abortError(signal: AbortSignal): CofferError {
  return signal.reason instanceof CofferError
    ? signal.reason
    : new CofferError('call-canceled', 'the call was canceled')
}

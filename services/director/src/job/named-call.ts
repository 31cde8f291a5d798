// A call whose failures say which daemon they came from: an error that a peer sends speaks of itself without its name.
import { CofferError, toCofferError } from '@coffer/core'
import type { Call } from '@coffer/wire'

/** The part of a call that a Job's session uses. */
export interface NamedCall<Out, In> {
  send(message: Out): Promise<void>
  receive(): Promise<In | undefined>
}

/** The same call; its errors name `peerName` where they did not. */
export function namedCall<Out, In>(call: Call<Out, In>, peerName: string): NamedCall<Out, In> {
  return {
    send: (message) => call.send(message).catch((error: unknown) => throwNamed(error, peerName)),
    receive: () => call.receive().catch((error: unknown) => throwNamed(error, peerName)),
  }
}

function throwNamed(thrown: unknown, peerName: string): never {
  const error = toCofferError(thrown)
  if (error.message.includes(peerName)) throw error
  throw new CofferError(error.code, `${peerName}: ${error.message}`, { cause: error })
}

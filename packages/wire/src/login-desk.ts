// The Auth service: lets a caller prove itself and gives it a token for its connection.
import { randomBytes } from 'node:crypto'
import { type Clock, CofferError } from '@coffer/core'
import type { Method } from './codec.ts'
import type { Connection } from './connections.ts'
import type { ScramMessage } from './gen/messages.ts'
import { LOGIN_TIMEOUT_MS } from './limits.ts'
import { LoginLimiter } from './login-limiter.ts'
import type { ScramExchange } from './scram-client.ts'
import { SERVER_ITERATIONS, type ScramVerdict, verifyCaller } from './scram-server.ts'
import type { Refusal, ServeOptions } from './serve.ts'
import type { ServerCall } from './server-call.ts'

export interface LoginDeskOptions {
  readonly secretFor: ServeOptions['secretFor']
  readonly onRefused: (refusal: Refusal) => void
  readonly clock: Clock
  /** tls-server-end-point data of our certificate. */
  readonly endPoint: Uint8Array
}

// The same for every reason: a guess learns nothing from it.
const REFUSED = 'the other end does not accept our name or Password'

export class LoginDesk {
  readonly #options: LoginDeskOptions
  readonly #limiter: LoginLimiter
  readonly #saltKey = randomBytes(32)

  constructor(options: LoginDeskOptions) {
    this.#options = options
    this.#limiter = new LoginLimiter(options.clock)
  }

  /** @throws CofferError peer-refused, certificate-refused, peer-busy */
  async serve(method: Method, call: ServerCall, connection: Connection): Promise<void> {
    if (connection.certificateProblem !== undefined) {
      const reason = `its certificate: ${connection.certificateProblem}`
      this.#options.onRefused({ address: connection.address, reason })
      throw new CofferError('certificate-refused', `our certificate is refused: ${reason}`)
    }
    if (!this.#limiter.begin(connection.ip)) {
      this.#options.onRefused({ address: connection.address, reason: 'too many logins' })
      throw new CofferError('peer-busy', 'too many logins from our address')
    }
    let succeeded = false
    try {
      const verdict = await this.#verify(method, call)
      succeeded = verdict.identity !== undefined
      if (verdict.identity !== undefined) {
        const token = connection.grant(verdict.identity)
        await call.messages.send(method.response.encode({ text: verdict.final, token }))
        return
      }
      const { claimed, reason } = verdict
      this.#options.onRefused({ address: connection.address, identity: claimed, reason })
    } finally {
      const waitMs = this.#limiter.finish(connection.ip, succeeded)
      if (waitMs > 0) await this.#wait(waitMs, call.signal)
    }
    throw new CofferError('peer-refused', REFUSED)
  }

  async #verify(method: Method, call: ServerCall): Promise<ScramVerdict> {
    const cancel = this.#options.clock.after(LOGIN_TIMEOUT_MS, () => {
      call.abort(new CofferError('call-timeout', 'the login took too long'))
    })
    try {
      return await verifyCaller(exchangeOver(method, call), {
        secretFor: this.#options.secretFor,
        binding: { kind: 'tls-server-end-point', data: this.#options.endPoint },
        saltKey: this.#saltKey,
        iterations: SERVER_ITERATIONS,
      })
    } finally {
      cancel()
    }
  }

  #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(waitMs, resolve)
      const stop = () => {
        cancel()
        resolve()
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
  }
}

function exchangeOver(method: Method, call: ServerCall): ScramExchange {
  return {
    send: (text) => call.messages.send(method.response.encode({ text })),
    receive: async () => {
      const bytes = await call.messages.receive()
      return bytes === undefined ? undefined : (method.request.decode(bytes) as ScramMessage).text
    },
  }
}

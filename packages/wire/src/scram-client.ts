// The caller's side of an authentication: proves that we know the secret, and has the server prove it too.
import { randomBytes } from 'node:crypto'
import type { Secret } from '@coffer/core'
import {
  authMessage,
  type ChannelBinding,
  clientFinal,
  clientFinalBare,
  clientFirstBare,
  clientProof,
  gs2Header,
  isServerFinal,
  parseServerFirst,
  scramKeys,
} from './scram.ts'

/** The four texts of an exchange, from one end. */
export interface ScramExchange {
  send(text: string): Promise<void>
  /** The far end's next text; undefined when it ended. */
  receive(): Promise<string | undefined>
}

export interface ScramClaim {
  /** "director:bareos-dir" */
  readonly name: string
  readonly secret: Secret
  /** tls-server-end-point data of the server; asked for when the connection stands. */
  readonly endPoint: () => Uint8Array
}

/** Undefined when both sides proved themselves; otherwise what was wrong with the server. */
export async function proveIdentity(
  exchange: ScramExchange,
  claim: ScramClaim,
): Promise<string | undefined> {
  const nonce = randomBytes(24).toString('base64url')
  const firstBare = clientFirstBare(claim.name, nonce)
  await exchange.send(`${gs2Header('tls-server-end-point')}${firstBare}`)

  const first = (await exchange.receive()) ?? ''
  const offer = parseServerFirst(first, nonce)
  if (offer === undefined) return 'it does not keep to the rules of authentication'
  const keys = await scramKeys(claim.secret.reveal(), offer.salt, offer.iterations)
  const binding: ChannelBinding = { kind: 'tls-server-end-point', data: claim.endPoint() }
  const finalBare = clientFinalBare(binding, offer.nonce)
  const message = authMessage(firstBare, first, finalBare)
  await exchange.send(clientFinal({ bare: finalBare, proof: clientProof(keys, message) }))

  const final = (await exchange.receive()) ?? ''
  return isServerFinal(keys, message, final) ? undefined : 'it does not know the Password'
}

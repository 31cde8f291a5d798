// The server's side of an authentication. A name that is not known goes through the same steps, in the same time, with
// a salt that stays the same, and ends like a wrong password.
import { createHmac, randomBytes } from 'node:crypto'
import type { Secret } from '@coffer/core'
import type { PeerKind } from './call.ts'
import { isPeerKind } from './permissions.ts'
import {
  authMessage,
  type ChannelBinding,
  clientFinalBare,
  equalTexts,
  gs2Header,
  isClientProof,
  MAX_TEXT_BYTES,
  parseClientFinal,
  parseClientFirst,
  scramKeys,
  serverFinal,
  serverFirst,
} from './scram.ts'
import type { ScramExchange } from './scram-client.ts'

/** Secrets are random or hashed already; this is what a guess costs the one who steals an exchange. */
export const SERVER_ITERATIONS = 10_000

export interface ScramVerifier {
  readonly secretFor: (identity: {
    readonly kind: string
    readonly name: string
  }) => Secret | undefined
  readonly binding: ChannelBinding
  /** Random, the same for the life of the server: salts are made from it. */
  readonly saltKey: Uint8Array
  readonly iterations: number
}

export interface ProvenIdentity {
  readonly kind: PeerKind
  readonly name: string
  readonly secret: Secret
}

export type ScramVerdict =
  | { readonly identity: ProvenIdentity; readonly final: string }
  /** `claimed` as the caller wrote it; undefined when it did not come so far. */
  | { readonly identity?: undefined; readonly claimed: string | undefined; readonly reason: string }

/** Runs the exchange up to, not including, the server's last text: `final`, to be sent with the token. */
export async function verifyCaller(
  exchange: ScramExchange,
  verifier: ScramVerifier,
): Promise<ScramVerdict> {
  const clientFirst = parseClientFirst(bounded(await exchange.receive()))
  if (clientFirst === undefined) {
    return { claimed: undefined, reason: 'the first message is malformed' }
  }
  const claimed = clientFirst.name
  if (clientFirst.header !== gs2Header(verifier.binding.kind)) {
    return { claimed, reason: 'it does not bind itself to the certificate' }
  }
  const known = lookUp(claimed, verifier)
  const salt = hmac(verifier.saltKey, `salt ${claimed}`).subarray(0, 16)
  const password = known?.secret.reveal() ?? hmac(verifier.saltKey, 'nobody').toString('hex')
  const keys = await scramKeys(password, salt, verifier.iterations)

  const nonce = clientFirst.nonce + randomBytes(24).toString('base64url')
  const first = serverFirst({ nonce, salt, iterations: verifier.iterations })
  await exchange.send(first)

  const clientFinal = parseClientFinal(bounded(await exchange.receive()))
  if (clientFinal === undefined) return { claimed, reason: 'the last message is malformed' }
  const expected = clientFinalBare(verifier.binding, nonce)
  const message = authMessage(clientFirst.bare, first, expected)
  const bound = equalTexts(clientFinal.bare, expected)
  const proved = isClientProof(keys, message, clientFinal.proof)
  if (!bound) return { claimed, reason: 'it saw another certificate: something stands between' }
  if (known === undefined) return { claimed, reason: 'the name is not known' }
  if (!proved) return { claimed, reason: 'the Password is not the same' }
  return { identity: known, final: serverFinal(keys, message) }
}

function lookUp(claimed: string, verifier: ScramVerifier): ProvenIdentity | undefined {
  const colon = claimed.indexOf(':')
  const kind = claimed.slice(0, Math.max(0, colon))
  const name = claimed.slice(colon + 1)
  if (!isPeerKind(kind)) return undefined
  const secret = verifier.secretFor({ kind, name })
  return secret === undefined ? undefined : { kind, name, secret }
}

function bounded(text: string | undefined): string {
  return text !== undefined && text.length <= MAX_TEXT_BYTES ? text : ''
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}

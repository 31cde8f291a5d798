// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): texts and computations of both ends, and nothing else. Who
// sends what when stands in scram-client.ts and scram-server.ts.
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** What ties the exchange to the connection below it; `none` is plain SCRAM-SHA-256. */
export type ChannelBinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'tls-server-end-point'; readonly data: Uint8Array }

export const MIN_ITERATIONS = 4096
/** A server that asks for more wants to keep us busy. */
export const MAX_ITERATIONS = 200_000
/** No message of the exchange is longer, in UTF-8 bytes. */
export const MAX_TEXT_BYTES = 2048
const MAX_NAME_LENGTH = 256
const MIN_SALT_BYTES = 8
const MAX_SALT_BYTES = 64
const NONCE = /^[\x21-\x2b\x2d-\x7e]{16,256}$/
const BASE64 = '[A-Za-z0-9+/]{1,256}={0,2}'

const derive = promisify(pbkdf2)

/** Keys that come of a password; the server needs no more than StoredKey and ServerKey. */
export interface ScramKeys {
  readonly clientKey: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

export async function scramKeys(
  password: string,
  salt: Uint8Array,
  iterations: number,
): Promise<ScramKeys> {
  const salted = await derive(password, salt, iterations, 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  return { clientKey, storedKey: sha256(clientKey), serverKey: hmac(salted, 'Server Key') }
}

/** Whether a name may stand in an exchange: 1 to 256 characters, no control characters, no lone surrogates. */
export function isScramName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= MAX_NAME_LENGTH &&
    !/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u.test(name) &&
    name.isWellFormed()
  )
}

export function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}

/** Undefined when an escape is malformed. */
export function unescapeName(text: string): string | undefined {
  if (/=(?!2C|3D)/.test(text)) return undefined
  return text.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

/** "n,," without binding, "p=tls-server-end-point,," with it. */
export function gs2Header(kind: ChannelBinding['kind']): string {
  return kind === 'none' ? 'n,,' : `p=${kind},,`
}

/** client-first-message-bare. */
export function clientFirstBare(name: string, nonce: string): string {
  return `n=${escapeName(name)},r=${nonce}`
}

export interface ClientFirst {
  readonly header: string
  readonly bare: string
  readonly name: string
  readonly nonce: string
}

/** Undefined for anything that is not a client-first-message without authzid and extensions. */
export function parseClientFirst(text: string): ClientFirst | undefined {
  const match = /^((?:n|y|p=[\w.-]+),,)(n=([^,]*),r=([^,]*))$/u.exec(text)
  const [, header = '', bare = '', escaped = '', nonce = ''] = match ?? []
  const name = unescapeName(escaped)
  if (match === null || name === undefined || !isScramName(name) || !NONCE.test(nonce)) {
    return undefined
  }
  return { header, bare, name, nonce }
}

export interface ServerFirst {
  readonly nonce: string
  readonly salt: Buffer
  readonly iterations: number
}

export function serverFirst(parts: ServerFirst): string {
  return `r=${parts.nonce},s=${parts.salt.toString('base64')},i=${parts.iterations}`
}

/** Undefined when it is malformed, does not carry on the client's nonce, or asks for too few or too many iterations. */
export function parseServerFirst(text: string, clientNonce: string): ServerFirst | undefined {
  const match = new RegExp(`^r=([^,]*),s=(${BASE64}),i=([1-9]\\d{0,8})$`).exec(text)
  const [, nonce = '', salt64 = '', iterationsText = ''] = match ?? []
  const iterations = Number(iterationsText)
  const salt = Buffer.from(salt64, 'base64')
  const continues =
    NONCE.test(nonce) && nonce.length > clientNonce.length && nonce.startsWith(clientNonce)
  const good =
    isWithin(salt.length, MIN_SALT_BYTES, MAX_SALT_BYTES) &&
    isWithin(iterations, MIN_ITERATIONS, MAX_ITERATIONS)
  return match !== null && continues && good ? { nonce, salt, iterations } : undefined
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}

/** client-final-message-without-proof: binding data and the joined nonce. */
export function clientFinalBare(binding: ChannelBinding, nonce: string): string {
  const header = Buffer.from(gs2Header(binding.kind), 'latin1')
  const data = binding.kind === 'none' ? Buffer.alloc(0) : binding.data
  return `c=${Buffer.concat([header, data]).toString('base64')},r=${nonce}`
}

export interface ClientFinal {
  readonly bare: string
  readonly proof: Buffer
}

export function clientFinal(parts: ClientFinal): string {
  return `${parts.bare},p=${parts.proof.toString('base64')}`
}

/** Undefined when it is malformed. The `bare` part is for comparison with the one that the server expects. */
export function parseClientFinal(text: string): ClientFinal | undefined {
  const match = new RegExp(`^(c=${BASE64},r=[^,]*),p=(${BASE64})$`).exec(text)
  const proof = Buffer.from(match?.[2] ?? '', 'base64')
  return match === null || proof.length !== 32 ? undefined : { bare: match[1] ?? '', proof }
}

/** AuthMessage: all that was said, for signing. */
export function authMessage(firstBare: string, first: string, finalBare: string): string {
  return `${firstBare},${first},${finalBare}`
}

export function clientProof(keys: ScramKeys, message: string): Buffer {
  const signature = hmac(keys.storedKey, message)
  return xor(keys.clientKey, signature)
}

/** Whether the proof shows knowledge of the ClientKey behind `storedKey`; in constant time. */
export function isClientProof(
  keys: Pick<ScramKeys, 'storedKey'>,
  message: string,
  proof: Uint8Array,
): boolean {
  const clientKey = xor(proof, hmac(keys.storedKey, message))
  return timingSafeEqual(sha256(clientKey), keys.storedKey)
}

/** server-final-message: proves that the server knows the password too. */
export function serverFinal(keys: Pick<ScramKeys, 'serverKey'>, message: string): string {
  return `v=${hmac(keys.serverKey, message).toString('base64')}`
}

/** Whether a server-final-message is the one expected; in constant time. */
export function isServerFinal(
  keys: Pick<ScramKeys, 'serverKey'>,
  message: string,
  text: string,
): boolean {
  return equalTexts(text, serverFinal(keys, message))
}

/** Compares in a time that tells nothing about where the two differ. */
export function equalTexts(a: string, b: string): boolean {
  return timingSafeEqual(sha256(Buffer.from(a)), sha256(Buffer.from(b)))
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}

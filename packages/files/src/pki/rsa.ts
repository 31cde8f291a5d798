// RSA as records use it: keys wrapped for a certificate, digests signed with a key pair.
import {
  constants,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { type DigestName, DER_TAG, der } from '@coffer/core'
import { WRAPPING } from './session-data.ts'
import { digestIdentifier } from './signature-data.ts'

const { RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_NO_PADDING } = constants
const OAEP = { padding: RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const

export function wrapKey(key: Buffer, wrapping: string, publicKey: KeyObject): Buffer {
  if (wrapping === WRAPPING.rsaOaep) return publicEncrypt({ key: publicKey, ...OAEP }, key)
  return publicEncrypt({ key: publicKey, padding: RSA_PKCS1_PADDING }, key)
}

/** Undefined when it was not wrapped for this key. */
export function unwrapKey(
  wrapped: Buffer,
  wrapping: string,
  privateKey: KeyObject,
): Buffer | undefined {
  try {
    if (wrapping === WRAPPING.rsaOaep) return privateDecrypt({ key: privateKey, ...OAEP }, wrapped)
    // OpenSSL takes this padding off only where it hides whether it was right, and node 20 not at all. What that guards
    // against, somebody who asks again and again, is not here: a restore tells only its operator.
    return unpad(privateDecrypt({ key: privateKey, padding: RSA_NO_PADDING }, wrapped))
  } catch {
    return undefined
  }
}

/** Of RSAES-PKCS1-v1_5 (RFC 8017, 7.2.2): 0, 2, at least eight bytes that are not 0, 0, the message. */
function unpad(message: Buffer): Buffer | undefined {
  const end = message.indexOf(0, 2)
  const isPadded = message[0] === 0 && message[1] === 2 && end >= 10
  return isPadded ? message.subarray(end + 1) : undefined
}

/** RSASSA-PKCS1-v1_5 over a digest that is at hand: the content need not be hashed again. */
export function signDigest(name: DigestName, value: Buffer, privateKey: KeyObject): Buffer {
  return privateEncrypt({ key: privateKey, padding: RSA_PKCS1_PADDING }, digestInfo(name, value))
}

export function isSignatureOf(
  signature: Buffer,
  { name, value }: { readonly name: DigestName; readonly value: Buffer },
  publicKey: KeyObject,
): boolean {
  try {
    const signed = publicDecrypt({ key: publicKey, padding: RSA_PKCS1_PADDING }, signature)
    return signed.equals(digestInfo(name, value))
  } catch {
    return false
  }
}

/** RFC 8017, 9.2. */
function digestInfo(name: DigestName, value: Buffer): Buffer {
  const algorithm = der(DER_TAG.sequence, digestIdentifier(name), der(0x05))
  return der(DER_TAG.sequence, algorithm, der(DER_TAG.octetString, value))
}

// The record that signs the content of one file.
//
// DER. Source: records of Bareos. The signature is RSASSA-PKCS1-v1_5 over the digest of the plain content.
//
//   SEQUENCE { INTEGER 0, SET OF signer }
//   signer: SEQUENCE { INTEGER 0, OCTET STRING key identifier, OBJECT IDENTIFIER digest, OBJECT IDENTIFIER digest,
//                      OCTET STRING signature }
import {
  type DigestName,
  DER_TAG,
  der,
  derObjectIdentifier,
  derUnsigned,
  type DerValue,
  readObjectIdentifier,
} from '@coffer/core'
import { fieldsOf, soleValue, valuesOf } from './session-data.ts'

export interface FileSignature {
  readonly keyId: Buffer
  /** Undefined for a digest that is not known here. */
  readonly digest: DigestName | undefined
  readonly signature: Buffer
}

const VERSION = derUnsigned(Buffer.from([0]))
const DIGESTS: ReadonlyMap<string, DigestName> = new Map([
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.3.14.3.2.26', 'SHA1'],
  ['2.16.840.1.101.3.4.2.1', 'SHA256'],
  ['2.16.840.1.101.3.4.2.3', 'SHA512'],
])

/** Object identifier of a digest that can be signed. */
export function digestIdentifier(name: DigestName): Buffer {
  for (const [identifier, known] of DIGESTS) {
    if (known === name) return derObjectIdentifier(identifier)
  }
  throw new Error(`${name} cannot be signed`)
}

/** A record with one signer. */
export function encodeSignature(
  signature: FileSignature & { readonly digest: DigestName },
): Buffer {
  const digest = digestIdentifier(signature.digest)
  const signer = der(
    DER_TAG.sequence,
    VERSION,
    der(DER_TAG.octetString, signature.keyId),
    digest,
    digest,
    der(DER_TAG.octetString, signature.signature),
  )
  return der(DER_TAG.sequence, VERSION, der(DER_TAG.set, signer))
}

/** The buffers are views into `bytes`. Throws `payload-damaged`. */
export function decodeSignatures(bytes: Uint8Array): readonly FileSignature[] {
  const [, signers] = fieldsOf(soleValue(bytes), [DER_TAG.integer, DER_TAG.set])
  return valuesOf(signers).map(decodeSigner)
}

function decodeSigner(value: DerValue): FileSignature {
  const [, keyId, digest, , signature] = fieldsOf(value, [
    DER_TAG.integer,
    DER_TAG.octetString,
    DER_TAG.objectIdentifier,
    DER_TAG.objectIdentifier,
    DER_TAG.octetString,
  ])
  return { keyId, digest: DIGESTS.get(readObjectIdentifier(digest)), signature }
}

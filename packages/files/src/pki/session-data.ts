// The record that says how one file is encrypted: cipher, start value, and the key once for each who may read it.
//
// DER. Source: records of Bareos.
//
//   SEQUENCE { INTEGER 0, OBJECT IDENTIFIER cipher, OCTET STRING start value, SET OF recipient }
//   recipient: SEQUENCE { INTEGER 0, OCTET STRING key identifier, OBJECT IDENTIFIER wrapping, OCTET STRING wrapped key }
import {
  CofferError,
  DER_TAG,
  der,
  derObjectIdentifier,
  derUnsigned,
  type DerValue,
  readDer,
  readObjectIdentifier,
} from '@coffer/core'

/** How the key of the data is wrapped with a public key. */
export const WRAPPING = {
  /** RSAES-PKCS1-v1_5: what Bareos writes. */
  rsa: '1.2.840.113549.1.1.1',
  /** RSAES-OAEP with SHA-256 for both hashes: what goes with our own cipher. */
  rsaOaep: '1.2.840.113549.1.1.7',
} as const

interface Recipient {
  /** Subject key identifier of a certificate. */
  readonly keyId: Buffer
  readonly wrapping: string
  readonly wrappedKey: Buffer
}

export interface SessionData {
  readonly cipher: string
  readonly iv: Buffer
  readonly recipients: readonly Recipient[]
}

const VERSION = derUnsigned(Buffer.from([0]))

export function encodeSessionData({ cipher, iv, recipients }: SessionData): Buffer {
  return der(
    DER_TAG.sequence,
    VERSION,
    derObjectIdentifier(cipher),
    der(DER_TAG.octetString, iv),
    der(DER_TAG.set, ...recipients.map(encodeRecipient)),
  )
}

function encodeRecipient({ keyId, wrapping, wrappedKey }: Recipient): Buffer {
  return der(
    DER_TAG.sequence,
    VERSION,
    der(DER_TAG.octetString, keyId),
    derObjectIdentifier(wrapping),
    der(DER_TAG.octetString, wrappedKey),
  )
}

/** The buffers are views into `bytes`. Throws `payload-damaged`. */
export function decodeSessionData(bytes: Uint8Array): SessionData {
  const [, cipher, iv, recipients] = fieldsOf(soleValue(bytes), [
    DER_TAG.integer,
    DER_TAG.objectIdentifier,
    DER_TAG.octetString,
    DER_TAG.set,
  ])
  return {
    cipher: readObjectIdentifier(cipher),
    iv,
    recipients: valuesOf(recipients).map(decodeRecipient),
  }
}

function decodeRecipient(value: DerValue): Recipient {
  const [, keyId, wrapping, wrappedKey] = fieldsOf(value, [
    DER_TAG.integer,
    DER_TAG.octetString,
    DER_TAG.objectIdentifier,
    DER_TAG.octetString,
  ])
  return { keyId, wrapping: readObjectIdentifier(wrapping), wrappedKey }
}

/** The one value that `bytes` are. Throws `payload-damaged`. */
export function soleValue(bytes: Uint8Array): DerValue {
  const [value, ...more] = readDer(bytes) ?? []
  if (value === undefined || more.length > 0) throw damaged()
  return value
}

/** Throws `payload-damaged`. */
export function valuesOf(content: Uint8Array): readonly DerValue[] {
  const values = readDer(content)
  if (values === undefined) throw damaged()
  return values
}

type Contents<Tags extends readonly number[]> = { readonly [I in keyof Tags]: Buffer }

/** The contents of a SEQUENCE that begins with values of these tags. Throws `payload-damaged`. */
export function fieldsOf<const Tags extends readonly number[]>(
  value: DerValue,
  tags: Tags,
): Contents<Tags> {
  const values = value.tag === DER_TAG.sequence ? valuesOf(value.content) : []
  if (!tags.every((tag, index) => values[index]?.tag === tag)) throw damaged()
  return values.map(({ content }) => content) as unknown as Contents<Tags>
}

function damaged(): CofferError {
  return new CofferError('payload-damaged', 'the record of its keys or signatures cannot be read')
}

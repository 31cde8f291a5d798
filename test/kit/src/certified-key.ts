// RSA keys with a certificate, as openssl makes them, for tests of encryption and signatures.
import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import {
  contextTag,
  DER_TAG,
  der,
  derBitString,
  derObjectIdentifier,
  derTime,
  derUnsigned,
} from '@coffer/core'

export interface CertifiedKey {
  readonly keyPem: string
  readonly certificatePem: string
  /** Both in one text, as PKI Key Pair wants it. */
  readonly pairPem: string
}

const SHA256_WITH_RSA = der(
  DER_TAG.sequence,
  derObjectIdentifier('1.2.840.113549.1.1.11'),
  der(0x05),
)
const VALID_FROM_MS = Date.UTC(2025, 0, 1)
const VALID_TO_MS = Date.UTC(2049, 0, 1)

/** `identifier`: whether the certificate carries a subject key identifier; openssl's do. */
export function makeCertifiedKey(name: string, identifier = true): CertifiedKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const attribute = [derObjectIdentifier('2.5.4.3'), der(DER_TAG.utf8String, Buffer.from(name))]
  const subject = der(DER_TAG.sequence, der(DER_TAG.set, der(DER_TAG.sequence, ...attribute)))
  const validity = der(DER_TAG.sequence, derTime(VALID_FROM_MS), derTime(VALID_TO_MS))
  const body = der(
    DER_TAG.sequence,
    der(contextTag(0, 'constructed'), derUnsigned(Buffer.from([2]))),
    derUnsigned(Buffer.from([1])),
    SHA256_WITH_RSA,
    subject,
    validity,
    subject,
    spki,
    ...(identifier ? [identifierExtension(spki)] : []),
  )
  const signature = derBitString(sign('sha256', body, privateKey))
  const certificate = new X509Certificate(der(DER_TAG.sequence, body, SHA256_WITH_RSA, signature))
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const certificatePem = certificate.toString()
  return { keyPem, certificatePem, pairPem: keyPem + certificatePem }
}

/** Not the usual hash of the key: a reader that computes it instead of reading it is found out. */
function identifierExtension(spki: Buffer): Buffer {
  const id = createHash('sha1').update('identifier').update(spki).digest()
  const value = der(DER_TAG.octetString, der(DER_TAG.octetString, id))
  const extension = der(DER_TAG.sequence, derObjectIdentifier('2.5.29.14'), value)
  return der(contextTag(3, 'constructed'), der(DER_TAG.sequence, extension))
}

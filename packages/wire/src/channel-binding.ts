// tls-server-end-point (RFC 5929, section 4): what ties an authentication to the certificate of the TLS server.
import { createHash, X509Certificate } from 'node:crypto'
import { DER_TAG, readDer, readObjectIdentifier } from '@coffer/core'

type HashName = 'sha224' | 'sha256' | 'sha384' | 'sha512'

// Signature algorithms by the hash they use. MD5 and SHA-1 count as SHA-256 (the RFC says so), and so does what is not
// listed: schemes without a hash of their own (Ed25519), for which the RFC leaves the binding open.
const HASH_OF_SIGNATURE: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.113549.1.1.14', 'sha224'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.1', 'sha224'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])
const HASH_OF_OID: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
const RSA_PSS = '1.2.840.113549.1.1.10'

/** The channel binding data of a server certificate (DER). */
export function serverEndPoint(certificate: Uint8Array): Buffer {
  return createHash(signatureHash(certificate)).update(certificate).digest()
}

/** Hex SHA-256 of a certificate (DER), as fingerprints are written, without colons. */
export function certificateSha256(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex')
}

/** DER of the first certificate of a PEM text. @throws Error when there is none */
export function firstCertificate(pem: string): Buffer {
  return new X509Certificate(pem).raw
}

function signatureHash(certificate: Uint8Array): HashName {
  const algorithm = signatureAlgorithm(certificate)
  const oid = algorithm?.find((value) => value.tag === DER_TAG.objectIdentifier)
  if (oid === undefined) return 'sha256'
  const name = readObjectIdentifier(oid.content)
  if (name === RSA_PSS) return pssHash(algorithm?.[1]?.content)
  return HASH_OF_SIGNATURE.get(name) ?? 'sha256'
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, parameters }, signature } */
function signatureAlgorithm(certificate: Uint8Array) {
  const outer = readDer(certificate)?.[0]
  const algorithm = outer && readDer(outer.content)?.[1]
  return algorithm && readDer(algorithm.content)
}

/** RSASSA-PSS-params ::= SEQUENCE { [0] { SEQUENCE { hash OID, … } }, … }; the default is SHA-1. */
function pssHash(parameters: Uint8Array | undefined): HashName {
  const tagged = parameters && readDer(parameters)?.find((value) => value.tag === 0xa0)
  const algorithm = tagged && readDer(tagged.content)?.[0]
  const oid = algorithm && readDer(algorithm.content)?.[0]
  return (oid && HASH_OF_OID.get(readObjectIdentifier(oid.content))) ?? 'sha256'
}

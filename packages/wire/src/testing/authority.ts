// A certificate authority for tests: signs server and client certificates, so that nothing in the repository expires.
import {
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import {
  contextTag,
  DER_TAG,
  der,
  derBitString,
  derObjectIdentifier,
  derTime,
  derUnsigned,
  systemClock,
} from '@coffer/core'

interface Signed {
  readonly certificatePem: string
  readonly keyPem: string
}

export interface Authority {
  readonly caPem: string
  /** A certificate with this common name, for this host name. */
  issue(commonName: string, host: string): Signed
}

const HOUR_MS = 3_600_000
const ECDSA_SHA256 = der(DER_TAG.sequence, derObjectIdentifier('1.2.840.10045.4.3.2'))
const TRUE = der(DER_TAG.boolean, Buffer.from([0xff]))

export function makeAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = nameOf(name)
  const basicConstraints = extension('2.5.29.19', der(DER_TAG.sequence, TRUE))
  const certificate = (subject: Buffer, key: KeyObject, last: Buffer) => {
    const body = der(
      DER_TAG.sequence,
      der(contextTag(0, 'constructed'), derUnsigned(Buffer.from([2]))),
      derUnsigned(randomBytes(8)),
      ECDSA_SHA256,
      issuer,
      validity(),
      subject,
      key.export({ type: 'spki', format: 'der' }),
      der(contextTag(3, 'constructed'), der(DER_TAG.sequence, last)),
    )
    const signature = derBitString(sign('sha256', body, keys.privateKey))
    return new X509Certificate(der(DER_TAG.sequence, body, ECDSA_SHA256, signature)).toString()
  }
  return {
    caPem: certificate(issuer, keys.publicKey, basicConstraints),
    issue: (commonName, host) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const dnsName = der(contextTag(2, 'primitive'), Buffer.from(host))
      const alternative = extension('2.5.29.17', der(DER_TAG.sequence, dnsName))
      return {
        certificatePem: certificate(nameOf(commonName), own.publicKey, alternative),
        keyPem: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

function nameOf(commonName: string): Buffer {
  const text = der(DER_TAG.utf8String, Buffer.from(commonName))
  const attribute = der(DER_TAG.sequence, derObjectIdentifier('2.5.4.3'), text)
  return der(DER_TAG.sequence, der(DER_TAG.set, attribute))
}

function validity(): Buffer {
  const nowMs = systemClock.nowMs()
  return der(DER_TAG.sequence, derTime(nowMs - HOUR_MS), derTime(nowMs + HOUR_MS))
}

function extension(oid: string, value: Uint8Array): Buffer {
  return der(DER_TAG.sequence, derObjectIdentifier(oid), der(DER_TAG.octetString, value))
}

// The certificate that a daemon without a configured one makes for itself and keeps in its working directory.
import { createPrivateKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type Clock,
  CofferError,
  contextTag,
  DER_TAG,
  der,
  derBitString,
  derObjectIdentifier,
  derTime,
  derUnsigned,
  systemClock,
} from '@coffer/core'
import type { ServerTls } from './tls-options.ts'

const DAY_MS = 86_400_000
const VALID_DAYS = 3650
const RENEW_DAYS = 30
// The clocks of two hosts may differ.
const BACKDATE_DAYS = 2
// RFC 5280, ub-common-name.
const MAX_COMMON_NAME = 64

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

/**
 * The self-signed certificate of this daemon: EC P-256, ten years. Kept with its key in
 * `<workingDirectory>/<name>.tls.pem`, mode 0600; made anew when that file is missing, cannot be used, expires within
 * 30 days or was readable by others.
 * @throws CofferError tls-unusable when the file cannot be written
 */
export async function makeSelfSigned(
  workingDirectory: string,
  name: string,
  clock: Clock = systemClock,
): Promise<ServerTls> {
  const path = join(workingDirectory, `${name.replace(/[^\w.-]/g, '_')}.tls.pem`)
  const kept = await readKept(path, clock.nowMs())
  if (kept !== undefined) return kept
  const made = await generate(name, clock.nowMs())
  try {
    await mkdir(workingDirectory, { recursive: true, mode: 0o750 })
    await writeWhole(path, made.keyPem + made.certificatePem)
  } catch (error) {
    throw new CofferError('tls-unusable', `cannot keep the certificate in "${path}"`, {
      cause: error,
    })
  }
  return made
}

async function readKept(path: string, nowMs: number): Promise<ServerTls | undefined> {
  try {
    if (((await stat(path)).mode & 0o077) !== 0) return undefined
    const pem = await readFile(path, 'utf8')
    const certificate = new X509Certificate(pem)
    const key = createPrivateKey(pem)
    const goodUntilMs = Date.parse(certificate.validTo) - RENEW_DAYS * DAY_MS
    const good =
      certificate.checkPrivateKey(key) &&
      nowMs < goodUntilMs &&
      nowMs >= Date.parse(certificate.validFrom)
    if (!good) return undefined
    return {
      certificatePem: certificate.toString(),
      keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  } catch {
    // Whatever is wrong with the old one, a new one is right.
    return undefined
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function generate(name: string, nowMs: number): Promise<ServerTls> {
  const pair = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' })
  const body = certificateBody({ name, nowMs, publicKey, serial: serialNumber() })
  const algorithm = der(DER_TAG.sequence, derObjectIdentifier(OID.ecdsaWithSha256))
  const signature = derBitString(sign('sha256', body, pair.privateKey))
  const certificate = new X509Certificate(der(DER_TAG.sequence, body, algorithm, signature))
  return {
    certificatePem: certificate.toString(),
    keyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** Positive and 16 bytes long (RFC 5280 allows 20). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

interface CertificateFacts {
  readonly name: string
  readonly nowMs: number
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly serial: Uint8Array
}

/** TBSCertificate of RFC 5280, version 3, issuer and subject alike. */
function certificateBody(facts: CertificateFacts): Buffer {
  const subject = commonNameOnly(facts.name)
  return der(
    DER_TAG.sequence,
    der(contextTag(0, 'constructed'), derUnsigned(Buffer.from([2]))),
    derUnsigned(facts.serial),
    der(DER_TAG.sequence, derObjectIdentifier(OID.ecdsaWithSha256)),
    subject,
    der(
      DER_TAG.sequence,
      derTime(facts.nowMs - BACKDATE_DAYS * DAY_MS),
      derTime(facts.nowMs + VALID_DAYS * DAY_MS),
    ),
    subject,
    facts.publicKey,
    der(contextTag(3, 'constructed'), der(DER_TAG.sequence, ...extensions())),
  )
}

function commonNameOnly(name: string): Buffer {
  const text = der(DER_TAG.utf8String, Buffer.from(name.slice(0, MAX_COMMON_NAME).toWellFormed()))
  const attribute = der(DER_TAG.sequence, derObjectIdentifier(OID.commonName), text)
  return der(DER_TAG.sequence, der(DER_TAG.set, attribute))
}

function extensions(): Buffer[] {
  const digitalSignature = der(DER_TAG.bitString, Buffer.from([7, 0x80]))
  const purposes = [OID.serverAuth, OID.clientAuth].map(derObjectIdentifier)
  return [
    criticalExtension(OID.basicConstraints, der(DER_TAG.sequence)),
    criticalExtension(OID.keyUsage, digitalSignature),
    extension(OID.extendedKeyUsage, der(DER_TAG.sequence, ...purposes)),
  ]
}

function extension(oid: string, value: Uint8Array): Buffer {
  return der(DER_TAG.sequence, derObjectIdentifier(oid), der(DER_TAG.octetString, value))
}

function criticalExtension(oid: string, value: Uint8Array): Buffer {
  return der(
    DER_TAG.sequence,
    derObjectIdentifier(oid),
    der(DER_TAG.boolean, Buffer.from([0xff])),
    der(DER_TAG.octetString, value),
  )
}

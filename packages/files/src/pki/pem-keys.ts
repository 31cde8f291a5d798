// RSA certificates and private keys out of PEM text, each with the identifier by which records name it.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import {
  CofferError,
  contextTag,
  DER_TAG,
  type DerValue,
  messageOf,
  readDer,
  readObjectIdentifier,
} from '@coffer/core'

export interface PkiKey {
  /** Subject key identifier of its certificate. */
  readonly id: Buffer
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject | undefined
  readonly hasCertificate: boolean
}

/** Text of a PEM file and the name under which errors speak of it. */
export interface PemSource {
  readonly name: string
  readonly text: string
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/gu
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'

/** Everything that a PEM file holds; a key and its certificate are one entry. Throws `pki-unusable`. */
export function readPemKeys({ name, text }: PemSource): readonly PkiKey[] {
  const certificates: X509Certificate[] = []
  const privates: KeyObject[] = []
  try {
    for (const [block, kind] of text.matchAll(BLOCK)) {
      if (kind?.endsWith('CERTIFICATE') === true) certificates.push(new X509Certificate(block))
      else if (kind?.endsWith('PRIVATE KEY') === true) privates.push(createPrivateKey(block))
    }
  } catch (error) {
    throw unusable(name, `cannot be read: ${messageOf(error)}`, error)
  }
  const keys = [
    ...certificates.map((certificate) => certifiedKey(certificate, privates)),
    ...privates
      .filter((key) => !certificates.some((certificate) => certificate.checkPrivateKey(key)))
      .map(bareKey),
  ]
  if (keys.length === 0) throw unusable(name, 'holds neither a certificate nor a key')
  if (keys.some(({ publicKey }) => publicKey.asymmetricKeyType !== 'rsa')) {
    throw unusable(name, 'holds a key that is not RSA')
  }
  return keys
}

export function keyIdText(id: Uint8Array): string {
  return Buffer.from(id).toString('hex')
}

export function unusable(name: string, why: string, cause?: unknown): CofferError {
  return new CofferError('pki-unusable', `"${name}" ${why}`, { cause })
}

function certifiedKey(certificate: X509Certificate, privates: readonly KeyObject[]): PkiKey {
  const { publicKey } = certificate
  return {
    id: subjectKeyIdentifier(certificate) ?? publicKeyHash(publicKey),
    publicKey,
    privateKey: privates.find((key) => certificate.checkPrivateKey(key)),
    hasCertificate: true,
  }
}

/** What nearly every certificate has as its identifier too. */
function bareKey(privateKey: KeyObject): PkiKey {
  const publicKey = createPublicKey(privateKey)
  return { id: publicKeyHash(publicKey), publicKey, privateKey, hasCertificate: false }
}

/** Of the extensions (RFC 5280, 4.2.1.2). */
function subjectKeyIdentifier(certificate: X509Certificate): Buffer | undefined {
  const [body] = within(within({ content: certificate.raw })[0])
  const wrapper = within(body).find(({ tag }) => tag === contextTag(3, 'constructed'))
  for (const extension of within(within(wrapper)[0])) {
    const parts = within(extension)
    const isWanted = readObjectIdentifier(parts[0]?.content ?? EMPTY) === SUBJECT_KEY_IDENTIFIER
    if (isWanted) return within(parts.at(-1))[0]?.content
  }
  return undefined
}

/** SHA-1 of the key's bits: method 1 of RFC 5280, 4.2.1.2. */
function publicKeyHash(key: KeyObject): Buffer {
  const [info] = within({ content: key.export({ type: 'spki', format: 'der' }) })
  const bits = within(info).find(({ tag }) => tag === DER_TAG.bitString)?.content ?? EMPTY
  return createHash('sha1').update(bits.subarray(1)).digest()
}

/** The values in the content of a value; none when there is none. */
function within(value: Pick<DerValue, 'content'> | undefined): readonly DerValue[] {
  return readDer(value?.content ?? EMPTY) ?? []
}

const EMPTY = Buffer.alloc(0)

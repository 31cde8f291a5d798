// What encrypts and signs the files of a backup: the key pair of a client and its master keys.
import { randomBytes } from 'node:crypto'
import type { DigestName } from '@coffer/core'
import type { RecordPacker } from '../compress/data-codec.ts'
import { cipherNamed, type DataCipher } from './cipher.ts'
import { type PemSource, type PkiKey, readPemKeys, unusable } from './pem-keys.ts'
import { signDigest, wrapKey } from './rsa.ts'
import { createSealer, type DataSealer } from './sealed-data.ts'
import { encodeSessionData, WRAPPING } from './session-data.ts'
import { encodeSignature } from './signature-data.ts'

/** As configured. A backup signs always and encrypts when asked to. */
export interface ProtectionSource {
  readonly keyPair: PemSource
  readonly masterKeys: readonly PemSource[]
  readonly encrypt: boolean
  /** As `PKI Cipher` says it. */
  readonly cipher: string
}

/** Encryption of one file: the record to write before its content, and what encrypts that. */
export interface SealedFile {
  readonly sessionData: Buffer
  readonly sealer: DataSealer
}

/** The digest that is signed. */
export const SIGNED_DIGEST = 'SHA256' satisfies DigestName

export class Protection {
  readonly encrypts: boolean
  readonly #cipher: DataCipher
  readonly #owner: PkiKey
  readonly #recipients: readonly PkiKey[]

  /** Throws `pki-unusable`. */
  constructor({ keyPair, masterKeys, encrypt, cipher }: ProtectionSource) {
    this.encrypts = encrypt
    this.#cipher = cipherNamed(cipher)
    this.#owner = readKeyPair(keyPair)
    const masters = masterKeys.map(readCertificate)
    // In the order of their identifiers, as a DER SET wants it: not needed to read it, and nobody is told who is first.
    this.#recipients = [this.#owner, ...masters].sort((a, b) => a.id.compare(b.id))
  }

  /** A file with a key of its own; `cipher` other than the configured one throws `pki-unusable` when it is not known. */
  seal(path: Buffer, inner: RecordPacker | undefined, cipher?: string): SealedFile {
    const used = cipher === undefined ? this.#cipher : cipherNamed(cipher)
    const key = randomBytes(used.keyBytes)
    const iv = randomBytes(used.ivBytes)
    const wrapping = used.form === 'sealed' ? WRAPPING.rsaOaep : WRAPPING.rsa
    const recipients = this.#recipients.map(({ id, publicKey }) => ({
      keyId: id,
      wrapping,
      wrappedKey: wrapKey(key, wrapping, publicKey),
    }))
    return {
      sessionData: encodeSessionData({ cipher: used.objectIdentifier, iv, recipients }),
      sealer: createSealer({ cipher: used, key, iv, path: Buffer.from(path) }, inner),
    }
  }

  /** The record that signs a file whose content has this SHA-256. */
  sign(sha256: Buffer): Buffer {
    const { id, privateKey } = this.#owner
    if (privateKey === undefined) throw new Error('a key pair without a key')
    const signature = signDigest(SIGNED_DIGEST, sha256, privateKey)
    return encodeSignature({ keyId: id, digest: SIGNED_DIGEST, signature })
  }
}

function readKeyPair(source: PemSource): PkiKey {
  const pair = readPemKeys(source).find(({ privateKey }) => privateKey !== undefined)
  if (pair === undefined) throw unusable(source.name, 'holds no private key')
  if (!pair.hasCertificate) throw unusable(source.name, 'holds no certificate of its key')
  return pair
}

function readCertificate(source: PemSource): PkiKey {
  const found = readPemKeys(source).find(({ hasCertificate }) => hasCertificate)
  if (found === undefined) throw unusable(source.name, 'holds no certificate')
  return found
}

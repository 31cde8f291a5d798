// What a restore opens encrypted files with, and whose signatures it knows.
import { CofferError } from '@coffer/core'
import { findCipher } from './cipher.ts'
import { keyIdText, type PemSource, type PkiKey, readPemKeys } from './pem-keys.ts'
import { isSignatureOf, unwrapKey } from './rsa.ts'
import { createOpener, type DataOpener } from './sealed-data.ts'
import { decodeSessionData, type SessionData } from './session-data.ts'
import { decodeSignatures } from './signature-data.ts'
import type { DigestName } from '@coffer/core'

export interface KeyRingSource {
  /** Private keys open files; certificates of any of them verify signatures. */
  readonly sources: readonly PemSource[]
  /** Say of files without a signature that they have none. */
  readonly expectsSignatures: boolean
}

export class KeyRing {
  readonly expectsSignatures: boolean
  readonly #keys: readonly PkiKey[]

  /** Throws `pki-unusable`. */
  constructor({ sources, expectsSignatures }: KeyRingSource) {
    this.expectsSignatures = expectsSignatures
    this.#keys = sources.flatMap(readPemKeys)
  }

  /** What decrypts a file with this session data record. Throws `key-missing` and `payload-damaged`. */
  open(sessionData: Uint8Array, path: Buffer): DataOpener {
    const session = decodeSessionData(sessionData)
    const cipher = findCipher(session.cipher)
    if (cipher === undefined) {
      throw new CofferError('payload-damaged', `its cipher ${session.cipher} is not known`)
    }
    const key = this.#unwrap(session)
    if (key.length !== cipher.keyBytes || session.iv.length !== cipher.ivBytes) {
      throw new CofferError('payload-damaged', 'its key does not fit its cipher')
    }
    // The record's memory is used for other records while the file is read.
    return createOpener({ cipher, key, iv: Buffer.from(session.iv), path: Buffer.from(path) })
  }

  #unwrap({ recipients }: SessionData): Buffer {
    for (const { keyId, wrapping, wrappedKey } of recipients) {
      const mine = this.#keys.find((key) => key.privateKey !== undefined && key.id.equals(keyId))
      if (mine?.privateKey === undefined) continue
      const key = unwrapKey(wrappedKey, wrapping, mine.privateKey)
      if (key !== undefined) return key
      throw new CofferError('payload-damaged', 'its wrapped key is damaged')
    }
    const wanted = recipients.map(({ keyId }) => keyIdText(keyId)).join(' or ')
    const why = `its content is encrypted, and the key ${wanted} is not here`
    throw new CofferError('key-missing', why)
  }

  /**
   * Compares the signatures in a record with the content; `digestOf` gives its digests. `unknown`: none of the signers is
   * known, with their identifiers. Throws `payload-damaged`.
   */
  verify(
    record: Uint8Array,
    digestOf: (name: DigestName) => Buffer,
  ): 'good' | 'bad' | { readonly unknown: string } {
    const signatures = decodeSignatures(record)
    const ids: string[] = []
    for (const { keyId, digest, signature } of signatures) {
      const signer = this.#keys.find((key) => key.id.equals(keyId))
      if (signer !== undefined && digest !== undefined) {
        const isGood = isSignatureOf(
          signature,
          { name: digest, value: digestOf(digest) },
          signer.publicKey,
        )
        return isGood ? 'good' : 'bad'
      }
      ids.push(keyIdText(keyId))
    }
    return { unknown: ids.join(' or ') }
  }
}

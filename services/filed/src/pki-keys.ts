// The keys of this client, read and tried once when the daemon starts.
import { readFile } from 'node:fs/promises'
import { CofferError, messageOf } from '@coffer/core'
import {
  KeyRing,
  type KeyRingSource,
  type PemSource,
  Protection,
  type ProtectionSource,
} from '@coffer/files'

/** The PKI directives of the Client resource. */
export interface PkiDirectives {
  readonly pkiSignatures: boolean
  readonly pkiEncryption: boolean
  readonly pkiKeyPair: string | undefined
  readonly pkiSigner: readonly string[]
  readonly pkiMasterKey: readonly string[]
  readonly pkiCipher: string
}

export interface PkiKeys {
  /** What signs and encrypts backups. */
  readonly protection: ProtectionSource | undefined
  /** What opens and verifies restores. */
  readonly keys: KeyRingSource | undefined
}

/** Encryption implies signatures, as in Bareos. Throws `pki-unusable`. */
export async function readPkiKeys(directives: PkiDirectives): Promise<PkiKeys> {
  const { pkiEncryption: encrypt, pkiKeyPair, pkiCipher: cipher } = directives
  const signs = directives.pkiSignatures || encrypt
  if (pkiKeyPair === undefined) {
    if (!signs) return { protection: undefined, keys: undefined }
    const what = encrypt ? 'PKI Encryption' : 'PKI Signatures'
    throw new CofferError('pki-unusable', `${what} = yes needs a PKI Key Pair`)
  }
  const keyPair = await readPem(pkiKeyPair)
  const masterKeys = await Promise.all(directives.pkiMasterKey.map(readPem))
  const signers = await Promise.all(directives.pkiSigner.map(readPem))
  const protection = signs ? { keyPair, masterKeys, encrypt, cipher } : undefined
  const keys = { sources: [keyPair, ...masterKeys, ...signers], expectsSignatures: signs }
  // What is wrong with a file shows now, not in the first night.
  if (protection !== undefined) new Protection(protection)
  new KeyRing(keys)
  return { protection, keys }
}

async function readPem(name: string): Promise<PemSource> {
  try {
    return { name, text: await readFile(name, 'utf8') }
  } catch (error) {
    const text = `"${name}" cannot be read: ${messageOf(error)}`
    throw new CofferError('pki-unusable', text, { cause: error })
  }
}

// The ciphers of file data: their names in configuration, on Volumes and in OpenSSL.
import { getCiphers } from 'node:crypto'
import { CofferError } from '@coffer/core'

export interface DataCipher {
  /** As `PKI Cipher` says it. */
  readonly name: string
  readonly objectIdentifier: string
  readonly openssl: string
  readonly keyBytes: number
  readonly ivBytes: number
  /** `chain`: one stream over all records, as Bareos writes it. `sealed`: every record carries its own tag. */
  readonly form: 'chain' | 'sealed'
}

/** The last one is ours; Bareos knows the others. */
const CIPHERS: readonly DataCipher[] = [
  chain('aes128', '2.16.840.1.101.3.4.1.2', 'aes-128-cbc', 16),
  chain('aes192', '2.16.840.1.101.3.4.1.22', 'aes-192-cbc', 24),
  chain('aes256', '2.16.840.1.101.3.4.1.42', 'aes-256-cbc', 32),
  chain('camellia128', '1.2.392.200011.61.1.1.1.2', 'camellia-128-cbc', 16),
  chain('camellia192', '1.2.392.200011.61.1.1.1.3', 'camellia-192-cbc', 24),
  chain('camellia256', '1.2.392.200011.61.1.1.1.4', 'camellia-256-cbc', 32),
  { ...chain('3des', '1.2.840.113549.3.7', 'des-ede3-cbc', 24), ivBytes: 8 },
  {
    name: 'aes256gcm',
    objectIdentifier: '2.16.840.1.101.3.4.1.46',
    openssl: 'aes-256-gcm',
    keyBytes: 32,
    ivBytes: 12,
    form: 'sealed',
  },
]

function chain(
  name: string,
  objectIdentifier: string,
  openssl: string,
  keyBytes: number,
): DataCipher {
  return { name, objectIdentifier, openssl, keyBytes, ivBytes: 16, form: 'chain' }
}

/** Throws `pki-unusable` for one that this program cannot write. */
export function cipherNamed(name: string): DataCipher {
  const found = CIPHERS.find((cipher) => cipher.name === name)
  if (found !== undefined && getCiphers().includes(found.openssl)) return found
  const names = CIPHERS.map((cipher) => cipher.name).join(', ')
  throw new CofferError('pki-unusable', `the cipher "${name}" cannot be written here: use ${names}`)
}

export function findCipher(objectIdentifier: string): DataCipher | undefined {
  return CIPHERS.find((cipher) => cipher.objectIdentifier === objectIdentifier)
}

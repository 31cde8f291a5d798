export {
  createRestorer,
  type RestoreOptions,
  type RestoreProblem,
  type RestoreRecord,
  type RestoreTotals,
  type RestoredFile,
  type Restorer,
} from './restore/restorer.ts'
export { foreignReason, isDataStream, type PlainData, plainData } from './restore/data-stream.ts'
export { isReplacePolicy, type ReplacePolicy } from './restore/replace.ts'
export { compileRelocation, type CompiledRelocation, type Relocation } from './restore/where.ts'
export { asPath, closeQuietly, joinPath, openDirectory, pathAt } from './system/at.ts'
export { ErrnoError, errnoCode, errnoText, isOutOfSpace } from './system/errno.ts'
export {
  COMPRESSED_CHUNK_BYTES,
  type CompressionName,
  createPacker,
  type DataPacker,
  type RecordPacker,
  isCompressionName,
  unpackData,
} from './compress/data-codec.ts'
export { prepareZstd } from './compress/zstd.ts'
export { createDigest, type Digest, isDigestName } from './digest.ts'
export { KeyRing, type KeyRingSource } from './pki/key-ring.ts'
export type { PemSource } from './pki/pem-keys.ts'
export {
  Protection,
  type ProtectionSource,
  type SealedFile,
  SIGNED_DIGEST,
} from './pki/protection.ts'
export { encodeAcl } from './payload/acl-text.ts'
export { encodeXattrs, type Xattr } from './payload/xattr-list.ts'
export { type FileRef, loadPosix, type Posix, type PosixSupport } from './system/posix.ts'
export { type Accounts, localAccounts } from './system/accounts.ts'
export { formatListLine, type ListedFile, modeText } from './list-line.ts'

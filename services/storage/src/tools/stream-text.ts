// Short words for streams, as bls prints them.
import { DIGEST_STREAMS, STREAM, STREAM_TYPE_MASK } from '@coffer/core'

const WORDS: ReadonlyMap<number, string> = new Map([
  [STREAM.unixAttributes, 'UATTR'],
  [STREAM.fileData, 'DATA'],
  [STREAM.gzipData, 'GZIP'],
  [STREAM.unixAttributesEx, 'UNIX-ATTR-EX'],
  [STREAM.sparseData, 'SPARSE-DATA'],
  [STREAM.sparseGzipData, 'SPARSE-GZIP'],
  [STREAM.programNames, 'PROG-NAMES'],
  [STREAM.programData, 'PROG-DATA'],
  [STREAM.win32Data, 'WIN32-DATA'],
  [STREAM.win32GzipData, 'WIN32-GZIP'],
  [STREAM.macOsFork, 'MACOS-RSRC'],
  [STREAM.hfsPlusAttributes, 'HFSPLUS-ATTR'],
  [STREAM.signedDigest, 'SIGNED-DIGEST'],
  [STREAM.encryptedData, 'ENCRYPTED-FILE'],
  [STREAM.encryptedWin32Data, 'ENCRYPTED-WIN32-DATA'],
  [STREAM.encryptedSessionData, 'ENCRYPTED-SESSION-DATA'],
  [STREAM.encryptedGzipData, 'ENCRYPTED-GZIP'],
  [STREAM.encryptedWin32GzipData, 'ENCRYPTED-WIN32-GZIP'],
  [STREAM.encryptedMacOsFork, 'ENCRYPTED-MACOS-RSRC'],
  [STREAM.pluginName, 'PLUGIN-NAME'],
  [STREAM.pluginData, 'PLUGIN-DATA'],
  [STREAM.restoreObject, 'RESTORE-OBJECT'],
  [STREAM.compressedData, 'COMPRESSED'],
  [STREAM.sparseCompressedData, 'SPARSE-COMPRESSED'],
  [STREAM.win32CompressedData, 'WIN32-COMPRESSED'],
  [STREAM.encryptedCompressedData, 'ENCRYPTED-COMPRESSED'],
  [STREAM.encryptedWin32CompressedData, 'ENCRYPTED-WIN32-COMPRESSED'],
  [STREAM.aclLinuxDefault, 'ACL-LINUX-DEFAULT'],
  [STREAM.aclLinuxAccess, 'ACL-LINUX-ACCESS'],
  [STREAM.xattrLinux, 'XATTR-LINUX'],
  ...DIGEST_STREAMS,
])

/** "DATA"; the number for a stream without a word. A continuation has the word of what it continues. */
export function streamText(stream: number): string {
  const type = Math.abs(stream) & STREAM_TYPE_MASK
  return WORDS.get(type) ?? String(stream)
}

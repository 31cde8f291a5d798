// Stream numbers of Volume records and what each carries. Source: the Bareos Volume format, docs/volume-format.md.

/** Low bits of a stream number are its type; the bits above are flags of the writer. */
export const STREAM_TYPE_MASK = 0x7ff

export const STREAM = {
  unixAttributes: 1,
  fileData: 2,
  md5: 3,
  gzipData: 4,
  unixAttributesEx: 5,
  sparseData: 6,
  sparseGzipData: 7,
  programNames: 8,
  programData: 9,
  sha1: 10,
  win32Data: 11,
  win32GzipData: 12,
  macOsFork: 13,
  hfsPlusAttributes: 14,
  sha256: 17,
  sha512: 18,
  signedDigest: 19,
  encryptedData: 20,
  encryptedWin32Data: 21,
  encryptedSessionData: 22,
  encryptedGzipData: 23,
  encryptedWin32GzipData: 24,
  encryptedMacOsFork: 25,
  pluginName: 26,
  pluginData: 27,
  restoreObject: 28,
  compressedData: 29,
  sparseCompressedData: 30,
  win32CompressedData: 31,
  encryptedCompressedData: 32,
  encryptedWin32CompressedData: 33,
  xxh128: 40,
  aclLinuxDefault: 1007,
  aclLinuxAccess: 1008,
  xattrLinux: 1998,
} as const

/** FileIndex of label records. */
export const LABEL = {
  preLabel: -1,
  volume: -2,
  endOfMedia: -3,
  startOfSession: -4,
  endOfSession: -5,
  endOfTape: -6,
  startOfBlock: -7,
  endOfBlock: -8,
} as const

const ATTRIBUTE_STREAMS = new Set<number>([STREAM.unixAttributes, STREAM.unixAttributesEx])

/** Digest streams and the name by which configuration knows each. */
export const DIGEST_STREAMS: ReadonlyMap<number, DigestName> = new Map([
  [STREAM.md5, 'MD5'],
  [STREAM.sha1, 'SHA1'],
  [STREAM.sha256, 'SHA256'],
  [STREAM.sha512, 'SHA512'],
  [STREAM.xxh128, 'XXH128'],
])
export type DigestName = 'MD5' | 'SHA1' | 'SHA256' | 'SHA512' | 'XXH128'

export function isAttributeStream(stream: number): boolean {
  return ATTRIBUTE_STREAMS.has(stream & STREAM_TYPE_MASK)
}

export function isDigestStream(stream: number): boolean {
  return DIGEST_STREAMS.has(stream & STREAM_TYPE_MASK)
}

/** Records that the Catalog wants: attributes, digests, restore objects. */
export function isCatalogStream(stream: number): boolean {
  return (
    isAttributeStream(stream) ||
    isDigestStream(stream) ||
    (stream & STREAM_TYPE_MASK) === STREAM.restoreObject
  )
}

/** What an attribute record describes. */
export const FILE_TYPE = {
  linkSaved: 1,
  regularEmpty: 2,
  regular: 3,
  symlink: 4,
  directoryEnd: 5,
  special: 6,
  noAccess: 7,
  noFollow: 8,
  noStat: 9,
  noChange: 10,
  directoryNoChange: 11,
  archive: 12,
  noRecurse: 13,
  noFsChange: 14,
  noOpen: 15,
  raw: 16,
  fifo: 17,
  directoryBegin: 18,
  invalidFs: 19,
  invalidDriveType: 20,
  reparse: 21,
  plugin: 22,
  deleted: 23,
  base: 24,
  restoreFirst: 25,
  junction: 26,
  pluginConfig: 27,
  pluginConfigFilled: 28,
} as const

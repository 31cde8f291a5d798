// What the options of a FileSet mean for reading a file: streams, digest, compression. Pure.
import { type DigestName, STREAM } from '@coffer/core'
import { type CompressionName, isCompressionName, isDigestName } from '@coffer/files'
import type { FileOptions } from '@coffer/wire'

export interface ReadingRules {
  readonly digest: DigestName | undefined
  readonly compression: { readonly name: CompressionName; readonly level: number } | undefined
  readonly sparse: boolean
  readonly isEncrypted: boolean
  /** The FileSet's own choice; undefined for that of the file daemon. */
  readonly cipher: string | undefined
  /** Stream of the data records. */
  readonly dataStream: number
  /** Stream of data without places, as it comes out of a fifo. */
  readonly fifoStream: number
  readonly acl: boolean
  readonly xattr: boolean
  readonly noAtime: boolean
  readonly keepAtime: boolean
  /** A change while reading is an error, not only a remark. */
  readonly checkChanges: boolean
}

/** What Bareos writes and we only read gives way to its nearest kin. */
const REPLACED: ReadonlyMap<string, CompressionName> = new Map([
  ['LZO', 'LZ4'],
  ['LZFAST', 'LZ4'],
])

/** `encrypts`: whether this file daemon encrypts what it reads. Encrypted data have no places: holes are stored. */
export function readingRules(options: FileOptions, encrypts = false): ReadingRules {
  const { signature } = options
  const compression = compressionOf(options)
  const sparse = options.sparse && !encrypts
  const fifoStream = plainStream(compression?.name, encrypts)
  return {
    digest: isDigestName(signature) ? signature : undefined,
    compression,
    sparse,
    isEncrypted: encrypts,
    cipher: options.encryption === '' ? undefined : options.encryption,
    dataStream: sparse ? sparseStream(compression?.name) : fifoStream,
    fifoStream,
    acl: options.aclSupport,
    xattr: options.xattrSupport,
    noAtime: options.noAtime,
    keepAtime: options.keepAtime,
    checkChanges: options.checkFileChanges,
  }
}

/** A remark for the Job log about options that are not followed to the letter. */
export function rulesRemarks(options: FileOptions, encrypts = false): readonly string[] {
  const remarks: string[] = []
  const used = REPLACED.get(options.compression)
  if (used !== undefined) {
    remarks.push(
      `compression ${options.compression} is read but not written: ${used} is used instead`,
    )
  }
  if (encrypts && options.sparse) {
    remarks.push('encrypted files are stored with their holes: Sparse = yes is not followed')
  }
  return remarks
}

function compressionOf({
  compression,
  compressionLevel,
}: FileOptions): ReadingRules['compression'] {
  const name = REPLACED.get(compression) ?? compression
  return isCompressionName(name) ? { name, level: compressionLevel } : undefined
}

function plainStream(compression: CompressionName | undefined, encrypted: boolean): number {
  if (compression === undefined) return encrypted ? STREAM.encryptedData : STREAM.fileData
  if (compression === 'ZLIB') return encrypted ? STREAM.encryptedGzipData : STREAM.gzipData
  return encrypted ? STREAM.encryptedCompressedData : STREAM.compressedData
}

function sparseStream(compression: CompressionName | undefined): number {
  if (compression === undefined) return STREAM.sparseData
  return compression === 'ZLIB' ? STREAM.sparseGzipData : STREAM.sparseCompressedData
}

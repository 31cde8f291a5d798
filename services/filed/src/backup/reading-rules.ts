// What the options of a FileSet mean for reading a file: streams, digest, compression. Pure.
import { type DigestName, STREAM } from '@coffer/core'
import { type CompressionName, isCompressionName, isDigestName } from '@coffer/files'
import type { FileOptions } from '@coffer/wire'

export interface ReadingRules {
  readonly digest: DigestName | undefined
  readonly compression: { readonly name: CompressionName; readonly level: number } | undefined
  readonly sparse: boolean
  /** Stream of the data records. */
  readonly dataStream: number
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

export function readingRules(options: FileOptions): ReadingRules {
  const { signature, sparse } = options
  const compression = compressionOf(options)
  return {
    digest: isDigestName(signature) ? signature : undefined,
    compression,
    sparse,
    dataStream: dataStream(sparse, compression?.name),
    acl: options.aclSupport,
    xattr: options.xattrSupport,
    noAtime: options.noAtime,
    keepAtime: options.keepAtime,
    checkChanges: options.checkFileChanges,
  }
}

/** A remark for the Job log about options that are not followed to the letter. */
export function rulesRemark(options: FileOptions): string | undefined {
  const used = REPLACED.get(options.compression)
  if (used === undefined) return undefined
  return `compression ${options.compression} is read but not written: ${used} is used instead`
}

function compressionOf({
  compression,
  compressionLevel,
}: FileOptions): ReadingRules['compression'] {
  const name = REPLACED.get(compression) ?? compression
  return isCompressionName(name) ? { name, level: compressionLevel } : undefined
}

function dataStream(sparse: boolean, compression: CompressionName | undefined): number {
  if (compression === 'ZLIB') return sparse ? STREAM.sparseGzipData : STREAM.gzipData
  if (compression !== undefined) {
    return sparse ? STREAM.sparseCompressedData : STREAM.compressedData
  }
  return sparse ? STREAM.sparseData : STREAM.fileData
}

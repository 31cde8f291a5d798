// How data records of each stream become plain bytes at an offset.
import { CofferError, STREAM } from '@coffer/core'
import { inflateRaw, unpackData } from '../compress/data-codec.ts'

export interface PlainData {
  /** Undefined: behind what came before. */
  readonly offset: number | undefined
  /** Valid until the next call. */
  readonly bytes: Buffer
}

interface DataForm {
  readonly sparse: boolean
  readonly unpack: ((data: Buffer) => Buffer) | undefined
}

const FORMS: ReadonlyMap<number, DataForm> = new Map([
  [STREAM.fileData, { sparse: false, unpack: undefined }],
  [STREAM.sparseData, { sparse: true, unpack: undefined }],
  [STREAM.gzipData, { sparse: false, unpack: inflateRaw }],
  [STREAM.sparseGzipData, { sparse: true, unpack: inflateRaw }],
  [STREAM.compressedData, { sparse: false, unpack: unpackData }],
  [STREAM.sparseCompressedData, { sparse: true, unpack: unpackData }],
])

/** Data that this program knows and cannot turn into a file, with the reason. */
const FOREIGN: ReadonlyMap<number, string> = new Map([
  ...[
    STREAM.encryptedWin32Data,
    STREAM.encryptedWin32GzipData,
    STREAM.encryptedMacOsFork,
    STREAM.encryptedWin32CompressedData,
  ].map((stream) => [stream, 'its content is encrypted in the form of another system'] as const),
  ...[STREAM.win32Data, STREAM.win32GzipData, STREAM.win32CompressedData].map(
    (stream) => [stream, 'its content is in the form of Windows'] as const,
  ),
  ...[STREAM.macOsFork, STREAM.hfsPlusAttributes].map(
    (stream) => [stream, 'it has a part that only macOS keeps'] as const,
  ),
  [STREAM.pluginData, 'a plugin wrote its content'],
])

const OFFSET_BYTES = 8
const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER)

export function isDataStream(stream: number): boolean {
  return FORMS.has(stream)
}

/** Why data of that stream cannot be restored; undefined for all other streams. */
export function foreignReason(stream: number): string | undefined {
  return FOREIGN.get(stream)
}

/** The plain bytes of a data record. Throws `payload-damaged`. */
export function plainData(stream: number, data: Buffer): PlainData {
  const form = FORMS.get(stream)
  if (form === undefined) throw new CofferError('internal-bug', `stream ${stream} holds no data`)
  let offset: number | undefined
  let rest = data
  if (form.sparse) {
    if (data.length < OFFSET_BYTES) throw damaged('its offset is cut off')
    const value = data.readBigUInt64BE(0)
    if (value > MAX_OFFSET) throw damaged('its offset is beyond any file')
    offset = Number(value)
    rest = data.subarray(OFFSET_BYTES)
  }
  return { offset, bytes: form.unpack === undefined ? rest : form.unpack(rest) }
}

function damaged(why: string): CofferError {
  return new CofferError('payload-damaged', `a data record cannot be read: ${why}`)
}

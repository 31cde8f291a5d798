// The first block of a Volume: alone in it, the Volume's label.
import { LABEL, RECORD_HEADER_BYTES, writeRecordHeader } from '@coffer/core'
import {
  BLOCK_HEADER_BYTES,
  isBlockSound,
  readBlockHeader,
  sealBlock,
  type SessionKey,
} from './block.ts'
import {
  decodeVolumeLabel,
  encodeVolumeLabel,
  isVolumeLabelIndex,
  type VolumeLabel,
} from './label.ts'

/** A label block is not larger than this: all its texts at full length fit. */
export const MAX_LABEL_BLOCK_BYTES = 64 * 1024

/** The block that begins a Volume. `session` is the session that labels it. */
export function encodeLabelBlock(label: VolumeLabel, session: SessionKey): Buffer {
  const data = encodeVolumeLabel(label)
  const block = Buffer.alloc(BLOCK_HEADER_BYTES + RECORD_HEADER_BYTES + data.length)
  const dataAt = writeRecordHeader(block, BLOCK_HEADER_BYTES, {
    fileIndex: LABEL.volume,
    stream: 0,
    sizeBytes: data.length,
  })
  block.set(data, dataAt)
  sealBlock(block, { ...session, number: 0 })
  return block
}

/**
 * The label at the beginning of a Volume and the size of its block; undefined when no sound label block stands there.
 * `head` holds the first bytes of the Volume. Throws `volume-label-invalid` for a label that cannot be understood.
 */
export function decodeLabelBlock(
  head: Buffer,
): { readonly label: VolumeLabel; readonly sizeBytes: number } | undefined {
  const header = readBlockHeader(head)
  if (header === undefined || header.sizeBytes > head.length) return undefined
  const block = head.subarray(0, header.sizeBytes)
  const dataAt = BLOCK_HEADER_BYTES + RECORD_HEADER_BYTES
  if (block.length < dataAt || !isBlockSound(block)) return undefined
  if (!isVolumeLabelIndex(block.readInt32BE(BLOCK_HEADER_BYTES))) return undefined
  const dataBytes = block.readUInt32BE(BLOCK_HEADER_BYTES + 8)
  return {
    label: decodeVolumeLabel(block.subarray(dataAt, dataAt + dataBytes)),
    sizeBytes: header.sizeBytes,
  }
}

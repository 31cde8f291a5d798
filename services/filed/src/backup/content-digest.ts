// The digest of a file's content as a backup would store it, without storing anything.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { DigestName } from '@coffer/core'
import { createDigest } from '@coffer/files'
import { CHUNK_BYTES, isZero } from './content-reader.ts'

const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)

export interface DigestWish {
  readonly name: DigestName
  /** Blocks of zeros are not stored then, and the digest is that of the blocks that are. */
  readonly sparse: boolean
  readonly checkCancelled: () => void
}

/** Base64 without padding, as the Catalog has it. Throws system errors, and what `checkCancelled` throws. */
export function contentDigest(path: Buffer, { name, sparse, checkCancelled }: DigestWish): string {
  const digest = createDigest(name)
  const fd = openSync(path, READ_FLAGS)
  try {
    const sizeBytes = fstatSync(fd).size
    for (let at = 0; at < sizeBytes; ) {
      checkCancelled()
      const block = readBlock(fd, at, Math.min(CHUNK_BYTES, sizeBytes - at))
      if (block.length === 0) break
      at += block.length
      if (!sparse || at >= sizeBytes || !isZero(block)) digest.update(block)
    }
  } finally {
    closeSync(fd)
  }
  return digest.finish().toString('base64').replace(/=+$/u, '')
}

function readBlock(fd: number, at: number, wantedBytes: number): Buffer {
  let used = 0
  while (used < wantedBytes) {
    const got = readSync(fd, buffer, used, wantedBytes - used, at + used)
    if (got === 0) break
    used += got
  }
  return buffer.subarray(0, used)
}

// Where the sound blocks of a Volume end, when its file is longer than what is known of it.
import { BlockReader } from './block-reader.ts'
import type { ReadSource } from './volume-file.ts'

export interface SoundEnd {
  /** Behind the last block whose checksum holds; `from` when there is none. */
  readonly endBytes: number
  readonly blocks: number
}

/** Looks from `from`, a place between two blocks, to `sizeBytes`, the end of the file. */
export async function findSoundEnd(
  source: ReadSource,
  from: number,
  sizeBytes: number,
): Promise<SoundEnd> {
  const reader = new BlockReader(source, { from, endBytes: sizeBytes })
  let endBytes = from
  let blocks = 0
  for (let found = await reader.next(); found !== undefined; found = await reader.next()) {
    if (found.kind !== 'block') continue
    endBytes = found.address + found.header.sizeBytes
    blocks++
  }
  return { endBytes, blocks }
}

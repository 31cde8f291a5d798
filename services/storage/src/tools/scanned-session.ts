// One session during a scan: the records of its whole files, and where its blocks lie.
import {
  isCatalogStream,
  RECORD_HEADER_BYTES,
  RecordBatchBuilder,
  type VolumeRecord,
} from '@coffer/core'
import { splitAddress } from '../session/extents.ts'
import type { ReadRecord, SeenBlock } from '../session/record-reader.ts'
import { BLOCK_HEADER_BYTES, type SessionKey } from '../volume/block.ts'
import type { JoinProblem } from '../volume/record-joiner.ts'
import type { ScannedJobMedia } from './catalog-sink.ts'

const BATCH_BYTES = 512 * 1024

interface Place {
  firstIndex: number
  lastIndex: number
  readonly start: number
  end: number
  bytes: number
}

export class ScannedSession {
  readonly session: SessionKey
  readonly #places = new Map<string, Place>()
  readonly #builder = new RecordBatchBuilder(BATCH_BYTES)
  readonly #full: Buffer[] = []
  /** Records of the file in hand, which may turn out to be damaged. */
  #held: VolumeRecord[] = []
  #fileIndex = 0
  #damagedIndex = 0
  files = 0
  bytes = 0

  constructor(session: SessionKey) {
    this.session = session
  }

  /** Notes where a block of the session lies. */
  addBlock({ volume, address, bytes }: SeenBlock): void {
    const end = address + bytes.length - 1
    const place = this.#places.get(volume.name) ?? {
      firstIndex: 0,
      lastIndex: 0,
      start: address,
      end,
      bytes: 0,
    }
    this.#places.set(volume.name, place)
    place.end = end
    let at = BLOCK_HEADER_BYTES
    while (bytes.length - at >= RECORD_HEADER_BYTES) {
      const fileIndex = bytes.readInt32BE(at)
      const left = bytes.length - at - RECORD_HEADER_BYTES
      const sizeBytes = Math.min(bytes.readUInt32BE(at + 8), left)
      if (fileIndex > 0) {
        if (place.firstIndex === 0) place.firstIndex = fileIndex
        place.lastIndex = fileIndex
        place.bytes += sizeBytes
      }
      at += RECORD_HEADER_BYTES + sizeBytes
    }
  }

  addRecord({ fileIndex, stream, data }: ReadRecord): void {
    if (fileIndex !== this.#fileIndex) this.#nextFile(fileIndex)
    this.bytes += data.length
    if (fileIndex === this.#damagedIndex || !isCatalogStream(stream)) return
    this.#held.push({ fileIndex, stream, data: Buffer.from(data) })
  }

  /** Files that are not whole are left out. */
  addProblem({ fromIndex, toIndex }: JoinProblem): void {
    const isInHand = this.#fileIndex >= fromIndex && this.#fileIndex <= toIndex
    if (isInHand) this.#held = []
    this.#damagedIndex = toIndex
  }

  /** Batches of records that are ready; with `isEnd` all that there are. */
  takeRecords(isEnd: boolean): readonly Buffer[] {
    if (isEnd) {
      this.#nextFile(0)
      if (this.#builder.usedBytes > 0) this.#full.push(this.#builder.take())
    }
    return this.#full.splice(0)
  }

  jobMedia(): readonly ScannedJobMedia[] {
    const { session } = this
    return [...this.#places].flatMap(([volume, { firstIndex, lastIndex, start, end, bytes }]) => {
      if (lastIndex === 0) return []
      const from = splitAddress(start)
      const to = splitAddress(end)
      return {
        session,
        volume,
        firstIndex,
        lastIndex,
        startFile: from.file,
        startBlock: from.block,
        endFile: to.file,
        endBlock: to.block,
        bytes,
      }
    })
  }

  /** A file's records go into one batch as long as that has room for them at all. */
  #nextFile(fileIndex: number): void {
    const heldBytes = this.#held.reduce(
      (sum, { data }) => sum + RECORD_HEADER_BYTES + data.length,
      0,
    )
    if (!this.#builder.fits(heldBytes)) this.#full.push(this.#builder.take())
    for (const { fileIndex: index, stream, data } of this.#held) {
      if (!this.#builder.fits(data.length)) this.#full.push(this.#builder.take())
      this.#builder.append(index, stream, data)
    }
    if (this.#held.length > 0) this.files++
    this.#held = []
    this.#fileIndex = fileIndex
  }
}

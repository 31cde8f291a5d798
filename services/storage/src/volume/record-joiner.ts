// Puts the records of one session together again, block by block, and tells what a missing block has cost.
import {
  isAttributeStream,
  MAX_RECORD_BYTES,
  RECORD_HEADER_BYTES,
  STREAM,
  STREAM_TYPE_MASK,
  type VolumeRecord,
} from '@coffer/core'
import { BLOCK_HEADER_BYTES } from './block.ts'

/** Files of the session that are lost or incomplete, or may be; both ends belong to it. */
export interface JoinProblem {
  readonly kind: 'problem'
  readonly fromIndex: number
  readonly toIndex: number
  readonly reason: JoinFault
}

/**
 * - `block-missing`: blocks of the session were not there to be read
 * - `start-missing`: the first part of a record stands on what was not read
 * - `rest-missing`: the remaining part of a record was not read
 * - `too-large`: a record claims a size that nothing may have
 */
export type JoinFault = 'block-missing' | 'start-missing' | 'rest-missing' | 'too-large'

interface JoinedRecord extends VolumeRecord {
  readonly kind: 'record'
}

export type Joined = JoinedRecord | JoinProblem

/** Which records are asked for; labels come out always. */
export interface RecordFilter {
  wants(fileIndex: number, stream: number): boolean
  /** Whether any file from `fromIndex` to `toIndex` is asked for. */
  wantsAny(fromIndex: number, toIndex: number): boolean
}

export const ALL_RECORDS: RecordFilter = { wants: () => true, wantsAny: () => true }

interface Partial {
  readonly fileIndex: number
  readonly stream: number
  readonly totalBytes: number
  readonly parts: Buffer[]
  gotBytes: number
  readonly isWanted: boolean
}

/**
 * Fed with the blocks of one session in order. A file of which a part is missing gets no further records: what comes
 * out is whole records, of whole files or of the beginning of a damaged one, and a problem for each of the latter.
 */
export class RecordJoiner {
  #filter: RecordFilter
  #lastNumber: number | undefined
  #lastIndex = 0
  #dropIndex = 0
  #partial: Partial | undefined
  #isDamaged = false

  constructor(filter: RecordFilter = ALL_RECORDS) {
    this.#filter = filter
  }

  /** From here on other records are asked for: a session may go on with another part of a Bootstrap. */
  setFilter(filter: RecordFilter): void {
    this.#filter = filter
  }

  /** The Volume has a damaged place here; whether a block of this session was lost shows at its next block. */
  noteDamage(): void {
    this.#isDamaged = true
  }

  /** Records that this block completes. Their data may be views into it: use them before it is reused. */
  accept(block: Buffer, number: number): Joined[] {
    const out: Joined[] = []
    const nextNumber = this.#lastNumber === undefined ? 0 : this.#lastNumber + 1
    const isGap = this.#lastNumber === undefined ? this.#isDamaged : true
    // Whoever numbered the blocks: the exact rest of the record in hand cannot follow a gap.
    if (number !== nextNumber && isGap && !this.#isContinuedBy(block)) this.#crossGap(block, out)
    this.#lastNumber = number
    this.#isDamaged = false
    let at = BLOCK_HEADER_BYTES
    while (block.length - at >= RECORD_HEADER_BYTES) at = this.#acceptRecord(block, at, out)
    return out
  }

  /** No more blocks will come: a record that is not yet whole never will be. */
  finish(): Joined[] {
    const out: Joined[] = []
    this.#abandonPartial('rest-missing', out)
    return out
  }

  #isContinuedBy(block: Buffer): boolean {
    const partial = this.#partial
    const at = BLOCK_HEADER_BYTES
    if (partial === undefined || block.length < at + RECORD_HEADER_BYTES) return false
    return (
      block.readInt32BE(at) === partial.fileIndex &&
      block.readInt32BE(at + 4) === -partial.stream &&
      block.readUInt32BE(at + 8) === partial.totalBytes - partial.gotBytes
    )
  }

  #crossGap(block: Buffer, out: Joined[]): void {
    if (!this.#isDamaged) {
      this.#abandonPartial('block-missing', out)
      return
    }
    this.#partial = undefined
    const lostIndex = lastLostIndex(block)
    const fromIndex = this.#lastIndex === 0 ? lostIndex : this.#lastIndex
    const toIndex = Math.max(lostIndex, fromIndex)
    this.#dropIndex = toIndex
    if (toIndex > 0 && this.#filter.wantsAny(fromIndex, toIndex)) {
      out.push(problem(fromIndex, toIndex, 'block-missing'))
    }
  }

  #acceptRecord(block: Buffer, at: number, out: Joined[]): number {
    const fileIndex = block.readInt32BE(at)
    const stream = block.readInt32BE(at + 4)
    const sizeBytes = block.readUInt32BE(at + 8)
    const dataAt = at + RECORD_HEADER_BYTES
    const end = Math.min(dataAt + sizeBytes, block.length)
    const isWhole = end - dataAt === sizeBytes
    const data = block.subarray(dataAt, end)
    if (fileIndex <= 0) {
      if (isWhole) out.push({ kind: 'record', fileIndex, stream, data })
    } else if (stream < 0) {
      this.#continue({ fileIndex, stream: -stream, data }, sizeBytes, out)
    } else {
      this.#start({ fileIndex, stream, data }, sizeBytes, out)
    }
    return end
  }

  #start(record: VolumeRecord, totalBytes: number, out: Joined[]): void {
    const { fileIndex, stream, data } = record
    this.#abandonPartial('rest-missing', out)
    this.#passFile(record, out)
    this.#lastIndex = fileIndex
    const isWanted = fileIndex !== this.#dropIndex && this.#filter.wants(fileIndex, stream)
    if (data.length === totalBytes) {
      if (isWanted) out.push({ kind: 'record', fileIndex, stream, data })
      return
    }
    if (totalBytes > MAX_RECORD_BYTES && isWanted) {
      this.#drop(fileIndex, 'too-large', out)
      return
    }
    const parts = isWanted ? [Buffer.from(data)] : []
    this.#partial = { fileIndex, stream, totalBytes, parts, gotBytes: data.length, isWanted }
  }

  #continue(record: VolumeRecord, leftBytes: number, out: Joined[]): void {
    const { fileIndex, stream, data } = record
    const partial = this.#partial
    const isExpected =
      partial?.fileIndex === fileIndex &&
      partial.stream === stream &&
      partial.totalBytes - partial.gotBytes === leftBytes
    if (!isExpected) {
      this.#abandonPartial('rest-missing', out)
      this.#lastIndex = fileIndex
      const isNews = fileIndex !== this.#dropIndex && this.#filter.wants(fileIndex, stream)
      if (isNews) this.#drop(fileIndex, 'start-missing', out)
      else this.#dropIndex = fileIndex
      return
    }
    partial.gotBytes += data.length
    if (partial.isWanted) partial.parts.push(Buffer.from(data))
    if (data.length < leftBytes) return
    this.#partial = undefined
    if (partial.isWanted) {
      out.push({ kind: 'record', fileIndex, stream, data: Buffer.concat(partial.parts) })
    }
  }

  /** A file whose first record in sight is not one that a file begins with has lost its beginning. */
  #passFile(record: VolumeRecord, out: Joined[]): void {
    const { fileIndex, stream } = record
    if (fileIndex === this.#lastIndex || fileIndex === this.#dropIndex) return
    this.#dropIndex = 0
    if (isFileStart(stream) || !this.#filter.wants(fileIndex, stream)) return
    this.#drop(fileIndex, 'start-missing', out)
  }

  #abandonPartial(reason: JoinFault, out: Joined[]): void {
    const partial = this.#partial
    this.#partial = undefined
    if (partial?.isWanted === true) this.#drop(partial.fileIndex, reason, out)
  }

  #drop(fileIndex: number, reason: JoinFault, out: Joined[]): void {
    this.#dropIndex = fileIndex
    out.push(problem(fileIndex, fileIndex, reason))
  }
}

function problem(fromIndex: number, toIndex: number, reason: JoinFault): JoinProblem {
  return { kind: 'problem', fromIndex, toIndex, reason }
}

/** The last file that a gap before this block can have hurt. */
function lastLostIndex(block: Buffer): number {
  if (block.length < BLOCK_HEADER_BYTES + RECORD_HEADER_BYTES) return 0
  const fileIndex = block.readInt32BE(BLOCK_HEADER_BYTES)
  const stream = block.readInt32BE(BLOCK_HEADER_BYTES + 4)
  if (fileIndex <= 0) return 0
  return stream >= 0 && isFileStart(stream) ? fileIndex - 1 : fileIndex
}

/** Streams with which the records of a file can begin. */
function isFileStart(stream: number): boolean {
  const type = stream & STREAM_TYPE_MASK
  return isAttributeStream(stream) || type === STREAM.pluginName || type === STREAM.restoreObject
}

// Packs the records of one session into blocks: whole runs are copied at once, the last record of a block is split.
import {
  CofferError,
  RECORD_HEADER_BYTES,
  type RecordCursor,
  type VolumeRecord,
  writeRecordHeader,
} from '@coffer/core'
import { BLOCK_HEADER_BYTES, sealBlock, type SessionKey } from './block.ts'

/** A finished block and which files it holds parts of; indexes are 0 when it holds nothing but labels. */
export interface SealedBlock {
  readonly bytes: Buffer
  readonly number: number
  readonly firstIndex: number
  readonly lastIndex: number
  /** Sum of the data of its records, without headers. */
  readonly dataBytes: number
}

/**
 * The records of one batch and how much of them is already in blocks. Between two blocks a record may be split: the
 * rest goes on with a header whose Stream is negative and whose size is what is left.
 */
export class BlockSource {
  readonly cursor: RecordCursor
  /** Bytes of the record in hand that earlier blocks took; 0 when it is untouched. */
  takenBytes = 0
  #isDone: boolean

  constructor(cursor: RecordCursor) {
    this.cursor = cursor
    this.#isDone = !cursor.next()
  }

  get isDone(): boolean {
    return this.#isDone
  }

  advance(): void {
    this.takenBytes = 0
    this.#isDone = !this.cursor.next()
  }
}

/**
 * Builds blocks one after the other in buffers that the caller lends: `begin`, `fill` until it reports a full block,
 * `seal`, and again. Blocks of one session are numbered through, over all Volumes.
 */
export class BlockBuilder {
  readonly #session: SessionKey
  readonly #hasChecksums: boolean
  #number = 0
  #block: Buffer | undefined
  #used = 0
  #firstIndex = 0
  #lastIndex = 0
  #dataBytes = 0

  constructor(session: SessionKey, hasChecksums = true) {
    this.#session = session
    this.#hasChecksums = hasChecksums
  }

  /** Whether a buffer is lent. */
  get isOpen(): boolean {
    return this.#block !== undefined
  }

  /** Whether the open block holds any record. */
  get isEmpty(): boolean {
    return this.#used <= BLOCK_HEADER_BYTES
  }

  /** The first file of which the open block holds a part; 0 when there is none. */
  get firstIndex(): number {
    return this.#firstIndex
  }

  /** Starts a block in `buffer`, whose length is the block's largest size. */
  begin(buffer: Buffer): void {
    if (this.#block !== undefined) throw new CofferError('internal-bug', 'a block is already open')
    this.#block = buffer
    this.#used = BLOCK_HEADER_BYTES
    this.#firstIndex = 0
    this.#lastIndex = 0
    this.#dataBytes = 0
  }

  /** Takes from the source what fits. True: the source is used up. False: the block is full. */
  fill(source: BlockSource): boolean {
    const block = this.#openBlock()
    for (;;) {
      if (source.takenBytes === 0) this.#copyRun(block, source)
      if (source.isDone) return true
      if (!this.#putPart(block, source)) return false
    }
  }

  /** Appends a record that may not be split, such as a label. False: it does not fit. */
  putWhole(record: VolumeRecord): boolean {
    const block = this.#openBlock()
    const sizeBytes = record.data.length
    if (RECORD_HEADER_BYTES + sizeBytes > block.length - this.#used) return false
    const dataAt = writeRecordHeader(block, this.#used, { ...record, sizeBytes })
    block.set(record.data, dataAt)
    this.#used = dataAt + sizeBytes
    return true
  }

  /** Finishes the block and gives the lent buffer back, cut to the block. */
  seal(): SealedBlock {
    const bytes = this.#openBlock().subarray(0, this.#used)
    const number = this.#number
    sealBlock(bytes, { ...this.#session, number }, this.#hasChecksums)
    const sealed = {
      bytes,
      number,
      firstIndex: this.#firstIndex,
      lastIndex: this.#lastIndex,
      dataBytes: this.#dataBytes,
    }
    this.#number = number + 1
    this.#block = undefined
    this.#firstIndex = 0
    return sealed
  }

  /** Copies as many whole records as fit, in one stroke: a batch and a block hold them in the same layout. */
  #copyRun(block: Buffer, source: BlockSource): void {
    const { cursor } = source
    const from = cursor.start
    const limit = from + block.length - this.#used
    let end = from
    while (!source.isDone && cursor.end <= limit) {
      this.#note(cursor.fileIndex, cursor.sizeBytes)
      end = cursor.end
      source.advance()
    }
    if (end === from) return
    block.set(cursor.bytes.subarray(from, end), this.#used)
    this.#used += end - from
  }

  /** Puts what fits of the record in hand. False when not even one byte of its data does. */
  #putPart(block: Buffer, source: BlockSource): boolean {
    const { cursor } = source
    const leftBytes = cursor.sizeBytes - source.takenBytes
    const room = block.length - this.#used - RECORD_HEADER_BYTES
    if (room <= 0) return false
    const partBytes = Math.min(room, leftBytes)
    const stream = source.takenBytes === 0 ? cursor.stream : -cursor.stream
    const dataAt = writeRecordHeader(block, this.#used, {
      fileIndex: cursor.fileIndex,
      stream,
      sizeBytes: leftBytes,
    })
    const dataFrom = cursor.dataStart + source.takenBytes
    block.set(cursor.bytes.subarray(dataFrom, dataFrom + partBytes), dataAt)
    this.#used = dataAt + partBytes
    this.#note(cursor.fileIndex, partBytes)
    if (partBytes === leftBytes) source.advance()
    else source.takenBytes += partBytes
    return partBytes === leftBytes
  }

  #note(fileIndex: number, dataBytes: number): void {
    if (this.#firstIndex === 0) this.#firstIndex = fileIndex
    this.#lastIndex = fileIndex
    this.#dataBytes += dataBytes
  }

  #openBlock(): Buffer {
    if (this.#block === undefined) throw new CofferError('internal-bug', 'no block is open')
    return this.#block
  }
}

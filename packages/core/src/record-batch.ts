// Batches of whole records: the bytes that travel between file daemon and storage, and the records inside a block.
import { CofferError } from './errors.ts'

/**
 * Record header, 12 bytes, big endian. Source: the Bareos Volume format, docs/volume-format.md.
 *
 * | offset | type   | meaning                                             |
 * |-------:|--------|-----------------------------------------------------|
 * |      0 | int32  | FileIndex: a file's number, or a label (core LABEL) |
 * |      4 | int32  | Stream; for a label the JobId                       |
 * |      8 | uint32 | size of the data that follows                       |
 */
export const RECORD_HEADER_BYTES = 12

/** The largest data of one record that is written or accepted. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024

/** The largest batch that is sent or accepted: a batch of one largest record must fit. */
export const MAX_BATCH_BYTES = MAX_RECORD_BYTES + RECORD_HEADER_BYTES

/** One record. `data` is a view into the batch it came from, valid as long as that is. */
export interface VolumeRecord {
  readonly fileIndex: number
  readonly stream: number
  readonly data: Buffer
}

/**
 * Steps through the records of a batch without copying or allocating: after `next()` returned true the fields describe
 * the record in hand. Throws `record-malformed` when the batch does not end with a whole record.
 */
export class RecordCursor {
  fileIndex = 0
  stream = 0
  sizeBytes = 0
  /** Offset of the record's header. */
  start = 0
  /** Offset of its data. */
  dataStart = 0
  /** Offset behind its data: where the next header stands. */
  end = 0
  readonly bytes: Buffer

  constructor(batch: Uint8Array) {
    this.bytes = asBuffer(batch)
  }

  next(): boolean {
    const start = this.end
    const { bytes } = this
    if (start === bytes.length) return false
    if (bytes.length - start < RECORD_HEADER_BYTES) {
      throw malformed(`${bytes.length - start} bytes are left where a record header should be`)
    }
    const sizeBytes = bytes.readUInt32BE(start + 8)
    const dataStart = start + RECORD_HEADER_BYTES
    if (sizeBytes > bytes.length - dataStart) {
      throw malformed(
        `a record of ${sizeBytes} bytes does not fit into the ${bytes.length - dataStart} bytes that are left`,
      )
    }
    this.fileIndex = bytes.readInt32BE(start)
    this.stream = bytes.readInt32BE(start + 4)
    this.sizeBytes = sizeBytes
    this.start = start
    this.dataStart = dataStart
    this.end = dataStart + sizeBytes
    return true
  }

  /** The data of the record in hand, a view. */
  data(): Buffer {
    return this.bytes.subarray(this.dataStart, this.end)
  }
}

/** The records of a batch in order, as views into it. Throws `record-malformed` as `RecordCursor` does. */
export function* recordsOf(batch: Uint8Array): Generator<VolumeRecord> {
  const cursor = new RecordCursor(batch)
  while (cursor.next()) {
    yield { fileIndex: cursor.fileIndex, stream: cursor.stream, data: cursor.data() }
  }
}

/** Writes a record header at `at`; returns the offset behind it. */
export function writeRecordHeader(
  bytes: Buffer,
  at: number,
  header: { readonly fileIndex: number; readonly stream: number; readonly sizeBytes: number },
): number {
  bytes.writeInt32BE(header.fileIndex, at)
  bytes.writeInt32BE(header.stream, at + 4)
  bytes.writeUInt32BE(header.sizeBytes, at + 8)
  return at + RECORD_HEADER_BYTES
}

/** One batch of the given records, copied. For tests and small things; streams use `RecordBatchBuilder`. */
export function encodeRecords(
  records: Iterable<{
    readonly fileIndex: number
    readonly stream: number
    readonly data: Uint8Array
  }>,
): Buffer {
  const parts: Uint8Array[] = []
  for (const { fileIndex, stream, data } of records) {
    const header = Buffer.allocUnsafe(RECORD_HEADER_BYTES)
    writeRecordHeader(header, 0, { fileIndex, stream, sizeBytes: data.length })
    parts.push(header, data)
  }
  return Buffer.concat(parts)
}

/**
 * Fills one batch after the other. Records are put in whole, or opened as a window into the batch, so that a caller can
 * read from a file straight into it. A batch grows beyond `targetBytes` only when a single record demands it.
 */
export class RecordBatchBuilder {
  readonly #targetBytes: number
  #bytes: Buffer
  #used = 0
  #openAt = -1

  constructor(targetBytes: number) {
    this.#targetBytes = targetBytes
    this.#bytes = freshBuffer(targetBytes)
  }

  /** Bytes of whole records in hand. */
  get usedBytes(): number {
    return this.#used
  }

  /** Whether a record of that much data still goes into this batch; an empty batch takes any legal record. */
  fits(sizeBytes: number): boolean {
    return this.#used === 0 || RECORD_HEADER_BYTES + sizeBytes <= this.#bytes.length - this.#used
  }

  /** Appends a record. The caller has asked `fits` and taken the batch before if it did not. */
  append(fileIndex: number, stream: number, data: Uint8Array): void {
    const window = this.open(fileIndex, stream, data.length)
    window.set(data)
    this.close(data.length)
  }

  /**
   * Opens a record and returns the window of `capacityBytes` for its data. `close` ends it; nothing else may happen in
   * between. Throws `record-too-large` beyond `MAX_RECORD_BYTES`.
   */
  open(fileIndex: number, stream: number, capacityBytes: number): Buffer {
    if (this.#openAt >= 0) throw new CofferError('internal-bug', 'a record is already open')
    if (capacityBytes > MAX_RECORD_BYTES) {
      throw new CofferError(
        'record-too-large',
        `a record of ${capacityBytes} bytes exceeds the limit of ${MAX_RECORD_BYTES} bytes`,
      )
    }
    if (!this.fits(capacityBytes)) throw new CofferError('internal-bug', 'the batch is full')
    this.#ensureRoom(RECORD_HEADER_BYTES + capacityBytes)
    const at = this.#used
    const dataAt = writeRecordHeader(this.#bytes, at, { fileIndex, stream, sizeBytes: 0 })
    this.#openAt = at
    return this.#bytes.subarray(dataAt, dataAt + capacityBytes)
  }

  /** Ends the open record at `sizeBytes`, at most the window's size; or forgets it when `undefined`. */
  close(sizeBytes: number | undefined): void {
    if (this.#openAt < 0) throw new CofferError('internal-bug', 'no record is open')
    if (sizeBytes !== undefined) {
      this.#bytes.writeUInt32BE(sizeBytes, this.#openAt + 8)
      this.#used = this.#openAt + RECORD_HEADER_BYTES + sizeBytes
    }
    this.#openAt = -1
  }

  /** Hands over what was gathered (an own ArrayBuffer, which may be transferred) and starts the next batch. */
  take(): Buffer {
    if (this.#openAt >= 0) throw new CofferError('internal-bug', 'a record is still open')
    const taken = this.#bytes.subarray(0, this.#used)
    this.#bytes = freshBuffer(this.#targetBytes)
    this.#used = 0
    return taken
  }

  #ensureRoom(neededBytes: number): void {
    if (neededBytes <= this.#bytes.length - this.#used) return
    // Only an empty batch gets here: `fits` has let a record in that is larger than the target.
    this.#bytes = freshBuffer(neededBytes)
  }
}

// Never from the shared pool: a batch must be transferable to another thread.
function freshBuffer(sizeBytes: number): Buffer {
  return Buffer.allocUnsafeSlow(sizeBytes)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function malformed(text: string): CofferError {
  return new CofferError('record-malformed', `record batch: ${text}`)
}

// Rows of the table file in the binary form of COPY, gathered in a bounded buffer.
//
// Source: PostgreSQL's documentation of COPY, "Binary Format": a signature, two zero words, then for each row a count of
// fields and each field behind its length, at the end a count of -1. All numbers big endian.

/** Columns in the order in which `append` writes them. */
export const FILE_COPY =
  'COPY file (jobid, fileindex, pathid, deltaseq, name, lstat, md5) FROM STDIN (FORMAT binary)'

export interface FileRow {
  readonly fileIndex: number
  readonly pathId: number
  readonly deltaSeq: number
  /** Bytes of the name within its directory, empty for a directory. */
  readonly name: Uint8Array
  readonly lstat: string
  /** Base64 without padding, "0" for none. */
  readonly digest: string
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const COLUMNS = 7
// A row's count of fields, the lengths of seven and the numbers in four of them.
const FIXED_BYTES = 2 + COLUMNS * 4 + 4 + 4 + 4 + 2
const END_BYTES = 2
const MAX_SMALLINT = 32_767

export class FileRows {
  readonly #jobId: number
  #bytes: Buffer
  #used = 0
  #count = 0

  constructor(jobId: number, sizeBytes: number) {
    this.#jobId = jobId
    this.#bytes = Buffer.allocUnsafe(sizeBytes)
    this.#reset()
  }

  get count(): number {
    return this.#count
  }

  get usedBytes(): number {
    return this.#used
  }

  append(row: FileRow): void {
    this.#reserve(FIXED_BYTES + row.name.length + row.lstat.length + row.digest.length + END_BYTES)
    const bytes = this.#bytes
    let at = bytes.writeInt16BE(COLUMNS, this.#used)
    at = writeInt32Field(bytes, at, this.#jobId)
    at = writeInt32Field(bytes, at, row.fileIndex)
    at = writeInt32Field(bytes, at, row.pathId)
    at = bytes.writeInt32BE(2, at)
    at = bytes.writeInt16BE(Math.min(row.deltaSeq, MAX_SMALLINT), at)
    at = bytes.writeInt32BE(row.name.length, at)
    bytes.set(row.name, at)
    at = writeLatinField(bytes, at + row.name.length, row.lstat)
    this.#used = writeLatinField(bytes, at, row.digest)
    this.#count += 1
  }

  /** The whole COPY stream of the rows, a view that holds until the next `append` after `clear`. */
  finish(): Buffer {
    const end = this.#bytes.writeInt16BE(-1, this.#used)
    return this.#bytes.subarray(0, end)
  }

  clear(): void {
    this.#reset()
  }

  #reset(): void {
    SIGNATURE.copy(this.#bytes)
    this.#used = SIGNATURE.length
    this.#count = 0
  }

  #reserve(neededBytes: number): void {
    const total = this.#used + neededBytes
    if (total <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(total, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#used)
    this.#bytes = larger
  }
}

function writeInt32Field(bytes: Buffer, at: number, value: number): number {
  return bytes.writeInt32BE(value, bytes.writeInt32BE(4, at))
}

/** Text of characters up to U+00FF, each a byte; lstat and digests are ASCII. */
function writeLatinField(bytes: Buffer, at: number, text: string): number {
  const dataAt = bytes.writeInt32BE(text.length, at)
  return dataAt + bytes.write(text, dataAt, 'latin1')
}

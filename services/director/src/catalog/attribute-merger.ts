// Records of a Job's stream to entries of files: a digest joins the attributes of the same FileIndex. Pure.
import {
  FILE_TYPE,
  isAttributeStream,
  isDigestStream,
  RecordCursor,
  splitAttributes,
  STREAM,
  STREAM_TYPE_MASK,
} from '@coffer/core'
import { decodeRestoreObject, type RestoreObject } from './restore-object.ts'

/** What the Catalog keeps of one file. */
export interface FileEntry {
  /** Its number on the stream; the Catalog writes 0 for a deletion. */
  readonly streamIndex: number
  readonly isDeleted: boolean
  /** Bytes of its directory's name as latin1 text, see PathIds. */
  readonly directory: string
  /** A view of the chunk that it came in. */
  readonly name: Buffer
  readonly lstat: string
  readonly deltaSeq: number
  digest: string
}

/** What one chunk completed. */
export interface MergedChunk {
  readonly entries: FileEntry[]
  readonly objects: RestoreObject[]
}

const SLASH = 0x2f
const NO_DIGEST = '0'

/** FileIndex never decreases along a stream, so only the last file can still get its digest. */
export class AttributeMerger {
  #last: FileEntry | undefined
  /** Files follow each other by directory: the same text is used again. */
  #directory = { bytes: Buffer.alloc(0), text: '' }

  /** Files that are complete: all but the last one. Throws `attributes-damaged`, `record-malformed`. */
  add(chunk: Uint8Array): MergedChunk {
    const merged: MergedChunk = { entries: [], objects: [] }
    const cursor = new RecordCursor(chunk)
    while (cursor.next()) {
      if (isAttributeStream(cursor.stream)) {
        merged.entries.push(...this.take())
        this.#last = this.#entryOf(cursor)
      } else if (isDigestStream(cursor.stream)) {
        if (this.#last?.streamIndex === cursor.fileIndex) {
          this.#last.digest = cursor.data().toString('base64').replace(/=+$/u, '')
        }
      } else if ((cursor.stream & STREAM_TYPE_MASK) === STREAM.restoreObject) {
        merged.objects.push(decodeRestoreObject(cursor.data()))
      }
    }
    return merged
  }

  /** The last file, when nothing more is to come for it. */
  take(): FileEntry[] {
    const last = this.#last
    this.#last = undefined
    return last === undefined ? [] : [last]
  }

  #entryOf(cursor: RecordCursor): FileEntry {
    const fields = splitAttributes(cursor.data())
    const { buffer, byteOffset, byteLength } = fields.path
    const path = Buffer.from(buffer, byteOffset, byteLength)
    const nameAt = path.lastIndexOf(SLASH) + 1
    return {
      streamIndex: cursor.fileIndex,
      isDeleted: fields.type === FILE_TYPE.deleted,
      directory: this.#directoryText(path.subarray(0, nameAt)),
      name: path.subarray(nameAt),
      lstat: fields.lstat,
      deltaSeq: fields.deltaSeq,
      digest: NO_DIGEST,
    }
  }

  #directoryText(bytes: Buffer): string {
    if (!this.#directory.bytes.equals(bytes)) {
      this.#directory = { bytes: Buffer.from(bytes), text: bytes.toString('latin1') }
    }
    return this.#directory.text
  }
}

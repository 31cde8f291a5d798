// New FileIndexes for files of several sessions that become one: in the order of reading, hard links following along.
import {
  isAttributeStream,
  renumberAttributes,
  splitAttributes,
  decodeLstat,
  type VolumeRecord,
} from '@coffer/core'
import { type SessionKey, sessionKeyText } from '../volume/block.ts'

/** Memory grows only with files that have further hard links. */
export class Renumber {
  #next: number
  #current = ''
  #currentIndex = 0
  /** New FileIndexes of files that a further link may refer to. */
  readonly #linked = new Map<string, number>()

  constructor(firstIndex: number) {
    this.#next = firstIndex
  }

  /**
   * The record with the number of its file, one more for each file that begins. Attribute records say it inside as well,
   * and further hard links name the number of the first. Throws `attributes-damaged`.
   */
  apply(session: SessionKey, record: VolumeRecord): VolumeRecord {
    const file = `${sessionKeyText(session)}/${record.fileIndex}`
    if (file !== this.#current) {
      this.#current = file
      this.#currentIndex = this.#next++
    }
    const fileIndex = this.#currentIndex
    if (!isAttributeStream(record.stream)) return { ...record, fileIndex }
    return { ...record, fileIndex, data: this.#attributes(session, record.data, file) }
  }

  #attributes(session: SessionKey, data: Buffer, file: string): Buffer {
    const { nlink, linkFileIndex } = decodeLstat(splitAttributes(data).lstat)
    if (linkFileIndex === 0) {
      if (nlink > 1) this.#linked.set(file, this.#currentIndex)
      return renumberAttributes(data, this.#currentIndex, 0)
    }
    // A first link that was not chosen is found by its name alone.
    const first = this.#linked.get(`${sessionKeyText(session)}/${linkFileIndex}`) ?? 0
    return renumberAttributes(data, this.#currentIndex, first)
  }
}

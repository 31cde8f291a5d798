// FileRegex of a Bootstrap: only files whose path matches are read.
import {
  CofferError,
  decodeAttributes,
  isAttributeStream,
  messageOf,
  type VolumeRecord,
} from '@coffer/core'
import { type SessionKey, sessionKeyText } from '../volume/block.ts'

/** Remembers, for each session, whether the file in hand is wanted. */
export class FileRegex {
  readonly #pattern: RegExp
  readonly #wanted = new Map<string, { readonly fileIndex: number; readonly isWanted: boolean }>()

  /** Throws `bootstrap-invalid` when it is no regular expression. */
  constructor(text: string) {
    try {
      this.#pattern = new RegExp(text, 'u')
    } catch (error) {
      throw new CofferError('bootstrap-invalid', `FileRegex "${text}": ${messageOf(error)}`)
    }
  }

  /** Whether a record belongs to a wanted file. Records before a file's attributes are not. */
  wants(session: SessionKey, record: VolumeRecord): boolean {
    const key = sessionKeyText(session)
    if (isAttributeStream(record.stream)) {
      const isWanted = this.#matches(record)
      this.#wanted.set(key, { fileIndex: record.fileIndex, isWanted })
    }
    const known = this.#wanted.get(key)
    return known?.fileIndex === record.fileIndex && known.isWanted
  }

  /** A record that cannot be understood has no path that could match. */
  #matches({ data }: VolumeRecord): boolean {
    try {
      return this.#pattern.test(decodeAttributes(data).path)
    } catch {
      return false
    }
  }
}

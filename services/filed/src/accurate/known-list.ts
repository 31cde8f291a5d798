// The list of known files of one Job, as it comes from the Director: a file on disk that has no name any more.
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CofferError, messageOf } from '@coffer/core'

/** Where a thread of the Job finds the list: entries one behind the other, see core/known-file.ts. */
export interface KnownListPlace {
  readonly fd: number
  readonly sizeBytes: number
}

export class KnownList {
  readonly #file: FileHandle
  #sizeBytes = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Its bytes are gone when it is closed, or when this process ends in whatever way. Throws `known-list-failed`. */
  static async create(workingDirectory: string, tag: string): Promise<KnownList> {
    const path = join(workingDirectory, `${tag}.known`)
    try {
      await unlink(path).catch(() => undefined)
      const file = await open(path, 'wx+', 0o600)
      await unlink(path)
      return new KnownList(file)
    } catch (error) {
      throw failed(error)
    }
  }

  get place(): KnownListPlace {
    return { fd: this.#file.fd, sizeBytes: this.#sizeBytes }
  }

  /** Whole entries. Throws `known-list-failed`. */
  async append(entries: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < entries.length; ) {
        const { bytesWritten } = await this.#file.write(
          entries,
          at,
          entries.length - at,
          this.#sizeBytes + at,
        )
        at += bytesWritten
      }
    } catch (error) {
      throw failed(error)
    }
    this.#sizeBytes += entries.length
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined)
  }
}

function failed(error: unknown): CofferError {
  const text = `the list of known files cannot be kept in the working directory: ${messageOf(error)}`
  return new CofferError('known-list-failed', text, { cause: error })
}

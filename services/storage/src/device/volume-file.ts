// One open Volume file: positioned reads and writes that are whole or fail with an error of ours.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CofferError } from '@coffer/core'
import { deviceFault, errnoOf } from './os-fault.ts'

/** Owner and group only: a Volume holds what its clients may have kept from others. */
const VOLUME_MODE = 0o640

/** What a reader of blocks needs. */
export interface ReadSource {
  /** Fills `into` from `position` on; returns how many bytes there were before the end. */
  readAt(into: Buffer, position: number): Promise<number>
}

/** What an appender of blocks needs. */
export interface AppendTarget {
  /** Writes all of the buffers one after the other from `position` on. */
  writeAt(buffers: readonly Buffer[], position: number): Promise<void>
  /** Returns when everything written is durable. */
  sync(): Promise<void>
  truncate(sizeBytes: number): Promise<void>
}

/** Node opens every file with O_CLOEXEC, so no child process inherits a Volume. */
export class VolumeFile implements ReadSource, AppendTarget {
  readonly path: string
  readonly #handle: FileHandle

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Undefined when there is no such file. */
  static async openForReading(path: string): Promise<VolumeFile | undefined> {
    return VolumeFile.#open(path, constants.O_RDONLY)
  }

  /** Undefined when there is no such file. */
  static async openForAppend(path: string): Promise<VolumeFile | undefined> {
    return VolumeFile.#open(path, constants.O_RDWR)
  }

  /** Creates a file that is not there yet and makes its name durable. */
  static async create(path: string): Promise<VolumeFile> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
    try {
      const file = new VolumeFile(path, await open(path, flags, VOLUME_MODE))
      await syncDirectory(dirname(path))
      return file
    } catch (error) {
      throw deviceFault(error, 'create', path)
    }
  }

  static async #open(path: string, flags: number): Promise<VolumeFile | undefined> {
    try {
      return new VolumeFile(path, await open(path, flags))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw deviceFault(error, 'open', path)
    }
  }

  async sizeBytes(): Promise<number> {
    try {
      const { size } = await this.#handle.stat()
      return size
    } catch (error) {
      throw deviceFault(error, 'look at', this.path)
    }
  }

  async readAt(into: Buffer, position: number): Promise<number> {
    let filled = 0
    try {
      while (filled < into.length) {
        const length = into.length - filled
        const { bytesRead } = await this.#handle.read(into, filled, length, position + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return filled
    } catch (error) {
      throw deviceFault(error, 'read', this.path)
    }
  }

  async writeAt(buffers: readonly Buffer[], position: number): Promise<void> {
    let rest = buffers
    let at = position
    try {
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest, at)
        if (bytesWritten === 0) throw new CofferError('device-io', `"${this.path}" takes no bytes`)
        at += bytesWritten
        rest = dropWritten(rest, bytesWritten)
      }
    } catch (error) {
      throw deviceFault(error, 'write', this.path)
    }
  }

  async sync(): Promise<void> {
    try {
      await this.#handle.datasync()
    } catch (error) {
      throw deviceFault(error, 'make durable', this.path)
    }
  }

  async truncate(sizeBytes: number): Promise<void> {
    try {
      await this.#handle.truncate(sizeBytes)
    } catch (error) {
      throw deviceFault(error, 'shorten', this.path)
    }
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

function dropWritten(buffers: readonly Buffer[], writtenBytes: number): Buffer[] {
  const rest: Buffer[] = []
  let skip = writtenBytes
  for (const buffer of buffers) {
    if (skip >= buffer.length) skip -= buffer.length
    else {
      rest.push(skip === 0 ? buffer : buffer.subarray(skip))
      skip = 0
    }
  }
  return rest
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

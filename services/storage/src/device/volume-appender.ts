// Appends blocks to one Volume file in order, keeps its end whole when a write fails, and makes it durable.
import type { CofferError } from '@coffer/core'
import { deviceFault } from './os-fault.ts'
import type { AppendTarget } from './volume-file.ts'

/** Blocks handed over in one system call at most: enough that its cost vanishes, few enough to stay responsive. */
const MAX_BLOCKS_PER_WRITE = 8

export interface AppendedBlock {
  /** Where the block will stand. */
  readonly address: number
  /** Settles when the block is written (not yet durable), or could not be. */
  readonly written: Promise<void>
}

interface Waiting {
  readonly block: Buffer
  readonly resolve: () => void
  readonly reject: (error: CofferError) => void
}

/**
 * Addresses are given out at once, bytes follow in order. When a write fails, its blocks and all behind them are
 * refused and the file is cut back to the last whole block, so that the next attempt finds a clean end.
 */
export class VolumeAppender {
  readonly #target: AppendTarget
  #writtenBytes: number
  #endBytes: number
  #durableBytes: number
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #lastWritten: Promise<void> = Promise.resolve()
  #syncing: Promise<void> = Promise.resolve()
  #nextSync: Promise<void> | undefined

  /** `endBytes`: where the next block goes; everything before is durable. */
  constructor(target: AppendTarget, endBytes: number) {
    this.#target = target
    this.#writtenBytes = endBytes
    this.#endBytes = endBytes
    this.#durableBytes = endBytes
  }

  /** Where the next block will stand. */
  get endBytes(): number {
    return this.#endBytes
  }

  /** End of what is in the file, always between two blocks. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /** End of what a crash cannot take. */
  get durableBytes(): number {
    return this.#durableBytes
  }

  /** `block` must not be changed until `written` has settled. */
  append(block: Buffer): AppendedBlock {
    const address = this.#endBytes
    this.#endBytes += block.length
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ block, resolve, reject })
    })
    // Whoever appended looks at it later; until then it is not a lost rejection.
    this.#lastWritten = written.catch(() => undefined)
    this.#writing ??= this.#writeAll()
    return { address, written }
  }

  /**
   * Makes everything durable that was appended before. Calls that come while one is running share the next one. Rejects
   * when the operating system cannot promise it; then nothing that was not durable before may be trusted.
   */
  async sync(): Promise<void> {
    await this.#lastWritten
    this.#nextSync ??= this.#syncing.then(
      () => this.#syncOnce(),
      () => this.#syncOnce(),
    )
    await this.#nextSync
  }

  /** Waits until everything appended before is written or refused. */
  async settle(): Promise<void> {
    await this.#lastWritten
  }

  #syncOnce(): Promise<void> {
    this.#nextSync = undefined
    const writtenBytes = this.#writtenBytes
    this.#syncing = this.#target.sync().then(() => {
      this.#durableBytes = Math.max(this.#durableBytes, writtenBytes)
    })
    return this.#syncing
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const taken = this.#waiting.splice(0, MAX_BLOCKS_PER_WRITE)
      const blocks = taken.map(({ block }) => block)
      try {
        await this.#target.writeAt(blocks, this.#writtenBytes)
      } catch (error) {
        await this.#giveUp(taken, deviceFault(error, 'write', 'Volume'))
        continue
      }
      for (const { block, resolve } of taken) {
        this.#writtenBytes += block.length
        resolve()
      }
    }
    this.#writing = undefined
  }

  async #giveUp(taken: readonly Waiting[], error: CofferError): Promise<void> {
    const refused = [...taken, ...this.#waiting]
    this.#waiting = []
    try {
      await this.#target.truncate(this.#writtenBytes)
    } catch {
      // The torn block stays behind the end: the next append writes over it, a reader skips it.
    }
    const late = this.#waiting
    this.#waiting = []
    this.#endBytes = this.#writtenBytes
    for (const { reject } of [...refused, ...late]) reject(error)
  }
}

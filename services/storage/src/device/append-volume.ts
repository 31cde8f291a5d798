// A Volume file that is open for writing, and the holds that sessions have on it.
import type { Clock } from '@coffer/core'
import type { LabelFamily } from '../volume/label.ts'
import type { AppendVolume, VolumeFacts } from './device.ts'
import { type AppendedBlock, VolumeAppender } from './volume-appender.ts'
import type { AppendTarget } from './volume-file.ts'

/** Room at the end of a Volume for which a shorter block is built; what is less stays empty. */
const WORTHWHILE_BYTES = 64 * 1024

export interface AppendFile extends AppendTarget {
  close(): Promise<void>
}

export interface SharedVolumeOptions {
  readonly name: string
  readonly pool: string
  readonly family: LabelFamily
  readonly file: AppendFile
  readonly labelBytes: number
  readonly endBytes: number
  /** 0: no limit. */
  readonly maxBytes: number
  readonly facts: VolumeFacts
  readonly clock: Clock
}

/** What all holds share. */
export class SharedVolume {
  readonly name: string
  readonly pool: string
  readonly family: LabelFamily
  readonly facts: VolumeFacts
  readonly #appender: VolumeAppender
  readonly #file: AppendFile
  readonly #labelBytes: number
  readonly #maxBytes: number
  readonly #clock: Clock
  writers = 0

  constructor(options: SharedVolumeOptions) {
    this.name = options.name
    this.pool = options.pool
    this.family = options.family
    this.facts = options.facts
    this.#file = options.file
    this.#appender = new VolumeAppender(options.file, options.endBytes)
    this.#labelBytes = options.labelBytes
    this.#maxBytes = options.maxBytes
    this.#clock = options.clock
  }

  get endBytes(): number {
    return this.#appender.endBytes
  }

  get writtenBytes(): number {
    return this.#appender.writtenBytes
  }

  get durableBytes(): number {
    return this.#appender.durableBytes
  }

  get blockLimitBytes(): number {
    if (this.#maxBytes === 0) return Infinity
    const emptyBytes = this.#maxBytes - this.#labelBytes
    const leftBytes = this.#maxBytes - this.endBytes
    return leftBytes >= WORTHWHILE_BYTES ? leftBytes : emptyBytes
  }

  /** A Volume with nothing but its label takes any block: a limit below the size of a block must not stop a Job. */
  hasRoom(sizeBytes: number): boolean {
    if (this.facts.status !== 'Append') return false
    const { endBytes } = this
    return (
      this.#maxBytes === 0 || endBytes <= this.#labelBytes || endBytes + sizeBytes <= this.#maxBytes
    )
  }

  append(block: Buffer): AppendedBlock {
    const appended = this.#appender.append(block)
    void appended.written.then(
      () => this.#count(),
      () => undefined,
    )
    return appended
  }

  async sync(): Promise<void> {
    try {
      await this.#appender.sync()
    } catch (error) {
      // The operating system forgets what it could not write: no later sync makes up for it.
      this.retire('Error')
      throw error
    }
  }

  retire(status: 'Full' | 'Error'): void {
    if (this.facts.status !== 'Error') this.facts.status = status
    if (status === 'Error') this.facts.errors++
  }

  async settle(): Promise<void> {
    await this.#appender.settle()
  }

  async close(): Promise<void> {
    await this.#appender.settle()
    await this.#file.close()
  }

  #count(): void {
    const { facts } = this
    facts.blocks++
    facts.writes++
    facts.lastWrittenMs = this.#clock.nowMs()
    if (facts.firstWrittenMs === 0) facts.firstWrittenMs = facts.lastWrittenMs
  }
}

/** One session's hold: everything goes to the shared Volume, `release` counts once. */
export class VolumeHold implements AppendVolume {
  readonly isFresh: boolean
  readonly #shared: SharedVolume
  readonly #letGo: () => Promise<void>
  #isReleased = false

  constructor(shared: SharedVolume, isFresh: boolean, letGo: () => Promise<void>) {
    this.#shared = shared
    this.isFresh = isFresh
    this.#letGo = letGo
  }

  get name(): string {
    return this.#shared.name
  }

  get family(): LabelFamily {
    return this.#shared.family
  }

  get facts(): Readonly<VolumeFacts> {
    return this.#shared.facts
  }

  get endBytes(): number {
    return this.#shared.endBytes
  }

  get durableBytes(): number {
    return this.#shared.durableBytes
  }

  get blockLimitBytes(): number {
    return this.#shared.blockLimitBytes
  }

  hasRoom(sizeBytes: number): boolean {
    return this.#shared.hasRoom(sizeBytes)
  }

  append(block: Buffer): AppendedBlock {
    return this.#shared.append(block)
  }

  sync(): Promise<void> {
    return this.#shared.sync()
  }

  retire(status: 'Full' | 'Error'): void {
    this.#shared.retire(status)
  }

  async release(): Promise<void> {
    if (this.#isReleased) return
    this.#isReleased = true
    await this.#shared.settle()
    await this.#letGo()
  }
}

// Commits: makes blocks durable, hands on what the Catalog may promise, and waits until it does.
import { type CofferError, toCofferError } from '@coffer/core'
import type { JobMediaInit } from '@coffer/wire'
import type { AppendVolume } from '../device/device.ts'
import { recordsBelow } from './attribute-queue.ts'
import type { BackupControl } from './backup-control.ts'
import { type Extent, splitAddress } from './extents.ts'
import type { FaultPoints } from './faults.ts'
import { SerialQueue } from './serial-queue.ts'
import { volumeReport } from './volume-report.ts'

/** What a commit is to cover. */
export interface CommitContent {
  /** Settles when all blocks of the session up to here are written, or some could not be. */
  readonly written: Promise<unknown>
  /** Known once they are: where they lie. */
  readonly takeExtents: () => readonly Extent[]
  /** Catalog records of files below the bound that held when they were taken. */
  readonly attributes: readonly Buffer[]
  /**
   * Known once they are: files at and above it are not whole on a Volume; Infinity when nothing is missing. It can be
   * lower than the bound at which the attributes were taken when a write failed meanwhile.
   */
  readonly boundIndex: () => number
  /** Files and bytes of data up to here. */
  readonly files: number
  readonly bytes: number
}

/**
 * One at a time, in order, beside the stream of records. The Catalog never promises what no Volume holds: attributes
 * leave only after the sync of every Volume that their blocks are on.
 */
export class Committer {
  readonly #control: BackupControl
  readonly #faults: FaultPoints | undefined
  readonly #queue = new SerialQueue()
  #number = 0
  #waiting = 0
  #durableIndex = 0
  #failure: CofferError | undefined

  constructor(control: BackupControl, faults: FaultPoints | undefined) {
    this.#control = control
    this.#faults = faults
  }

  /** Commits that have not ended. */
  get waiting(): number {
    return this.#waiting
  }

  /** Every file up to this one is in the Catalog. */
  get durableIndex(): number {
    return this.#durableIndex
  }

  /** Set once a commit failed; no later one is tried. */
  get failure(): CofferError | undefined {
    return this.#failure
  }

  /** Resolves when the Catalog has it; rejects when a Volume or the Director fails, or failed before. */
  commit(content: CommitContent): Promise<void> {
    this.#waiting++
    return this.#queue.run(async () => {
      try {
        if (this.#failure !== undefined) throw this.#failure
        await this.#commit(content)
      } catch (error) {
        this.#failure ??= toCofferError(error)
        throw error
      } finally {
        this.#waiting--
      }
    })
  }

  /** Resolves when no commit is under way. */
  idle(): Promise<void> {
    return this.#queue.run(() => Promise.resolve())
  }

  /** Tells the Catalog of a Volume's new label before any data follow. */
  commitLabel(volume: AppendVolume): Promise<void> {
    return this.#queue.run(() =>
      this.#control.commit({ number: ++this.#number, volumes: [volumeReport(volume)] }),
    )
  }

  async #commit(content: CommitContent): Promise<void> {
    await content.written
    const extents = content.takeExtents()
    const volumes = [...new Set(extents.map(({ volume }) => volume))]
    await this.#faults?.reach('before-sync')
    for (const volume of volumes) await volume.sync()
    const boundIndex = content.boundIndex()
    for (const chunk of content.attributes) await this.#sendAttributes(chunk, boundIndex)
    await this.#faults?.reach('before-commit')
    await this.#control.commit({
      number: ++this.#number,
      jobMedia: extents.filter(({ lastIndex }) => lastIndex > 0).map(jobMediaRow),
      volumes: volumes.map(volumeReport),
      files: content.files,
      bytes: content.bytes,
    })
    await this.#faults?.reach('after-commit')
    const lastIndex = extents.at(-1)?.lastIndex ?? 0
    this.#durableIndex = Math.max(this.#durableIndex, Math.min(lastIndex, boundIndex - 1))
  }

  async #sendAttributes(chunk: Buffer, boundIndex: number): Promise<void> {
    const records = boundIndex === Infinity ? chunk : recordsBelow(chunk, boundIndex)
    if (records.length > 0) {
      await this.#control.send({ event: 'attributes', attributes: { records } })
    }
  }
}

function jobMediaRow(extent: Extent): JobMediaInit {
  const start = splitAddress(extent.startAddress)
  const end = splitAddress(extent.endAddress)
  return {
    volume: extent.volume.name,
    firstIndex: extent.firstIndex,
    lastIndex: extent.lastIndex,
    startFile: start.file,
    endFile: end.file,
    startBlock: start.block,
    endBlock: end.block,
    bytes: extent.bytes,
  }
}

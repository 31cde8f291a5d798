// One session's way onto Volumes: records into blocks, blocks onto the Volume in hand, and onto the next when it is full.
import { CofferError, type RecordCursor, toCofferError, type VolumeRecord } from '@coffer/core'
import type { AppendVolume, Device } from '../device/device.ts'
import { MIN_BLOCK_BYTES, type SessionKey } from '../volume/block.ts'
import { BlockBuilder, BlockSource, type SealedBlock } from '../volume/block-builder.ts'
import { BufferPool } from './buffer-pool.ts'
import { type Extent, ExtentList } from './extents.ts'
import type { FaultPoints } from './faults.ts'

/** Blocks of one session that may be under way at the same time: the bound of its memory. */
const BLOCKS_UNDER_WAY = 6

export interface BlockWriterOptions {
  readonly device: Device
  readonly session: SessionKey
  /** Called for the first Volume and whenever one is full. The Volume it returns is known to the Catalog. */
  readonly nextVolume: (full: AppendVolume | undefined) => Promise<AppendVolume>
  readonly faults: FaultPoints | undefined
}

export class BlockWriter {
  readonly #options: BlockWriterOptions
  readonly #builder: BlockBuilder
  readonly #pool: BufferPool
  readonly #extents = new ExtentList()
  readonly #volumes: AppendVolume[] = []
  #buffer: Buffer | undefined
  #volume: AppendVolume | undefined
  #startAddress: number | undefined
  #lastWritten: Promise<void> = Promise.resolve()
  /** First file in a block that is finished and waits for a Volume; 0 when there is none. */
  #heldIndex = 0
  #failure: CofferError | undefined
  #lostIndex = Infinity

  constructor(options: BlockWriterOptions) {
    this.#options = options
    this.#builder = new BlockBuilder(options.session, options.device.hasChecksums)
    this.#pool = new BufferPool(
      BLOCKS_UNDER_WAY,
      Math.max(options.device.blockBytes, MIN_BLOCK_BYTES),
    )
  }

  /** The Volume in hand; undefined before the first block. */
  get volume(): AppendVolume | undefined {
    return this.#volume
  }

  /** Names of all Volumes written to, in order. */
  get volumeNames(): readonly string[] {
    return [...new Set(this.#volumes.map(({ name }) => name))]
  }

  /** Where the first block stands; undefined before it. */
  get startAddress(): number | undefined {
    return this.#startAddress
  }

  /** FileIndex from which on nothing is whole, since a block could not be written. */
  get lostIndex(): number {
    return this.#lostIndex
  }

  /** FileIndex from which on records may not be on their way to a Volume yet; Infinity when all are. */
  get unwrittenIndex(): number {
    const index = this.#heldIndex === 0 ? this.#builder.firstIndex : this.#heldIndex
    return index === 0 ? Infinity : index
  }

  /** Why a block could not be written. */
  get failure(): CofferError | undefined {
    return this.#failure
  }

  /** Settles when every block so far is written or refused; never rejects. */
  get written(): Promise<void> {
    return this.#lastWritten
  }

  /** Where the written blocks lie, since the last call. */
  takeExtents(): readonly Extent[] {
    return this.#extents.take()
  }

  /** Puts all records of a checked batch into blocks. */
  async put(cursor: RecordCursor): Promise<void> {
    const source = new BlockSource(cursor)
    await this.#ensureBlock()
    while (!this.#builder.fill(source)) {
      await this.flush()
      await this.#ensureBlock()
    }
  }

  /** Puts a record that may not be split. */
  async putLabel(makeRecord: (volume: AppendVolume) => VolumeRecord): Promise<void> {
    await this.#ensureBlock()
    if (this.#builder.putWhole(makeRecord(this.#getVolume()))) return
    await this.flush()
    await this.#ensureBlock()
    if (this.#builder.putWhole(makeRecord(this.#getVolume()))) return
    throw new CofferError('internal-bug', 'a label does not fit into a block')
  }

  /** Hands the open block to the Volume, however full it is; onto the next Volume if this one has no room. */
  async flush(): Promise<void> {
    if (!this.#builder.isOpen || this.#builder.isEmpty) return
    const buffer = this.#buffer
    this.#buffer = undefined
    const sealed = this.#builder.seal()
    this.#heldIndex = sealed.firstIndex
    const volume = await this.#volumeWithRoom(sealed.bytes.length).catch((error: unknown) => {
      // The block is lost, and with it the numbering: nothing may follow it.
      this.#failure ??= toCofferError(error)
      throw error
    })
    if (this.#failure !== undefined) throw this.#failure
    const { address, written } = volume.append(sealed.bytes)
    this.#heldIndex = 0
    this.#startAddress ??= address
    this.#lastWritten = this.#settle(written, { volume, address, sealed }, buffer)
    await this.#options.faults?.reach('block-written')
  }

  /** Resolves when every block is written; rejects with the reason when one could not be. */
  async finishWrites(): Promise<void> {
    await this.#lastWritten
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Lets go of all Volumes. */
  async release(): Promise<void> {
    await this.#lastWritten
    for (const volume of this.#volumes) await volume.release()
  }

  /** In the order of the blocks, also over the change from one Volume to the next. */
  async #settle(
    written: Promise<void>,
    block: { volume: AppendVolume; address: number; sealed: SealedBlock },
    buffer: Buffer | undefined,
  ): Promise<void> {
    const { volume, address, sealed } = block
    const { firstIndex, lastIndex, dataBytes } = sealed
    try {
      await this.#lastWritten
      await written
      if (this.#failure !== undefined) return
      const sizeBytes = sealed.bytes.length
      this.#extents.add({ volume, address, sizeBytes, firstIndex, lastIndex, dataBytes })
    } catch (error) {
      this.#failure ??= toCofferError(error)
      this.#lostIndex = Math.min(this.#lostIndex, firstIndex === 0 ? Infinity : firstIndex)
    } finally {
      if (buffer !== undefined) this.#pool.give(buffer)
    }
  }

  async #ensureBlock(): Promise<void> {
    if (this.#builder.isOpen) return
    if (this.#failure !== undefined) throw this.#failure
    const volume = this.#volume ?? (await this.#openNext(undefined))
    const buffer = await this.#pool.take()
    const limit = Math.max(Math.min(buffer.length, volume.blockLimitBytes), MIN_BLOCK_BYTES)
    this.#buffer = buffer
    this.#builder.begin(buffer.subarray(0, limit))
  }

  async #volumeWithRoom(sizeBytes: number): Promise<AppendVolume> {
    let volume = this.#getVolume()
    while (!volume.hasRoom(sizeBytes)) volume = await this.#openNext(volume)
    return volume
  }

  async #openNext(full: AppendVolume | undefined): Promise<AppendVolume> {
    const volume = await this.#options.nextVolume(full)
    this.#volumes.push(volume)
    this.#volume = volume
    return volume
  }

  #getVolume(): AppendVolume {
    if (this.#volume === undefined) throw new CofferError('internal-bug', 'no Volume is open')
    return this.#volume
  }
}

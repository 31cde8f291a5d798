// Reads the blocks of a Volume in order, only where asked, and finds the next sound one behind a damaged place.
import type { NumberRange } from '@coffer/core'
import {
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  findBlockStart,
  isBlockSound,
  isSameSession,
  MAX_BLOCK_BYTES,
  readBlockHeader,
} from '../volume/block.ts'
import type { ReadSource } from './volume-file.ts'

/** Bytes that are read at once. */
const WINDOW_BYTES = 4 * 1024 * 1024

/** A sound block. `bytes` is a view that the next step overwrites. */
export interface ReadBlock {
  readonly kind: 'block'
  readonly address: number
  readonly header: BlockHeader
  readonly bytes: Buffer
}

/**
 * A place that holds no sound block, from `from` up to, not including, `to`. `cut-short`: the Volume ends there;
 * `checksum`: a block was there and its checksum does not hold; `no-block`: nothing there looks like a block.
 */
export interface DamagedPlace {
  readonly kind: 'damage'
  readonly from: number
  readonly to: number
  readonly reason: 'cut-short' | 'checksum' | 'no-block'
}

export interface BlockReaderOptions {
  /** First address to read, by default 0. */
  readonly from?: number
  /** Where the Volume ends. */
  readonly endBytes: number
  /** Only blocks that start in these ranges, sorted; undefined: all. */
  readonly ranges?: readonly NumberRange[] | undefined
  /** Blocks for which it says no are passed over, their checksum not looked at. */
  readonly wants?: (header: BlockHeader) => boolean
}

export class BlockReader {
  readonly #source: ReadSource
  readonly #endBytes: number
  readonly #ranges: readonly NumberRange[] | undefined
  readonly #wants: (header: BlockHeader) => boolean
  #window = Buffer.allocUnsafeSlow(WINDOW_BYTES)
  /** Address of the window's first byte, and how many bytes of it are filled. */
  #windowAt = 0
  #filled = 0
  #position: number
  #range = 0

  constructor(source: ReadSource, options: BlockReaderOptions) {
    this.#source = source
    this.#endBytes = options.endBytes
    this.#ranges = options.ranges
    this.#wants = options.wants ?? ((): boolean => true)
    this.#position = options.from ?? 0
  }

  /** Address of the next byte to be looked at. */
  get position(): number {
    return this.#position
  }

  /** The next wanted block or damaged place; undefined at the end. */
  async next(): Promise<ReadBlock | DamagedPlace | undefined> {
    while (this.#enterRange()) {
      const address = this.#position
      const header = readBlockHeader(await this.#view(address, BLOCK_HEADER_BYTES))
      if (header === undefined) return this.#skipDamage(address, 'no-block')
      if (address + header.sizeBytes > this.#endBytes) {
        return this.#skipDamage(address, 'cut-short')
      }
      // The size of a block that nobody looks at is believed when something follows where it says.
      if (!this.#wants(header) && (await this.#isFollowed(address + header.sizeBytes))) {
        this.#position = address + header.sizeBytes
        continue
      }
      const bytes = await this.#view(address, header.sizeBytes)
      if (bytes.length < header.sizeBytes) return this.#skipDamage(address, 'cut-short')
      if (!isBlockSound(bytes)) return this.#skipBadBlock(address, header)
      const next = address + header.sizeBytes
      // Without a checksum nothing vouches for the size but what follows.
      if (header.checksum === 0 && !(await this.#isFollowed(next))) {
        return this.#skipDamage(address, 'checksum')
      }
      this.#position = next
      if (!this.#wants(header)) continue
      return { kind: 'block', address, header, bytes: await this.#view(address, header.sizeBytes) }
    }
    return undefined
  }

  /** Moves to the next wanted address. False when there is none. */
  #enterRange(): boolean {
    const ranges = this.#ranges
    if (ranges !== undefined) {
      let range = ranges[this.#range]
      while (range !== undefined && range.to < this.#position) {
        this.#range++
        range = ranges[this.#range]
      }
      if (range === undefined) return false
      if (this.#position < range.from) this.#position = range.from
    }
    return this.#position < this.#endBytes
  }

  /**
   * A block whose checksum fails keeps its place when another block, or the end, follows where it says: what looks like
   * blocks within it is the content of a Volume that was backed up. Unless its size is what was damaged, and happens to
   * lead to a block further on: then those it would pass over are the ones that go on from it.
   */
  async #skipBadBlock(address: number, header: BlockHeader): Promise<DamagedPlace> {
    const next = address + header.sizeBytes
    if (!(await this.#isFollowed(next))) return this.#skipDamage(address, 'checksum')
    const inside = await this.#findSoundBlock(address + 1)
    const goesOn =
      inside !== undefined && inside < next && (await this.#goesOn(header, inside, next))
    this.#position = goesOn ? inside : next
    return { kind: 'damage', from: address, to: this.#position, reason: 'checksum' }
  }

  /** Whether the block at `inside` is the next one of the session, or the first of a row of sound blocks up to `next`. */
  async #goesOn(damaged: BlockHeader, inside: number, next: number): Promise<boolean> {
    for (let at = inside; at < next; ) {
      const header = readBlockHeader(await this.#view(at, BLOCK_HEADER_BYTES))
      if (header === undefined) return false
      const isNextOne = isSameSession(header, damaged) && header.number === damaged.number + 1
      if (at === inside && isNextOne) return true
      if (!(await this.#isSoundAt(at))) return false
      at += header.sizeBytes
      if (at === next) return true
    }
    return false
  }

  async #skipDamage(from: number, reason: DamagedPlace['reason']): Promise<DamagedPlace> {
    const found = await this.#findSoundBlock(from + 1)
    this.#position = found ?? this.#endBytes
    const isTail = found === undefined && reason === 'no-block'
    return { kind: 'damage', from, to: this.#position, reason: isTail ? 'cut-short' : reason }
  }

  async #findSoundBlock(from: number): Promise<number | undefined> {
    let at = from
    while (at + BLOCK_HEADER_BYTES <= this.#endBytes) {
      const view = await this.#viewAhead(at)
      if (view.length < BLOCK_HEADER_BYTES) return undefined
      const offset = findBlockStart(view, 0)
      // A magic word may straddle the end of what is in sight.
      at += offset < 0 ? view.length - BLOCK_HEADER_BYTES + 1 : offset
      if (offset < 0) continue
      if (await this.#isSoundAt(at)) return at
      at += 1
    }
    return undefined
  }

  async #isSoundAt(address: number): Promise<boolean> {
    const header = readBlockHeader(await this.#view(address, BLOCK_HEADER_BYTES))
    if (header === undefined || address + header.sizeBytes > this.#endBytes) return false
    // Without a checksum only what follows tells a block from bytes that look like one.
    if (header.checksum === 0) return this.#isFollowed(address + header.sizeBytes)
    const bytes = await this.#view(address, header.sizeBytes)
    return bytes.length === header.sizeBytes && isBlockSound(bytes)
  }

  /** Whether a block, or the end of the Volume, stands at `next`. */
  async #isFollowed(next: number): Promise<boolean> {
    if (next === this.#endBytes) return true
    return readBlockHeader(await this.#view(next, BLOCK_HEADER_BYTES)) !== undefined
  }

  /** What is already in the window from `address` on, or a fresh window. */
  async #viewAhead(address: number): Promise<Buffer> {
    const leftBytes = this.#windowAt + this.#filled - address
    const isUseful = address >= this.#windowAt && leftBytes >= BLOCK_HEADER_BYTES
    return this.#view(address, isUseful ? leftBytes : WINDOW_BYTES)
  }

  /** The bytes from `address` on, fewer than `length` at the end of the Volume. */
  async #view(address: number, length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.#endBytes - address)
    if (wanted <= 0) return this.#window.subarray(0, 0)
    const isInside = address >= this.#windowAt && address + wanted <= this.#windowAt + this.#filled
    if (!isInside) await this.#fill(address, wanted)
    const from = address - this.#windowAt
    return this.#window.subarray(from, Math.min(from + wanted, this.#filled))
  }

  async #fill(address: number, wanted: number): Promise<void> {
    const overlap = this.#windowAt + this.#filled - address
    const kept = address >= this.#windowAt && overlap > 0 ? overlap : 0
    const old = this.#window
    if (wanted > old.length) this.#window = Buffer.allocUnsafeSlow(MAX_BLOCK_BYTES)
    if (kept > 0) old.copy(this.#window, 0, this.#filled - kept, this.#filled)
    const room = Math.min(this.#window.length - kept, this.#endBytes - address - kept)
    const read = await this.#source.readAt(this.#window.subarray(kept, kept + room), address + kept)
    this.#windowAt = address
    this.#filled = kept + read
  }
}

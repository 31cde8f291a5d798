// Where on which Volumes the blocks of a Job lie: the JobMedia rows of a commit.
import type { AppendVolume } from '../device/device.ts'

export interface WrittenBlock {
  readonly volume: AppendVolume
  readonly address: number
  readonly sizeBytes: number
  /** 0 when it holds labels only. */
  readonly firstIndex: number
  readonly lastIndex: number
  readonly dataBytes: number
}

/** `startAddress` is the first block's first byte, `endAddress` the last block's last byte. */
export interface Extent {
  readonly volume: AppendVolume
  readonly firstIndex: number
  readonly lastIndex: number
  readonly startAddress: number
  readonly endAddress: number
  readonly bytes: number
}

/** Gathers blocks in the order in which they were written. */
export class ExtentList {
  #extents: Extent[] = []

  /** Volumes that the gathered blocks are on. */
  get volumes(): readonly AppendVolume[] {
    return this.#extents.map(({ volume }) => volume)
  }

  add(block: WrittenBlock): void {
    const last = this.#extents.at(-1)
    const endAddress = block.address + block.sizeBytes - 1
    if (last?.volume !== block.volume) {
      const { volume, firstIndex, lastIndex, dataBytes: bytes } = block
      const startAddress = block.address
      this.#extents.push({ volume, firstIndex, lastIndex, startAddress, endAddress, bytes })
      return
    }
    this.#extents[this.#extents.length - 1] = {
      ...last,
      endAddress,
      firstIndex: last.firstIndex === 0 ? block.firstIndex : last.firstIndex,
      lastIndex: block.lastIndex === 0 ? last.lastIndex : block.lastIndex,
      bytes: last.bytes + block.dataBytes,
    }
  }

  /** Takes out what was gathered. */
  take(): readonly Extent[] {
    const taken = this.#extents
    this.#extents = []
    return taken
  }
}

/** An address as JobMedia keeps it: the high half in the file, the low half in the block. */
export function splitAddress(address: number): { readonly file: number; readonly block: number } {
  return { file: Math.floor(address / 2 ** 32), block: address % 2 ** 32 }
}

// Which Volume files are open, by whom: one writer object per file however many sessions write, any number of readers.
import { type SharedVolume, VolumeHold } from './append-volume.ts'

interface Writing {
  readonly volume: SharedVolume
  readonly device: string
  holds: number
}

/**
 * One for the whole daemon, since two Devices may share a directory. Opening, labelling and letting go of one file
 * happen one after the other.
 */
export class OpenVolumes {
  readonly #writing = new Map<string, Writing>()
  readonly #reading = new Map<string, number>()
  readonly #queues = new Map<string, Promise<unknown>>()

  /** Runs `action` when no other action on the same file is under way. */
  async exclusively<T>(path: string, action: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(path) ?? Promise.resolve()
    const mine = before.then(action, action)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#queues.set(path, settled)
    try {
      return await mine
    } finally {
      if (this.#queues.get(path) === settled) this.#queues.delete(path)
    }
  }

  /** The Volume at that path when it is open for writing. */
  findWriting(path: string): SharedVolume | undefined {
    return this.#writing.get(path)?.volume
  }

  readerCount(path: string): number {
    return this.#reading.get(path) ?? 0
  }

  /** A hold on a Volume that is open already, or was opened just now. */
  hold(
    path: string,
    volume: SharedVolume,
    by: { device: string; isFresh: boolean; onRelease: (() => void) | undefined },
  ): VolumeHold {
    const writing = this.#writing.get(path) ?? { volume, device: by.device, holds: 0 }
    this.#writing.set(path, writing)
    writing.holds++
    writing.volume.writers = writing.holds
    return new VolumeHold(volume, by.isFresh, async () => {
      try {
        await this.exclusively(path, () => this.#letGo(path, writing))
      } finally {
        by.onRelease?.()
      }
    })
  }

  /** Notes a reader; the result ends it. */
  startReading(path: string): () => void {
    this.#reading.set(path, this.readerCount(path) + 1)
    let isReading = true
    return () => {
      if (!isReading) return
      isReading = false
      const left = this.readerCount(path) - 1
      if (left === 0) this.#reading.delete(path)
      else this.#reading.set(path, left)
    }
  }

  /** Volumes of one Device that are open for writing. */
  listWriting(device: string): readonly SharedVolume[] {
    return [...this.#writing.values()]
      .filter((one) => one.device === device)
      .map((one) => one.volume)
  }

  /** Paths that are open for reading. */
  listReading(): readonly { readonly path: string; readonly readers: number }[] {
    return [...this.#reading].map(([path, readers]) => ({ path, readers }))
  }

  async #letGo(path: string, writing: Writing): Promise<void> {
    writing.holds--
    writing.volume.writers = writing.holds
    if (writing.holds > 0) return
    this.#writing.delete(path)
    await writing.volume.close()
  }
}

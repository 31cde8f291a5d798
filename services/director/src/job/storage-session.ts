// The Director's end of a backup session at a storage daemon: Volumes out, attributes and JobMedia into the Catalog.
import { CofferError } from '@coffer/core'
import type {
  BackupSessionCommandInit,
  BackupSessionEvent,
  BackupSessionStartInit,
  Call,
  Commit,
  NeedVolume,
  Progress,
  SessionEnd,
  SessionOpened,
  Volume,
  VolumeAnswerInit,
} from '@coffer/wire'
import type { AttributeSession, VolumeGrowth } from '../catalog/attributes.ts'
import type { JobLog } from './job-log.ts'
import { type NamedCall, namedCall } from './named-call.ts'

export interface StorageSessionOptions {
  readonly call: Call<BackupSessionCommandInit, BackupSessionEvent>
  readonly start: BackupSessionStartInit
  /** For error texts: 'storage daemon "File"'. */
  readonly peerName: string
  readonly log: JobLog
  readonly attributes: AttributeSession
  /** Finds the next Volume, waiting for one as long as it takes. */
  readonly findVolume: (need: NeedVolume) => Promise<VolumeAnswerInit>
  readonly onVolume: (volume: Volume) => Promise<void>
  readonly onProgress: (progress: Progress) => void
}

/**
 * Runs one session. `opened` and `ended` reject with what broke it: a failure of the storage daemon, of the Catalog, or
 * of the search for a Volume. What was committed before stays.
 */
export class StorageSession {
  readonly opened: Promise<SessionOpened>
  readonly ended: Promise<SessionEnd>
  readonly #options: StorageSessionOptions
  readonly #call: NamedCall<BackupSessionCommandInit, BackupSessionEvent>
  #isOver = false
  #open: (opened: SessionOpened) => void = () => undefined
  /** Rejects when a Volume that storage waits for cannot be found. */
  readonly #broken: Promise<never>
  #break: (error: unknown) => void = () => undefined

  constructor(options: StorageSessionOptions) {
    this.#options = options
    this.#call = namedCall(options.call, options.peerName)
    this.#broken = new Promise((_, reject) => {
      this.#break = reject
    })
    const opened = new Promise<SessionOpened>((resolve) => {
      this.#open = resolve
    })
    this.ended = Promise.race([this.#run(), this.#broken]).finally(() => {
      this.#isOver = true
    })
    this.opened = Promise.race([opened, this.ended.then(() => this.#neverOpened())])
    // Whoever awaits them sees the failure; nobody has to await all.
    for (const promise of [this.opened, this.ended, this.#broken]) promise.catch(() => undefined)
  }

  /** The file daemon has ended, well or not: storage writes its label, commits and ends. */
  async end(): Promise<void> {
    if (this.#isOver) return
    // When the session broke meanwhile, `ended` tells why.
    await this.#send({ command: 'end', end: {} }).catch(() => undefined)
  }

  async #run(): Promise<SessionEnd> {
    await this.#send({ command: 'start', start: this.#options.start })
    for (;;) {
      const event = await this.#call.receive()
      if (event === undefined) {
        throw new CofferError(
          'job-protocol',
          `${this.#options.peerName} closed the session without telling how it ended`,
        )
      }
      if (event.event === 'end') return event.end
      await this.#take(event)
    }
  }

  async #take(event: Exclude<BackupSessionEvent, { event: 'end' }>): Promise<void> {
    const { log, attributes, onVolume, onProgress } = this.#options
    switch (event.event) {
      case 'opened':
        this.#open(event.opened)
        return
      case 'needVolume':
        // Answered beside the loop: a search may wait for an operator, and other events still come.
        void this.#answer(event.needVolume)
        return
      case 'message':
        await log.relay(event.message)
        return
      case 'attributes':
        await attributes.add(event.attributes.records)
        return
      case 'commit':
        await this.#commit(event.commit)
        return
      case 'volume':
        if (event.volume.volume !== null) await onVolume(event.volume.volume)
        return
      case 'progress':
        onProgress(event.progress)
        return
    }
  }

  async #commit(commit: Commit): Promise<void> {
    const { attributes, onVolume } = this.#options
    await attributes.commit({
      number: commit.number,
      jobMedia: commit.jobMedia,
      volumes: commit.volumes.map(volumeGrowth),
      files: commit.files,
      bytes: commit.bytes,
    })
    await this.#send({ command: 'committed', committed: { number: commit.number } })
    for (const volume of commit.volumes) await onVolume(volume)
  }

  async #answer(need: NeedVolume): Promise<void> {
    try {
      const volume = await this.#options.findVolume(need)
      if (!this.#isOver) await this.#send({ command: 'volume', volume })
    } catch (error) {
      this.#break(error)
    }
  }

  async #send(command: BackupSessionCommandInit): Promise<void> {
    await this.#call.send(command)
  }

  #neverOpened(): never {
    throw new CofferError(
      'job-protocol',
      `${this.#options.peerName} ended the session before it opened one`,
    )
  }
}

function volumeGrowth(volume: Volume): VolumeGrowth {
  return {
    name: volume.name,
    bytes: volume.bytes,
    files: volume.files,
    blocks: volume.blocks,
    mounts: volume.mounts,
    errors: volume.errors,
    writes: volume.writes,
    endFile: volume.endFile,
    endBlock: volume.endBlock,
    firstWrittenMs: volume.firstWrittenMs,
    lastWrittenMs: volume.lastWrittenMs,
  }
}

// A storage daemon and file daemons that keep what they are given in memory: whose data lie on which Volume, and nothing else.
import { type Clock, CofferError } from '@coffer/core'
import type {
  BackupCommand,
  BackupSessionCommand,
  BackupSessionEvent,
  Call,
  FileDaemonCalls,
  JobEnd,
  JobEvent,
  StorageDaemonCalls,
  Volume,
} from '@coffer/wire'
import { memoryCall } from './memory-call.ts'
import type { DaemonLink, PeerLinks } from '../../services/director/src/job/ports.ts'

export interface DiskVolume {
  /** JobIds whose data it holds, those of Jobs that failed included. */
  readonly jobs: Set<number>
  bytes: number
  writers: number
}

export interface Load {
  readonly bytes: number
  readonly durationMs: number
}

export interface DaemonOptions {
  readonly clock: Clock
  /** What a backup of that level and Client amounts to. */
  readonly loadOf: (level: string, client: string) => Load
  readonly isDown: (client: string) => boolean
  readonly isDiskFull: () => boolean
  /** A Volume is about to be labelled anew: what it held is gone. */
  readonly onOverwrite: (volume: string, jobIds: readonly number[]) => void
}

const LABEL_BYTES = 200

/** What one storage daemon keeps. It outlives Directors. */
export class MemoryStorage {
  readonly disk = new Map<string, DiskVolume>()

  links(options: DaemonOptions): PeerLinks {
    const written = new Map<string, Written>()
    const daemons = { ...options, disk: this.disk, written }
    return {
      storage: () =>
        linkOf('storage daemon', {
          backupSession: ({ signal } = {}) =>
            memoryCall((call) => new StorageWork(daemons, call as SessionCall).run(), signal),
        } as Partial<StorageDaemonCalls> as StorageDaemonCalls),
      filed: (_config, client) =>
        linkOf(
          `Client "${client}"`,
          {
            backup: ({ signal } = {}) =>
              memoryCall((call) => backup(daemons, call as FiledCall), signal),
          } as Partial<FileDaemonCalls> as FileDaemonCalls,
          () => options.isDown(client),
        ),
    }
  }
}

function linkOf<Calls>(peerName: string, calls: Calls, isDown = () => false): DaemonLink<Calls> {
  return {
    calls,
    host: 'sim',
    port: 0,
    peerName,
    connect: async () => {
      if (isDown()) throw new CofferError('peer-unreachable', `${peerName} cannot be reached`)
      return 'none'
    },
  }
}

interface Daemons extends DaemonOptions {
  readonly disk: Map<string, DiskVolume>
  /** By unique Job name. */
  readonly written: Map<string, Written>
}

/** How the file daemon learns that storage has taken everything. */
interface Written {
  readonly done: Promise<void>
  readonly settle: () => void
}

function makeWritten(): Written {
  let settle: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    settle = resolve
  })
  return { done, settle }
}

type SessionCall = Call<BackupSessionEvent, BackupSessionCommand>

class StorageWork {
  readonly #daemons: Daemons
  readonly #call: SessionCall
  #jobId = 0
  #bytes = 0
  #commits = 0
  readonly #volumes: string[] = []
  #isEnded = false

  constructor(daemons: Daemons, call: SessionCall) {
    this.#daemons = daemons
    this.#call = call
  }

  async run(): Promise<void> {
    const first = await this.#call.receive()
    const job = first?.command === 'start' ? first.start.job : null
    if (job === null) return
    const { written, loadOf } = this.#daemons
    this.#jobId = job.jobId
    const mine = makeWritten()
    written.set(job.job, mine)
    const opened = {
      volSessionId: job.jobId,
      volSessionTime: 1,
      device: 'Sim',
      certificateSha256: '',
    }
    await this.#send({ event: 'opened', opened } as unknown as BackupSessionEvent)
    const load = loadOf(job.level, job.client)
    const isWhole = await this.#write(load)
    mine.settle()
    await this.#untilEnd()
    written.delete(job.job)
    const end = endOf(isWhole ? 'T' : 'f', this.#bytes)
    const session = {
      end,
      volSessionId: job.jobId,
      volSessionTime: 1,
      volumes: this.#volumes,
      lastVolumeBytes: 0,
    }
    await this.#send({ event: 'end', end: session } as unknown as BackupSessionEvent)
  }

  /** False when the disk was full before everything was written. */
  async #write({ bytes, durationMs }: Load): Promise<boolean> {
    for (let left = bytes; left > 0 && !this.#isEnded; ) {
      const volume = await this.#mount()
      const disk = this.#daemons.disk.get(volume.name)
      if (disk === undefined) return false
      const room = volume.maxBytes > 0 ? Math.max(1, volume.maxBytes - disk.bytes) : left
      const isFull = this.#daemons.isDiskFull()
      const part = Math.min(left, room, isFull ? Math.ceil(bytes / 3) : left)
      disk.bytes += part
      disk.jobs.add(this.#jobId)
      disk.writers++
      await this.#pass((durationMs * part) / bytes)
      disk.writers--
      await this.#commit(volume, disk, part)
      left -= part
      if (isFull) return false
    }
    return true
  }

  async #mount(): Promise<Volume> {
    await this.#send({
      event: 'needVolume',
      needVolume: { device: 'Sim', mounted: '', unusable: [], mediaType: '' },
    } as unknown as BackupSessionEvent)
    const answer = await this.#answer()
    const volume = answer?.command === 'volume' ? answer.volume.volume : null
    if (volume === null) throw new Error('no Volume')
    const { disk, clock, onOverwrite } = this.#daemons
    const known = disk.get(volume.name)
    if (known?.writers && known.writers > 0) return volume
    if (known !== undefined && volume.labelled && volume.status !== 'Recycle') return volume
    onOverwrite(volume.name, [...(known?.jobs ?? [])])
    disk.set(volume.name, { jobs: new Set(), bytes: LABEL_BYTES, writers: 0 })
    const labelled = { ...volume, status: 'Append', bytes: LABEL_BYTES, labelMs: clock.nowMs() }
    await this.#send({
      event: 'volume',
      volume: { volume: labelled, createdLabel: true, reason: '' },
    })
    return { ...labelled, labelled: true }
  }

  async #commit(volume: Volume, disk: DiskVolume, part: number): Promise<void> {
    const nowMs = this.#daemons.clock.nowMs()
    this.#bytes += part
    if (!this.#volumes.includes(volume.name)) this.#volumes.push(volume.name)
    const isFull = volume.maxBytes > 0 && disk.bytes >= volume.maxBytes
    const grown = {
      ...volume,
      status: isFull ? 'Full' : 'Append',
      bytes: disk.bytes,
      files: disk.jobs.size,
      firstWrittenMs:
        volume.firstWrittenMs > 0 && volume.bytes > LABEL_BYTES ? volume.firstWrittenMs : nowMs,
      lastWrittenMs: nowMs,
    }
    const media = { volume: volume.name, firstIndex: 1, lastIndex: 1, bytes: part }
    const commit = {
      number: ++this.#commits,
      jobMedia: [media],
      volumes: [grown],
      files: 1,
      bytes: this.#bytes,
    }
    await this.#send({ event: 'commit', commit } as unknown as BackupSessionEvent)
    await this.#answer()
  }

  /** The next command that is no end; the end of a canceled Job may come at any time. */
  async #answer(): Promise<BackupSessionCommand | undefined> {
    const command = await this.#call.receive()
    if (command?.command !== 'end') return command
    this.#isEnded = true
    return this.#call.receive()
  }

  async #untilEnd(): Promise<void> {
    while (!this.#isEnded) {
      const command = await this.#call.receive()
      if (command === undefined || command.command === 'end') return
    }
  }

  #pass(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#daemons.clock.after(durationMs, resolve)
    })
  }

  async #send(event: BackupSessionEvent): Promise<void> {
    await this.#call.send(event)
  }
}

type FiledCall = Call<JobEvent, BackupCommand>

async function backup(daemons: Daemons, call: FiledCall): Promise<void> {
  const first = await call.receive()
  const start = first?.command === 'start' ? first.start : undefined
  await call.send({ event: 'ready', ready: { version: 'sim', os: 'sim' } } as unknown as JobEvent)
  const job = start?.storage?.job ?? ''
  await daemons.written.get(job)?.done
  await call.send({ event: 'end', end: endOf('T', 1) } as unknown as JobEvent)
}

/** What the Director reads of an end. */
function endOf(status: string, bytes: number): JobEnd {
  const end: Partial<JobEnd> = { status, files: 1, bytes, readBytes: bytes, errors: 0 }
  return { ...end, compression: '', compressionPercent: 0, encrypted: false } as JobEnd
}

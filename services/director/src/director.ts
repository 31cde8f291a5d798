// The Director as its console, scheduler and HTTP see it: one facade over configuration, Catalog, Jobs and peers.
import type {
  Clock,
  ConfigFault,
  JobLevelLetter,
  JobStatusLetter,
  JobTypeLetter,
} from '@coffer/core'
import type { DebugControl, DebugRequest } from '@coffer/daemon'
import type { Catalog } from './catalog/catalog.ts'
import type { VolumeRow } from './catalog/media.ts'
import type { DirectorConfig } from './config/load.ts'
import type { JobSize } from './job/progress.ts'
import type { ProductInfo } from './job/report.ts'
import type { JobRequest } from './job/request.ts'
import type {
  DebugResponse,
  DeviceResponse,
  EstimateEvent,
  FiledStatus,
  LabelResponse,
  SlotList,
  StorageStatus,
  TruncateResponse,
} from '@coffer/wire'

export interface Director {
  /** The product's version as it stands in banners and reports. */
  readonly version: string
  /** Version, dates and operating system for banners and status displays. */
  readonly product: ProductInfo
  readonly startedMs: number
  readonly clock: Clock
  readonly workingDirectory: string
  /** How loud this daemon's own log is. */
  readonly debug: DebugControl
  readonly catalog: Catalog
  readonly jobs: Jobs
  readonly messages: PendingMessages
  readonly peers: Peers
  readonly schedule: SchedulePreview
  /** The configuration in force. Take it once per command: `reload` replaces it as a whole. */
  config(): DirectorConfig
  /** Writes one line to the audit trail, when the Director resource asks for one. */
  audit(text: string): void
  /** Reads the configuration again; with faults the old one stays in force. Running Jobs keep theirs. */
  reload(): Promise<ReloadResult>
}

export type ReloadResult =
  | { readonly ok: true; readonly warnings: readonly ConfigFault[] }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] }

/** Kinds of resource that an operator can switch off until the next reload. */
export type Switchable = 'job' | 'client' | 'schedule'

export interface Jobs {
  /** Inserts the Job's row (status C) and queues it. Resolves with its JobId. */
  submit(request: JobRequest): Promise<number>
  /** Every Job that has not ended, by ascending JobId. */
  running(): readonly RunningJob[]
  find(jobId: number): RunningJob | undefined
  /** By the unique name, "md5.2026-11-21_02.09.17_07". */
  findByJob(job: string): RunningJob | undefined
  /** Asks a Job to end as canceled. False when no such Job is running. */
  cancel(jobId: number): boolean
  /** Resolves when the Job has ended (at once when it already has), or undefined when there is no such Job. */
  waitFor(jobId: number, signal?: AbortSignal): Promise<JobStatusLetter | undefined>
  /** Resolves when no Job is running or queued. */
  waitForAll(signal?: AbortSignal): Promise<void>
  /** Jobs that ended since the Director started. */
  ranCount(): number
  /** Runs `action` while no Volume is given to a Job. */
  withVolumes<Result>(action: () => Promise<Result>): Promise<Result>
  /** To be called when Volumes were labelled, purged or changed: a Job may wait for one. */
  volumesChanged(): void
  isEnabled(kind: Switchable, name: string): boolean
  setEnabled(kind: Switchable, name: string, enabled: boolean): void
}

/** A Job between its row's insertion and its end, as a status display shows it. */
export interface RunningJob {
  readonly jobId: number
  /** The unique name. */
  readonly job: string
  readonly request: JobRequest
  readonly type: JobTypeLetter
  /** The level in force: raised when the Catalog demanded it. */
  readonly level: JobLevelLetter
  readonly status: JobStatusLetter
  /** "is running", "is waiting on max Client jobs": what stands behind the name in `status director`. */
  readonly statusText: string
  readonly scheduledMs: number
  /** Undefined until the Job has left the queue. */
  readonly startMs: number | undefined
  readonly files: number
  readonly bytes: number
  readonly errors: number
  /** What the last good Job of its name and level had; undefined when there was none. */
  readonly expected?: JobSize | undefined
  /** Calls `listener` whenever files and bytes have changed, until the function that it gives back is called. */
  watch?(listener: () => void): () => void
}

interface PendingMessages {
  /** Whether a console of this name has messages that it has not taken. */
  pending(console: string): boolean
  /** All lines that this console has not taken, each with its prefix and newline; "" when there are none. */
  take(console: string): string
}

/** What another daemon answered, with the facts of the connection that status displays print. */
export interface PeerAnswer<T> {
  readonly answer: T
  /** "TLS_AES_256_GCM_SHA384 TLSv1.3" */
  readonly cipher: string
}

export interface LabelVolume {
  readonly volume: string
  readonly oldVolume?: string
  readonly pool: string
  readonly slot?: number
  readonly drive?: number
}

export interface DriveChoice {
  readonly slot?: number
  readonly drive?: number
}

/** Calls to other daemons. Names are resource names; all throw a CofferError that names the peer. */
export interface Peers {
  clientStatus(client: string, signal: AbortSignal): Promise<PeerAnswer<FiledStatus>>
  storageStatus(storage: string, signal: AbortSignal): Promise<PeerAnswer<StorageStatus>>
  label(storage: string, label: LabelVolume, signal: AbortSignal): Promise<LabelResponse>
  mount(storage: string, drive: DriveChoice, signal: AbortSignal): Promise<DeviceResponse>
  unmount(storage: string, drive: DriveChoice, signal: AbortSignal): Promise<DeviceResponse>
  release(storage: string, drive: DriveChoice, signal: AbortSignal): Promise<DeviceResponse>
  /** Empties a Volume at that storage down to its label. */
  truncate(storage: string, volume: VolumeRow, signal: AbortSignal): Promise<TruncateResponse>
  /** What the autochanger holds. */
  listSlots(storage: string, signal: AbortSignal): Promise<SlotList>
  /** Moves a medium from slot to slot. */
  moveSlot(
    storage: string,
    slots: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<DeviceResponse>
  setDebug(
    kind: 'client' | 'storage',
    name: string,
    request: DebugRequest,
    signal: AbortSignal,
  ): Promise<DebugResponse>
  /** Bytes per second, 0 for no limit; of one Job by its unique name, or '' for all. Returns how many run with it. */
  setBandwidth(
    kind: 'client' | 'storage',
    name: string,
    request: { readonly job: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<number>
  /** Addresses of a host as that daemon's machine sees them. */
  resolve(
    kind: 'client' | 'storage',
    name: string,
    host: string,
    signal: AbortSignal,
  ): Promise<readonly string[]>
  /** What a backup of this request would save; `listing` adds a line for every file. */
  estimate(
    request: JobRequest,
    options: { readonly listing: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<EstimateEvent>
}

/** One run that a Schedule will start. */
export interface ScheduledRun {
  readonly schedule: string
  readonly jobName: string
  readonly type: JobTypeLetter
  readonly level: JobLevelLetter
  readonly priority: number
  readonly whenMs: number
  readonly pool: string
  readonly storage: string
  /** "Level=Full Pool=Monthly": the Run directive's overrides in words. */
  readonly overrides: string
}

export interface SchedulePreview {
  /** Runs due in [fromMs, toMs), in order of time; disabled Jobs, Clients and Schedules left out. */
  between(fromMs: number, toMs: number): readonly ScheduledRun[]
}

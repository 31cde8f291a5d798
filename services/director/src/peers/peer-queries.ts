// What consoles ask of other daemons: status, estimates, labels, mounts.
import { CofferError, type JobLevelLetter } from '@coffer/core'
import type { DebugRequest } from '@coffer/daemon'
import type {
  DebugResponse,
  DeviceRequestInit,
  DeviceResponse,
  EstimateEvent,
  FileDaemonCalls,
  FiledStatus,
  LabelResponse,
  SlotList,
  StorageDaemonCalls,
  StorageStatus,
  TruncateResponse,
  UnaryOptions,
} from '@coffer/wire'
import type { VolumeRow } from '../catalog/media.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { DriveChoice, LabelVolume, PeerAnswer, Peers } from '../director.ts'
import { filesetMessage } from '../job/fileset.ts'
import type { CommandRunner, DaemonLink, PeerLinks } from '../job/ports.ts'
import { type JobRequest, missing } from '../job/request.ts'
import { truncateAt } from './truncate-call.ts'

export interface PeerQueriesOptions {
  readonly links: PeerLinks
  readonly config: () => DirectorConfig
  readonly runCommand: CommandRunner
  /** Since when an estimate of this request takes changes, 0 for everything; and at which level. */
  readonly settleEstimate: (
    request: JobRequest,
  ) => Promise<{ readonly level: JobLevelLetter; readonly sinceMs: number }>
}

/** Labelling a tape may wind it first. */
const LABEL_TIMEOUT_MS = 30 * 60_000

export class PeerQueries implements Peers {
  readonly #options: PeerQueriesOptions

  constructor(options: PeerQueriesOptions) {
    this.#options = options
  }

  async clientStatus(client: string, signal: AbortSignal): Promise<PeerAnswer<FiledStatus>> {
    const link = this.#options.links.filed(this.#options.config(), client)
    const cipher = await connectOnce(link, signal)
    return { answer: await link.calls.status({}, { signal }), cipher }
  }

  async storageStatus(storage: string, signal: AbortSignal): Promise<PeerAnswer<StorageStatus>> {
    const { link, cipher } = await this.#storage(storage, signal)
    return { answer: await link.calls.status({}, { signal }), cipher }
  }

  async label(storage: string, label: LabelVolume, signal: AbortSignal): Promise<LabelResponse> {
    const { link, resource } = await this.#storage(storage, signal)
    const pool = this.#options.config().pools.get(label.pool)
    if (pool === undefined) throw missing('Pool', label.pool)
    return link.calls.label(
      {
        device: resource.device[0] ?? '',
        volume: label.volume,
        oldVolume: label.oldVolume ?? '',
        pool: pool.name,
        poolType: pool.poolType,
        mediaType: resource.mediaType,
        slot: label.slot ?? 0,
        drive: label.drive ?? 0,
      },
      { signal, timeoutMs: LABEL_TIMEOUT_MS },
    )
  }

  async mount(storage: string, drive: DriveChoice, signal: AbortSignal): Promise<DeviceResponse> {
    return this.#device(storage, drive, signal, (calls, ...args) => calls.mount(...args))
  }

  async unmount(storage: string, drive: DriveChoice, signal: AbortSignal): Promise<DeviceResponse> {
    return this.#device(storage, drive, signal, (calls, ...args) => calls.unmount(...args))
  }

  async release(storage: string, drive: DriveChoice, signal: AbortSignal): Promise<DeviceResponse> {
    return this.#device(storage, drive, signal, (calls, ...args) => calls.release(...args))
  }

  async setDebug(
    kind: 'client' | 'storage',
    name: string,
    request: DebugRequest,
    signal: AbortSignal,
  ): Promise<DebugResponse> {
    const calls = await this.#daemon(kind, name, signal)
    return calls.setDebug(request, { signal })
  }

  async setBandwidth(
    kind: 'client' | 'storage',
    name: string,
    request: { readonly job: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<number> {
    const calls = await this.#daemon(kind, name, signal)
    return (await calls.setBandwidth(request, { signal })).jobs
  }

  async resolve(
    kind: 'client' | 'storage',
    name: string,
    host: string,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const calls = await this.#daemon(kind, name, signal)
    return (await calls.resolve({ host }, { signal })).addresses
  }

  async truncate(
    storage: string,
    volume: VolumeRow,
    signal: AbortSignal,
  ): Promise<TruncateResponse> {
    return truncateAt(this.#options.links, this.#options.config(), { storage, volume, signal })
  }

  async listSlots(storage: string, signal: AbortSignal): Promise<SlotList> {
    const { link, resource } = await this.#storage(storage, signal)
    const request = { device: resource.device[0] ?? '' }
    return link.calls.listSlots(request, { signal, timeoutMs: LABEL_TIMEOUT_MS })
  }

  async moveSlot(
    storage: string,
    slots: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<DeviceResponse> {
    const { link, resource } = await this.#storage(storage, signal)
    const request = { device: resource.device[0] ?? '', ...slots }
    return link.calls.moveSlot(request, { signal, timeoutMs: LABEL_TIMEOUT_MS })
  }

  async *estimate(
    request: JobRequest,
    { listing, signal }: { readonly listing: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<EstimateEvent> {
    const config = this.#options.config()
    const fileset = config.filesets.get(request.fileset)
    if (fileset === undefined) throw missing('FileSet', request.fileset)
    const link = this.#options.links.filed(config, request.client)
    await connectOnce(link, signal)
    const { level, sinceMs } = await this.#options.settleEstimate(request)
    const { runCommand } = this.#options
    const message = await filesetMessage(fileset, { allowCompression: true, runCommand, signal })
    const job = {
      name: request.jobName,
      client: request.client,
      fileset: request.fileset,
      type: request.type,
      level,
    }
    yield* link.calls.estimate({ job, sinceMs, fileset: message, listing }, { signal })
  }

  async #daemon(
    kind: 'client' | 'storage',
    name: string,
    signal: AbortSignal,
  ): Promise<FileDaemonCalls | StorageDaemonCalls> {
    const { links, config } = this.#options
    const link: DaemonLink<FileDaemonCalls | StorageDaemonCalls> =
      kind === 'client' ? links.filed(config(), name) : links.storage(config(), name)
    await connectOnce(link, signal)
    return link.calls
  }

  async #storage(storage: string, signal: AbortSignal) {
    const config = this.#options.config()
    const link = this.#options.links.storage(config, storage)
    const resource = config.storages.get(storage)
    if (resource === undefined) throw missing('Storage', storage)
    return { link, resource, cipher: await connectOnce(link, signal) }
  }

  async #device(
    storage: string,
    { slot, drive }: DriveChoice,
    signal: AbortSignal,
    call: (
      calls: StorageDaemonCalls,
      request: DeviceRequestInit,
      options: UnaryOptions,
    ) => Promise<DeviceResponse>,
  ): Promise<DeviceResponse> {
    const { link, resource } = await this.#storage(storage, signal)
    const request = { device: resource.device[0] ?? '', slot: slot ?? 0, drive: drive ?? 0 }
    return call(link.calls, request, { signal, timeoutMs: LABEL_TIMEOUT_MS })
  }
}

/** A console does not wait for a daemon to come back. */
async function connectOnce(link: DaemonLink<unknown>, signal: AbortSignal): Promise<string> {
  return link.connect(signal, async (error) => {
    throw error instanceof Error ? error : new CofferError('internal-bug', String(error))
  })
}

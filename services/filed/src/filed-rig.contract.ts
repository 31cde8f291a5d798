// A file daemon between a Director and a storage daemon that keeps records in memory, over the real wire.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CofferError, Secret, systemClock } from '@coffer/core'
import { createDaemonLog } from '@coffer/daemon'
import {
  type BackupStartInit,
  type Call,
  dial,
  type FileSetInit,
  type JobEnd,
  type JobEvent,
  makeSelfSigned,
  type Peer,
  type RestoreStartInit,
  serve,
  type StorageDataHandlers,
  type StorageTicketInit,
  type WireServer,
} from '@coffer/wire'
import { type Filed, loadFiledConfig, startFiled } from './index.ts'

const PASSWORD_MD5 = '5ebe2294ecd0e0f08eab7690d2a6ee69'
const KEY = 'the key of this Job'

export interface JobOutcome {
  readonly end: JobEnd | undefined
  readonly messages: readonly {
    readonly type: string
    readonly text: string
    readonly code: string
  }[]
  readonly events: readonly JobEvent[]
}

export class FiledRig {
  /** What a backup sent last; what a restore gets. */
  batches: Buffer[] = []
  /** Called for each batch that arrives. */
  onBatch: (count: number) => void | Promise<void> = () => undefined
  readonly filed: Filed
  readonly director: Peer
  readonly #storage: { server: WireServer | undefined }

  private constructor(filed: Filed, storage: { server: WireServer | undefined }) {
    this.filed = filed
    this.#storage = storage
    this.director = this.dialFiled('director', 'test-dir')
  }

  static async start(directory: string, config = '', client = ''): Promise<FiledRig> {
    const path = join(directory, 'filed.conf')
    writeFileSync(
      path,
      `Client { Name = test-fd; Working Directory = "${directory}"; FD Address = 127.0.0.1; ${client} }
       Director { Name = test-dir; Password = "secret" }
       Director { Name = watcher; Password = "secret"; Monitor = yes }
       ${config}`,
    )
    const loaded = await loadFiledConfig(path, {})
    if (loaded.config === undefined) throw new Error(JSON.stringify(loaded.faults))
    const anywhere = { ...loaded.config, client: { ...loaded.config.client, port: 0 } }
    const name = 'test-fd'
    const { workingDirectory } = anywhere.client
    const voice = createDaemonLog({ name, debugLevel: 0, workingDirectory, write: () => undefined })
    const filed = await startFiled(anywhere, { ...voice, clock: systemClock, env: process.env })
    const storage: { server: WireServer | undefined } = { server: undefined }
    const rig = new FiledRig(filed, storage)
    storage.server = await serve({
      addresses: [{ host: '127.0.0.1', port: 0 }],
      tls: await makeSelfSigned(directory, 'test-sd', systemClock),
      secretFor: ({ kind }) => (kind === 'job' ? new Secret(KEY) : undefined),
      services: { storageData: rig.#data() },
    })
    return rig
  }

  get ticket(): StorageTicketInit {
    const { server } = this.#storage
    const [address] = server?.addresses ?? []
    return {
      address: address?.host ?? '',
      port: address?.port ?? 0,
      storage: 'test-sd',
      job: 'Test.1',
      key: KEY,
      certificateSha256: server?.certificateSha256 ?? '',
    }
  }

  dialFiled(kind: 'director' | 'console', name: string, secret = PASSWORD_MD5): Peer {
    const [address] = this.filed.addresses
    return dial({
      host: address?.host ?? '',
      port: address?.port ?? 0,
      identity: { kind, name },
      secret: new Secret(secret),
      tls: {},
      peerName: 'file daemon "test-fd"',
    })
  }

  /** Runs a backup to its end. `onEvent` may cancel it. */
  async backup(
    fileset: FileSetInit,
    more: Partial<BackupStartInit> = {},
    options: { readonly signal?: AbortSignal; readonly onEvent?: (event: JobEvent) => void } = {},
  ): Promise<JobOutcome> {
    this.batches = []
    const call = this.director.fileDaemon.backup({ signal: options.signal })
    const job = { jobId: 1, job: 'Test.1', name: 'Test', type: 'B', level: 'F' }
    await call.send({ command: 'start', start: { job, fileset, storage: this.ticket, ...more } })
    return outcomeOf(call, options.onEvent)
  }

  async restore(
    more: Partial<RestoreStartInit>,
    options: { readonly signal?: AbortSignal; readonly onEvent?: (event: JobEvent) => void } = {},
  ): Promise<JobOutcome> {
    const call = this.director.fileDaemon.restore({ signal: options.signal })
    const job = { jobId: 2, job: 'Restore.2', name: 'Restore', type: 'R', level: ' ' }
    const start = { job, storage: this.ticket, replace: 'always', ...more }
    await call.send({ command: 'start', start })
    return outcomeOf(call, options.onEvent)
  }

  async stopStorage(): Promise<void> {
    await this.#storage.server?.close(0)
    this.#storage.server = undefined
  }

  async stop(): Promise<void> {
    this.director.close()
    await this.filed.close()
    await this.stopStorage()
  }

  #data(): StorageDataHandlers {
    return {
      append: async (call) => {
        for await (const batch of call) {
          this.batches.push(Buffer.from(batch))
          await this.onBatch(this.batches.length)
        }
        await call.send({ end: true })
      },
      read: (_request, context) => this.#send(context.signal),
    }
  }

  async *#send(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let count = 0
    for (const batch of this.batches) {
      if (signal.aborted) throw new CofferError('call-canceled', 'the call was canceled')
      count += 1
      await this.onBatch(count)
      yield batch
    }
  }
}

async function outcomeOf(
  call: Call<unknown, JobEvent>,
  onEvent: (event: JobEvent) => void = () => undefined,
): Promise<JobOutcome> {
  const events: JobEvent[] = []
  for await (const event of call) {
    events.push(event)
    onEvent(event)
  }
  call.end()
  return {
    events,
    end: events.flatMap((event) => (event.event === 'end' ? [event.end] : []))[0],
    messages: events.flatMap((event) => (event.event === 'message' ? [event.message] : [])),
  }
}

// A Director with a Catalog in memory and a file daemon without files, over the real wire.
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  encodeAttributes,
  encodeRecords,
  FILE_TYPE,
  recordsOf,
  Secret,
  STREAM,
  systemClock,
  type VolumeRecord,
} from '@coffer/core'
import { createDaemonLog } from '@coffer/daemon'
import {
  type BackupSessionCommandInit,
  type BackupSessionEvent,
  type BackupSessionStartInit,
  type Call,
  type Commit,
  dial,
  type JobMedia,
  type JobMessage,
  type Peer,
  type RestoreSessionEvent,
  type SessionEnd,
  type SessionOpened,
  type VolumeInit,
} from '@coffer/wire'
import { type FaultPoints, loadStorageConfig, startStorage, type StorageDaemon } from '../index.ts'

const DIRECTOR = 'test-dir'
/** What md5 makes of the clear text "secret" in a configuration. */
const PASSWORD_MD5 = '5ebe2294ecd0e0f08eab7690d2a6ee69'

export interface RigOptions {
  /** Further directives of the Device and of the Storage resource. */
  readonly device?: string
  readonly storage?: string
  readonly concurrentJobs?: number
  readonly faults?: FaultPoints
  /** Directory of the Volumes instead of one of its own. */
  readonly archive?: string
}

/** A storage daemon in a directory of its own, and the way to it. */
export class StorageRig {
  readonly archive: string
  readonly #directory: string
  readonly #daemon: StorageDaemon
  readonly #director: Peer

  private constructor(directory: string, archive: string, daemon: StorageDaemon) {
    this.#directory = directory
    this.archive = archive
    this.#daemon = daemon
    this.#director = this.#dial('director', DIRECTOR, PASSWORD_MD5)
  }

  static async start(options: RigOptions = {}): Promise<StorageRig> {
    const directory = await mkdtemp(join(tmpdir(), 'coffer-storage-'))
    const archive = options.archive ?? directory
    const path = join(directory, 'storage.conf')
    await writeFile(
      path,
      `Storage { Name = test-sd; Working Directory = "${directory}"; SD Address = 127.0.0.1; ${options.storage ?? ''} }
       Director { Name = ${DIRECTOR}; Password = "secret" }
       Device { Name = FileDev; Media Type = File; Archive Device = "${archive}"; Label Media = yes
                Random Access = yes; ${options.device ?? ''}; Maximum Concurrent Jobs = ${options.concurrentJobs ?? 10} }`,
    )
    const { config, faults } = await loadStorageConfig(path, {})
    if (config === undefined) throw new Error(JSON.stringify(faults))
    const name = 'test-sd'
    const { workingDirectory } = config.storage
    const voice = createDaemonLog({ name, debugLevel: 0, workingDirectory, write: () => undefined })
    const context = { ...voice, clock: systemClock, faults: options.faults }
    // Any free port: a number that a configuration cannot ask for.
    const anywhere = { ...config, storage: { ...config.storage, port: 0 } }
    return new StorageRig(directory, archive, await startStorage(anywhere, context))
  }

  get director(): Peer {
    return this.#director
  }

  get address(): { readonly host: string; readonly port: number } {
    const [address] = this.#daemon.addresses
    if (address === undefined) throw new Error('not listening')
    return address
  }

  /** A file daemon that comes with the key of this Job. */
  client(job: string, key = `key of ${job}`): Peer {
    return this.#dial('job', job, key)
  }

  async stop(): Promise<void> {
    this.#director.close()
    await this.#daemon.close()
    await rm(this.#directory, { recursive: true })
  }

  #dial(kind: 'director' | 'job', name: string, secret: string): Peer {
    return dial({
      ...this.address,
      identity: { kind, name },
      secret: new Secret(secret),
      tls: {},
      peerName: 'storage daemon "test-sd"',
    })
  }
}

/** The Volumes of a Pool and what a Catalog would know of them. */
export class VolumeShelf {
  readonly volumes = new Map<string, VolumeInit>()
  readonly #template: VolumeInit
  #count = 0

  constructor(template: VolumeInit = {}) {
    this.#template = template
  }

  /** The first Volume that can be appended to, else a new one. */
  next(unusable: readonly string[]): VolumeInit {
    for (const volume of this.volumes.values()) {
      const isUsable = volume.status === 'Append' || volume.status === 'Recycle'
      if (isUsable && !unusable.includes(volume.name ?? '')) return volume
    }
    const name = `V-${String(++this.#count).padStart(4, '0')}`
    const volume = { status: 'Append', pool: 'Full', poolType: 'Backup', ...this.#template, name }
    this.volumes.set(name, volume)
    return volume
  }

  update(changed: VolumeInit): void {
    const known = this.volumes.get(changed.name ?? '')
    // As a Catalog does: what a report does not speak of stays.
    const { maxBytes, pool, poolType } = known ?? {}
    this.volumes.set(changed.name ?? '', { ...known, ...changed, maxBytes, pool, poolType })
  }
}

/** A Director's end of one backup session. */
export class DirectorSession {
  readonly job: string
  readonly shelf: VolumeShelf
  readonly messages: JobMessage[] = []
  readonly commits: Commit[] = []
  readonly media: JobMedia[] = []
  /** Catalog records, in commits only. */
  readonly records: VolumeRecord[] = []
  readonly opened: Promise<SessionOpened>
  readonly ended: Promise<SessionEnd>
  /** When false, commits are not answered. */
  doesCommit = true
  /** When false, questions for a Volume are not answered. */
  doesSupply = true
  #uncommitted: VolumeRecord[] = []
  #onProgress: () => void = () => undefined
  /** Resolves when the first batch is on its way to a Volume. */
  readonly progress = new Promise<void>((resolve) => {
    this.#onProgress = resolve
  })
  #onCommit: () => void = () => undefined
  /** Resolves when files are committed for the first time. */
  readonly firstCommit = new Promise<void>((resolve) => {
    this.#onCommit = resolve
  })
  readonly #call: Call<BackupSessionCommandInit, BackupSessionEvent>
  readonly #abort = new AbortController()

  readonly #start: BackupSessionStartInit

  constructor(
    rig: StorageRig,
    job: string,
    shelf = new VolumeShelf(),
    more: BackupSessionStartInit = {},
  ) {
    this.job = job
    this.shelf = shelf
    this.#start = { ...startOf(job), ...more }
    this.#call = rig.director.storageDaemon.backupSession({ signal: this.#abort.signal })
    let open: (opened: SessionOpened) => void = () => undefined
    const opening = new Promise<SessionOpened>((resolve) => {
      open = resolve
    })
    this.ended = this.#run(open)
    this.opened = Promise.race([
      opening,
      this.ended.then(() => Promise.reject(new Error('ended before it was opened'))),
    ])
    for (const promise of [this.opened, this.ended]) promise.catch(() => undefined)
  }

  get texts(): readonly string[] {
    return this.messages.map(({ type, text }) => `${type}: ${text}`)
  }

  /** Files whose attributes are committed. */
  get files(): readonly number[] {
    return this.records
      .filter(({ stream }) => stream === STREAM.unixAttributes)
      .map(({ fileIndex }) => fileIndex)
  }

  async end(): Promise<void> {
    await this.#call.send({ command: 'end', end: {} })
  }

  /** Goes away without a word. */
  vanish(): void {
    this.#abort.abort()
  }

  async #run(open: (opened: SessionOpened) => void): Promise<SessionEnd> {
    await this.#call.send({ command: 'start', start: this.#start })
    for (;;) {
      const event = await this.#call.receive()
      if (event === undefined) throw new Error('closed without an end')
      if (event.event === 'end') return event.end
      if (event.event === 'opened') open(event.opened)
      else await this.#take(event)
    }
  }

  async #take(event: BackupSessionEvent): Promise<void> {
    switch (event.event) {
      case 'needVolume':
        if (!this.doesSupply) return
        await this.#call.send({
          command: 'volume',
          volume: { volume: this.shelf.next(event.needVolume.unusable) },
        })
        break
      case 'message':
        this.messages.push(event.message)
        break
      case 'attributes':
        for (const record of recordsOf(event.attributes.records)) {
          this.#uncommitted.push({ ...record, data: Buffer.from(record.data) })
        }
        break
      case 'volume':
        if (event.volume.volume !== null) this.shelf.update(event.volume.volume)
        break
      case 'commit':
        if (!this.doesCommit) return
        await this.#commit(event.commit)
        break
      case 'progress':
        this.#onProgress()
        break
      default:
        break
    }
  }

  async #commit(commit: Commit): Promise<void> {
    this.commits.push(commit)
    this.media.push(...commit.jobMedia)
    this.records.push(...this.#uncommitted)
    this.#uncommitted = []
    for (const volume of commit.volumes) this.shelf.update(volume)
    await this.#call.send({ command: 'committed', committed: { number: commit.number } })
    if (commit.jobMedia.length > 0) this.#onCommit()
  }
}

function startOf(job: string): BackupSessionStartInit {
  return {
    job: {
      jobId: 7,
      job,
      name: job.split('.')[0] ?? job,
      client: 'host-fd',
      fileset: 'etc',
      type: 'B',
      level: 'F',
    },
    device: 'FileDev',
    mediaType: 'File',
    pool: 'Full',
    poolType: 'Backup',
    key: `key of ${job}`,
    filesetMd5: 'abc',
  }
}

export interface RestoreResult {
  readonly records: readonly VolumeRecord[]
  readonly end: SessionEnd | undefined
  readonly texts: readonly string[]
  readonly error: Error | undefined
}

/** Restores with a Bootstrap, both the Director's and the file daemon's part. */
export async function restore(rig: StorageRig, bootstrap: string): Promise<RestoreResult> {
  const job = 'RestoreFiles.2026-11-21_02.09.17_07'
  const call = rig.director.storageDaemon.restoreSession({})
  await call.send({
    command: 'start',
    start: {
      job: { jobId: 9, job, client: 'host-fd' },
      bootstrap,
      device: 'FileDev',
      key: `key of ${job}`,
    },
  })
  const texts: string[] = []
  const records: VolumeRecord[] = []
  let end: SessionEnd | undefined
  let error: Error | undefined
  const client = rig.client(job)
  const take = (event: RestoreSessionEvent): void => {
    if (event.event === 'message') texts.push(`${event.message.type}: ${event.message.text}`)
    if (event.event === 'end') ({ end } = event)
  }
  const first = await call.receive()
  if (first?.event !== 'opened') throw new Error('not opened')
  const reading = (async () => {
    for await (const batch of client.storageData.read({})) {
      for (const one of recordsOf(batch)) records.push({ ...one, data: Buffer.from(one.data) })
    }
  })().catch((thrown: unknown) => {
    error = thrown as Error
  })
  for (let event = await call.receive(); event !== undefined; event = await call.receive()) {
    take(event)
  }
  await reading
  client.close()
  return { records, end, texts, error }
}

/** The records of files `from` to `to`, each with `dataBytes` of data. */
export function fileRecords(from: number, to: number, dataBytes = 100): VolumeRecord[] {
  const stat = {
    dev: 1,
    ino: 2n,
    mode: 0o100644,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: dataBytes,
    blksize: 4096,
    blocks: 1,
    atime: 1,
    mtime: 1,
    ctime: 1,
    linkFileIndex: 0,
    flags: 0,
    dataStream: STREAM.fileData,
  }
  const records: VolumeRecord[] = []
  for (let fileIndex = from; fileIndex <= to; fileIndex++) {
    const path = Buffer.from(`/srv/file-${fileIndex}`)
    const data = Buffer.from(encodeAttributes({ fileIndex, type: FILE_TYPE.regular, path, stat }))
    records.push({ fileIndex, stream: STREAM.unixAttributes, data })
    records.push({ fileIndex, stream: STREAM.fileData, data: Buffer.alloc(dataBytes, fileIndex) })
    records.push({ fileIndex, stream: STREAM.md5, data: Buffer.alloc(16, fileIndex) })
  }
  return records
}

/** Records as short lines: comparing megabytes one element after the other takes its time. */
export function brief(records: readonly VolumeRecord[]): readonly string[] {
  return records.map(({ fileIndex, stream, data }) => {
    const digest = createHash('md5').update(data).digest('hex')
    return `${fileIndex} ${stream} ${data.length} ${digest}`
  })
}

/** Backs the records up, one batch for each of `batches`, and ends well. */
export async function backUp(
  rig: StorageRig,
  session: DirectorSession,
  batches: readonly (readonly VolumeRecord[])[],
): Promise<SessionEnd> {
  await session.opened
  const client = rig.client(session.job)
  const call = client.storageData.append({})
  for (const records of batches) await call.send(encodeRecords(records))
  call.end()
  for (let event = await call.receive(); event !== undefined; event = await call.receive()) {
    if (event.end) break
  }
  const end = await session.ended
  client.close()
  return end
}

/** The Bootstrap that a Director makes of JobMedia rows. */
export function bootstrapOf(
  media: readonly JobMedia[],
  {
    volSessionId,
    volSessionTime,
  }: { readonly volSessionId: number; readonly volSessionTime: number },
  fileIndex?: string,
): string {
  return media
    .map((row) => {
      const from = row.startFile * 2 ** 32 + row.startBlock
      const to = row.endFile * 2 ** 32 + row.endBlock
      return `Volume="${row.volume}"
VolSessionId=${volSessionId}
VolSessionTime=${volSessionTime}
VolAddr=${from}-${to}
FileIndex=${fileIndex ?? `${row.firstIndex}-${row.lastIndex}`}
`
    })
    .join('')
}

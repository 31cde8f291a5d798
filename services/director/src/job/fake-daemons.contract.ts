// A storage daemon and a file daemon as a Director sees them: over the real wire, with no disk behind them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeAttributes, encodeRecords, FILE_TYPE, Secret, STREAM } from '@coffer/core'
import {
  type BackupSessionCommand,
  type BackupSessionEventInit,
  type Call,
  type FileDaemonHandlers,
  type JobEventInit,
  type JobRef,
  makeSelfSigned,
  type RestoreSessionCommand,
  type RestoreSessionEventInit,
  serve,
  type StorageDaemonHandlers,
  type StorageTicket,
  type VolumeInit,
  type WireServer,
} from '@coffer/wire'

export const DIRECTOR_NAME = 'test-dir'
/** What md5 makes of the clear text "secret" in a configuration. */
const PASSWORD_MD5 = '5ebe2294ecd0e0f08eab7690d2a6ee69'

/** Attribute records of files `from` to `to`, as storage hands them on. */
export function attributeRecords(from: number, to: number): Buffer {
  const stat = {
    dev: 1,
    ino: 2n,
    mode: 0o100644,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: 10,
    blksize: 4096,
    blocks: 1,
    atime: 1,
    mtime: 1,
    ctime: 1,
    linkFileIndex: 0,
    flags: 0,
    dataStream: STREAM.fileData,
  }
  const records = []
  for (let fileIndex = from; fileIndex <= to; fileIndex++) {
    const path = Buffer.from(`/srv/file-${fileIndex}`)
    const data = encodeAttributes({ fileIndex, type: FILE_TYPE.regular, path, stat })
    records.push({ fileIndex, stream: STREAM.unixAttributes, data })
    records.push({ fileIndex, stream: STREAM.md5, data: Buffer.alloc(16, fileIndex) })
  }
  return encodeRecords(records)
}

type BackupCall = Call<BackupSessionEventInit, BackupSessionCommand>
type RestoreCall = Call<RestoreSessionEventInit, RestoreSessionCommand>

/** One backup session from storage's side. */
export class FakeSession {
  readonly #call: BackupCall
  readonly job: string
  readonly key: string
  /** As on a real storage daemon, no two sessions have the same. */
  readonly sessionId: number
  #commits = 0
  #volume: VolumeInit = {}
  #ended: () => void = () => undefined
  /** Settles when the Director sent `end`. */
  readonly ended: Promise<void>
  readonly #answers: PromiseParts[] = []

  constructor(call: BackupCall, start: { job: JobRef | null; key: string }) {
    this.#call = call
    this.job = start.job?.job ?? ''
    this.sessionId = start.job?.jobId ?? 0
    this.key = start.key
    this.ended = new Promise((resolve) => {
      this.#ended = resolve
    })
    void this.#listen()
  }

  async send(event: BackupSessionEventInit): Promise<void> {
    await this.#call.send(event)
  }

  async message(text: string, type = 'info'): Promise<void> {
    await this.send({ event: 'message', message: { type, text, daemon: 'fake-sd', timeMs: 1 } })
  }

  /** Asks for a Volume, labels it and tells so. */
  async mount(unusable: readonly string[] = []): Promise<string> {
    const answer = this.#next()
    await this.send({ event: 'needVolume', needVolume: { device: 'FileDev', unusable } })
    const command = await answer
    if (command.command !== 'volume' || command.volume.volume === null) throw new Error('no Volume')
    this.#volume = { ...command.volume.volume, status: 'Append', bytes: 200, labelMs: 1000 }
    await this.send({ event: 'volume', volume: { volume: this.#volume, createdLabel: true } })
    return command.volume.volume.name
  }

  /** Makes files durable: their attributes, then a commit, then the Director's answer. */
  async commit(from: number, to: number): Promise<void> {
    const records = attributeRecords(from, to)
    await this.send({ event: 'attributes', attributes: { records } })
    this.#volume = {
      ...this.#volume,
      bytes: 1000 * to,
      blocks: to,
      firstWrittenMs: 1_000,
      lastWrittenMs: 2_000,
    }
    const answer = this.#next()
    await this.send({
      event: 'commit',
      commit: {
        number: ++this.#commits,
        jobMedia: [
          {
            volume: this.#volume.name,
            firstIndex: from,
            lastIndex: to,
            startBlock: 200,
            endBlock: 1000 * to,
            bytes: 1000,
          },
        ],
        volumes: [this.#volume],
        files: to,
        bytes: 1000 * to,
      },
    })
    await answer
  }

  async end(files: number, status = 'T'): Promise<void> {
    await this.send({
      event: 'end',
      end: {
        end: { status, files, bytes: 1000 * files },
        volSessionId: this.sessionId,
        volSessionTime: 1_795_000_000,
        lastVolumeBytes: 1000 * files,
        volumes: [this.#volume.name ?? ''],
      },
    })
  }

  #next(): Promise<BackupSessionCommand> {
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }))
  }

  async #listen(): Promise<void> {
    try {
      for await (const command of this.#call) {
        if (command.command === 'end') this.#ended()
        else this.#answers.shift()?.resolve(command)
      }
    } catch {
      // The call's own end tells the handler.
    }
    this.#ended()
    for (const { reject } of this.#answers) reject(new Error('the Director is gone'))
  }
}

interface PromiseParts {
  readonly resolve: (command: BackupSessionCommand) => void
  readonly reject: (error: Error) => void
}

export interface FakeDaemons {
  readonly storagePort: number
  readonly filedPort: number
  /** What storage does with a backup; replaced by tests. */
  onBackupSession: (session: FakeSession, signal: AbortSignal) => Promise<void>
  onRestoreSession: (call: RestoreCall, bootstrap: string) => Promise<void>
  /** What the file daemon does; gets what it was told. */
  onBackup: FiledAction
  onRestore: FiledAction
  /** Every since time that the file daemon was given. */
  readonly sinceMs: number[]
  /** Sessions by unique Job name, for actions of the file daemon that need storage's side. */
  readonly sessions: Map<string, FakeSession>
  stopStorage(): Promise<void>
  stopFiled(): Promise<void>
  close(): Promise<void>
}

type FiledAction = (
  send: (event: JobEventInit) => Promise<void>,
  ticket: StorageTicket,
  signal: AbortSignal,
) => Promise<void>

/** Ends well after `files` files. */
export function filedEnds(files: number, status = 'T'): FiledAction {
  return async (send) => {
    await send({ event: 'ready', ready: { version: '0.1.0 (21Nov26)', os: 'Test OS' } })
    await send({
      event: 'message',
      message: { type: 'info', text: 'ACL support is enabled', daemon: 'fake-fd', timeMs: 1 },
    })
    await send({ event: 'progress', progress: { files, bytes: 900 * files } })
    const end = { status, files, bytes: 900 * files, readBytes: 800 * files }
    await send({ event: 'end', end })
  }
}

/** Stores `files` files on one Volume and ends when the file daemon has. */
export function storageKeeps(files: number) {
  return async (session: FakeSession): Promise<void> => {
    await session.mount()
    if (files > 0) await session.commit(1, files)
    await session.ended
    await session.end(files)
  }
}

export async function startFakeDaemons(passwordMd5 = PASSWORD_MD5): Promise<FakeDaemons> {
  const directory = await mkdtemp(join(tmpdir(), 'fake-daemons-'))
  const state = {
    onBackupSession: storageKeeps(3) as FakeDaemons['onBackupSession'],
    onRestoreSession: restoreReads,
    onBackup: filedEnds(3),
    onRestore: filedEnds(3),
    sinceMs: [] as number[],
    sessions: new Map<string, FakeSession>(),
  }
  const handlers = { storageDaemon: storageHandlers(state), fileDaemon: filedHandlers(state) }
  const listen = async (name: keyof typeof handlers): Promise<WireServer> =>
    serve({
      addresses: [{ host: '127.0.0.1', port: 0 }],
      tls: await makeSelfSigned(directory, name),
      secretFor: ({ kind, name: who }) =>
        kind === 'director' && who === DIRECTOR_NAME ? new Secret(passwordMd5) : undefined,
      services: { [name]: handlers[name] },
    })
  const storage = await listen('storageDaemon')
  const filed = await listen('fileDaemon')
  return Object.assign(state, {
    storagePort: storage.addresses[0]?.port ?? 0,
    filedPort: filed.addresses[0]?.port ?? 0,
    stopStorage: () => storage.close(0),
    stopFiled: () => filed.close(0),
    close: async () => {
      await Promise.all([storage.close(0), filed.close(0)])
      await rm(directory, { recursive: true })
    },
  })
}

async function restoreReads(call: RestoreCall): Promise<void> {
  await call.send({ event: 'opened', opened: { device: 'FileDev' } })
  await call.send({
    event: 'end',
    end: { end: { status: 'T', files: 3, bytes: 3000 }, volumes: ['Full-0001'] },
  })
}

type State = Pick<
  FakeDaemons,
  'onBackupSession' | 'onRestoreSession' | 'onBackup' | 'onRestore' | 'sinceMs' | 'sessions'
>

function storageHandlers(state: State): StorageDaemonHandlers {
  const unused = async () => ({})
  return {
    backupSession: async (call, { signal }) => {
      const first = await call.receive()
      if (first?.command !== 'start') throw new Error('no start')
      const session = new FakeSession(call, first.start)
      state.sessions.set(session.job, session)
      await session.send({
        event: 'opened',
        opened: {
          volSessionId: session.sessionId,
          volSessionTime: 1_795_000_000,
          device: 'FileDev',
        },
      })
      await state.onBackupSession(session, signal)
    },
    restoreSession: async (call) => {
      const first = await call.receive()
      if (first?.command !== 'start') throw new Error('no start')
      await state.onRestoreSession(call, first.start.bootstrap)
    },
    label: async () => ({ ok: true, volBytes: 200, device: 'FileDev', archiveDevice: '/tmp' }),
    mount: unused,
    unmount: unused,
    release: unused,
    findVolumes: unused,
    truncate: async ({ volume }) => ({ ok: true, volBytes: 200, text: volume }),
    listSlots: unused,
    moveSlot: unused,
    status: async () => ({ daemon: { name: 'fake-sd', version: '0.1.0' } }),
    setDebug: async ({ level, trace }) => ({ level, trace: trace > 0, traceFile: '/t' }),
    setBandwidth: async () => ({ jobs: 1 }),
    resolve: async ({ host }) => ({ addresses: [`fake-sd ${host}`] }),
  }
}

function filedHandlers(state: State): FileDaemonHandlers {
  return {
    backup: async (call, { signal }) => {
      const first = await call.receive()
      if (first?.command !== 'start' || !first.start.storage) throw new Error('no ticket')
      const ticket = first.start.storage
      state.sinceMs.push(first.start.sinceMs)
      await state.onBackup((event) => call.send(event), ticket, signal)
    },
    restore: async (call, { signal }) => {
      const first = await call.receive()
      const ticket = first?.start.storage
      if (!ticket) throw new Error('no ticket')
      await state.onRestore((event) => call.send(event), ticket, signal)
    },
    verify: async () => {
      throw new Error('not used here')
    },
    estimate: async function* () {
      yield { event: 'total', total: { files: 22, bytes: 3_495_796 } }
    },
    runScript: async function* ({ argv, timeoutMs }) {
      yield { event: 'line', line: `${argv.join(' ')} within ${timeoutMs}` }
      const complaint = argv.includes('fails') ? 'exit code 3' : ''
      yield { event: 'end', end: { complaint } }
    },
    status: async () => ({ daemon: { name: 'fake-fd', version: '0.1.0' } }),
    setDebug: async ({ level, trace }) => ({ level, trace: trace > 0, traceFile: '/t' }),
    setBandwidth: async () => ({ jobs: 1 }),
    resolve: async ({ host }) => ({ addresses: [`fake-fd ${host}`] }),
  }
}

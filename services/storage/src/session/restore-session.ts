// One Job's restore session: what the Bootstrap asks for, read from Volumes and handed to the file daemon in batches.
//
// States: open -> (the file daemon reads) reading -> ended. It ends once: everything was read; the file daemon left or
// never came; the Director is gone or canceled. What is damaged or missing costs the files it held, each with a line.
import {
  type Bootstrap,
  type Clock,
  CofferError,
  type JobStatusLetter,
  type MessageType,
  type NumberRange,
  RecordBatchBuilder,
  type Secret,
  toCofferError,
  worseStatus,
} from '@coffer/core'
import type {
  Call,
  JobMessageInit,
  RestoreSessionCommand,
  RestoreSessionEventInit,
} from '@coffer/wire'
import type { ReadDevice } from '../device/device.ts'
import type { SessionKey } from '../volume/block.ts'
import { type Deferred, makeDeferred } from './deferred.ts'
import type { FaultPoints } from './faults.ts'
import { FileRegex } from './file-regex.ts'
import { lineMaker } from './messages.ts'
import { damageText, problemText, sessionText } from './problem-text.ts'
import { type ReadRecord, RecordReader, type ReadStep } from './record-reader.ts'
import { Renumber } from './renumber.ts'
import type { RestoreStart } from './session-start.ts'
import { deviceText } from './session-text.ts'
import { type MissingFiles, WantedFiles } from './wanted-files.ts'

/** Records are gathered to about this size before they travel. */
const BATCH_BYTES = 512 * 1024
/** So many ranges of missing files are named in one line. */
const MAX_NAMED_RANGES = 20
/** So many of each session are told to the Director, which knows their names. */
const MAX_TOLD_RANGES = 100
const PROGRESS_EVERY_MS = 1000

export interface RestoreSessionOptions {
  readonly start: RestoreStart
  readonly key: Secret
  readonly session: SessionKey
  readonly bootstrap: Bootstrap
  readonly devices: readonly [ReadDevice, ...ReadDevice[]]
  readonly call: Call<RestoreSessionEventInit, RestoreSessionCommand>
  readonly clock: Clock
  /** Name of this daemon in the Job log. */
  readonly daemon: string
  readonly faults?: FaultPoints | undefined
}

/** Reads all records of a session, see `examine`. */
export interface RecordExaminer {
  /** Takes whole records of one Volume; what is wrong with files that ended in them. */
  take(batch: Buffer, volume: string): readonly CofferError[]
  /** Nothing follows. */
  end(): readonly CofferError[]
  /** Records for the Director that have come together. */
  takeAttributes(): Uint8Array
  /** What to say of the whole when it is over. */
  remarks(): readonly string[]
}

export class RestoreSession {
  readonly key: Secret
  readonly startedMs: number
  status: JobStatusLetter = 'R'
  errors = 0
  files = 0
  bytes = 0
  readonly #options: RestoreSessionOptions
  readonly #makeLine: (type: MessageType, text: string, error?: CofferError) => JobMessageInit
  readonly #wanted: WantedFiles
  readonly #regexes: readonly FileRegex[]
  readonly #volumes: string[] = []
  readonly #ended: Deferred<void> = makeDeferred()
  readonly #stop = makeDeferred<never>()
  #lastFile = ''
  #isAttached = false
  #isEnding = false
  #progressMs = 0
  #lastDevice: ReadDevice | undefined
  #missing: readonly MissingFiles[] = []

  constructor(options: RestoreSessionOptions) {
    this.key = options.key
    this.startedMs = options.clock.nowMs()
    this.#options = options
    this.#makeLine = lineMaker(options.daemon, options.clock)
    this.#wanted = new WantedFiles(options.bootstrap)
    const texts = new Set(options.bootstrap.entries.map(({ fileRegex }) => fileRegex ?? ''))
    texts.delete('')
    this.#regexes = [...texts].map((text) => new FileRegex(text))
  }

  get start(): RestoreStart {
    return this.#options.start
  }

  get session(): SessionKey {
    return this.#options.session
  }

  get device(): ReadDevice {
    return this.#lastDevice ?? this.#options.devices[0]
  }

  get volumeName(): string {
    return this.#volumes.at(-1) ?? ''
  }

  get isAttached(): boolean {
    return this.#isAttached
  }

  /** Resolves when the session has ended and the Director has been told. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Batches for the file daemon. Ends the session when it is through, when it fails and when it is left early. */
  async *read(): AsyncGenerator<Buffer, void> {
    if (this.#isAttached || this.#isEnding) {
      const { job } = this.#options.start.job
      throw new CofferError('session-taken', `the session of "${job}" is taken`)
    }
    this.#isAttached = true
    await this.#options.faults?.reach('before-read')
    let reason: CofferError | undefined = new CofferError(
      'peer-lost',
      'its reader left before everything was read',
    )
    try {
      yield* this.#readBatches()
      reason = undefined
    } catch (error) {
      reason = toCofferError(error)
      throw reason
    } finally {
      await this.end(reason)
    }
  }

  /** In place of a file daemon: everything goes to `reader`, whose findings are errors of the session. Never rejects. */
  async examine(reader: RecordExaminer): Promise<void> {
    this.#isAttached = true
    let reason: CofferError | undefined
    try {
      for await (const batch of this.#readBatches()) {
        await this.#examined(reader, reader.take(batch, this.volumeName))
      }
      await this.#examined(reader, reader.end())
      for (const text of reader.remarks()) await this.#say('info', text)
    } catch (error) {
      reason = toCofferError(error)
    }
    await this.end(reason)
  }

  async #examined(reader: RecordExaminer, findings: readonly CofferError[]): Promise<void> {
    for (const finding of findings) await this.#sayError(finding)
    const records = reader.takeAttributes()
    if (records.length === 0) return
    await this.#options.call.send({ event: 'attributes', attributes: { records } })
  }

  /** Ends the session, once. Never rejects. */
  async end(reason?: CofferError): Promise<void> {
    if (!this.#isEnding) {
      this.#isEnding = true
      this.#stop.reject(reason ?? new CofferError('session-unknown', 'the session has ended'))
      await this.#tellDirector(reason).catch(() => undefined)
      this.#ended.resolve()
    }
    await this.#ended.promise
  }

  async *#readBatches(): AsyncGenerator<Buffer, void> {
    const { bootstrap, devices } = this.#options
    const { firstIndex, verify } = this.#options.start
    const renumber = firstIndex === 0 ? undefined : new Renumber(firstIndex)
    const builder = new RecordBatchBuilder(BATCH_BYTES)
    const reader = new RecordReader({ bootstrap, devices })
    for await (const step of reader.read()) {
      if (this.#isEnding) await this.#stop.promise
      if (step.kind === 'records') {
        yield* this.#pack(step.records, builder, renumber)
        await this.#reportProgress()
        continue
      }
      // What a batch holds comes from one Volume.
      if (step.kind === 'volume' && builder.usedBytes > 0) yield builder.take()
      await this.#report(step)
    }
    if (builder.usedBytes > 0) yield builder.take()
    // Whoever verifies compares with the Catalog, which knows of FileIndexes that were never used.
    if (verify === '') await this.#reportMissing()
  }

  *#pack(
    records: readonly ReadRecord[],
    builder: RecordBatchBuilder,
    renumber: Renumber | undefined,
  ): Generator<Buffer, void> {
    for (const record of records) {
      if (!this.#isWanted(record)) continue
      const { fileIndex, stream, data } = renumber?.apply(record.session, record) ?? record
      if (!builder.fits(data.length)) yield builder.take()
      builder.append(fileIndex, stream, data)
      this.#count(record)
    }
  }

  #isWanted(record: ReadRecord): boolean {
    this.#wanted.meet(record.session, record.fileIndex)
    return (
      this.#regexes.length === 0 ||
      // Every pattern has to see the record: each follows the files for itself.
      this.#regexes.filter((regex) => regex.wants(record.session, record)).length > 0
    )
  }

  #count({ session, fileIndex, data }: ReadRecord): void {
    const file = `${session.sessionId}-${session.sessionTime}-${fileIndex}`
    if (file !== this.#lastFile) this.files++
    this.#lastFile = file
    this.bytes += data.length
  }

  async #report(step: Exclude<ReadStep, { kind: 'records' }>): Promise<void> {
    switch (step.kind) {
      case 'volume':
        await this.#reportVolume(step)
        break
      case 'volume-end':
        await this.#say(
          'info',
          `End of Volume at file 0 on device ${deviceText(step.device)}, Volume "${step.volume.name}"`,
        )
        break
      case 'volume-lost':
        await this.#sayError(step.error)
        break
      case 'damage':
        await this.#sayDamage(damageText(step))
        break
      case 'problem':
        await this.#sayDamage(problemText(step))
        break
    }
  }

  async #reportVolume(step: Extract<ReadStep, { kind: 'volume' }>): Promise<void> {
    const { volume, device, from } = step
    this.#lastDevice = device
    this.#volumes.push(volume.name)
    const where = `volume "${volume.name}" on device ${deviceText(device)}`
    await this.#say('info', `Ready to read from ${where}.`)
    if (from === 0) return
    const place = `${Math.floor(from / 2 ** 32)}:${from % 2 ** 32}`
    await this.#say('info', `Forward spacing Volume "${volume.name}" to file:block ${place}.`)
  }

  async #reportMissing(): Promise<void> {
    this.#missing = this.#wanted.missing()
    for (const { session, ranges } of this.#missing) {
      const named = ranges.slice(0, MAX_NAMED_RANGES).map(rangeText).join(', ')
      const more = ranges.length > MAX_NAMED_RANGES ? ' and others' : ''
      await this.#sayDamage(
        `the Volumes do not hold what was asked for: files ${named}${more} of session ${sessionText(session)}`,
      )
    }
  }

  async #tellDirector(reason: CofferError | undefined): Promise<void> {
    const { call, session } = this.#options
    if (reason !== undefined) {
      this.status = worseStatus(this.status, reason.entry.jobStatus ?? 'f')
      if (reason.code !== 'call-canceled') await this.#sayError(reason)
    } else if (this.status === 'R') this.status = 'T'
    if (this.#lastDevice !== undefined) {
      await this.#say('info', `Releasing device ${deviceText(this.#lastDevice)}.`)
    }
    const { status, files, bytes, errors } = this
    await call.send({
      event: 'end',
      end: {
        end: { status, files, bytes, errors },
        volSessionId: session.sessionId,
        volSessionTime: session.sessionTime,
        volumes: [...new Set(this.#volumes)],
        missing: this.#missing.map(toldOf),
      },
    })
  }

  async #reportProgress(): Promise<void> {
    const { clock, call } = this.#options
    const nowMs = clock.nowMs()
    if (nowMs - this.#progressMs < PROGRESS_EVERY_MS) return
    this.#progressMs = nowMs
    const { files, bytes, errors } = this
    await call.send({ event: 'progress', progress: { files, bytes, errors } })
  }

  async #sayDamage(text: string): Promise<void> {
    await this.#sayError(new CofferError('volume-damaged', text))
  }

  async #sayError(error: CofferError): Promise<void> {
    this.errors++
    this.status = worseStatus(this.status, error.entry.jobStatus ?? 'E')
    await this.#say('error', error.message, error)
  }

  async #say(type: MessageType, text: string, error?: CofferError): Promise<void> {
    const message = this.#makeLine(type, text, error)
    await this.#options.call.send({ event: 'message', message })
  }
}

function toldOf({ session, ranges }: MissingFiles) {
  return {
    volSessionId: session.sessionId,
    volSessionTime: session.sessionTime,
    ranges: ranges.slice(0, MAX_TOLD_RANGES),
  }
}

function rangeText({ from, to }: NumberRange): string {
  return from === to ? String(from) : `${from}-${to}`
}

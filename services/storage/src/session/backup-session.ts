// One Job's backup session: from its opening by the Director to its end label and last commit.
//
// States: open -> (the file daemon attaches) streaming -> ending -> ended. It ends once, for the first of these reasons:
// the stream ended well; the stream broke; writing failed; the Director said `end`; the Director is gone or canceled;
// the file daemon never came. Whatever the reason, the Volume gets an end label if it can be written, what is whole
// and durable is committed if the Director is there, and both sides are told.
import {
  type Clock,
  CofferError,
  type JobStatusLetter,
  type MessageType,
  RecordCursor,
  type Secret,
  toCofferError,
  withCommas,
} from '@coffer/core'
import type { AppendVolume, Device } from '../device/device.ts'
import type { DeviceSlots } from '../device/reserve.ts'
import type { SessionKey } from '../volume/block.ts'
import type { SessionTotals } from '../volume/label.ts'
import { AttributeQueue } from './attribute-queue.ts'
import type { BackupControl } from './backup-control.ts'
import { type BatchTotals, checkBatch } from './batch-check.ts'
import { BlockWriter } from './block-writer.ts'
import { Committer } from './committer.ts'
import { type Deferred, makeDeferred } from './deferred.ts'
import { type Inlet, Spool, straightInlet } from './spool.ts'
import type { SpoolPlace } from './spool-places.ts'
import { splitAddress } from './extents.ts'
import type { FaultPoints } from './faults.ts'
import { lineMaker, rateText, type Speaker } from './messages.ts'
import { SerialQueue } from './serial-queue.ts'
import type { RecordStream } from './record-source.ts'
import { endLabel, startLabel } from './session-labels.ts'
import type { BackupStart } from './session-start.ts'
import { deviceText, endOfMediumText, newVolumeText } from './session-text.ts'
import { volumeReport } from './volume-report.ts'
import { VolumeSupply } from './volume-supply.ts'

/** When a session commits what is durable. */
export interface CommitPolicy {
  readonly everyBytes: number
  readonly everyMs: number
  /** Bytes of attributes that may wait for a commit before the stream does. */
  readonly attributeBytes: number
}

export interface BackupSessionOptions {
  readonly start: BackupStart
  readonly key: Secret
  readonly session: SessionKey
  readonly control: BackupControl
  readonly device: Device
  readonly slots: DeviceSlots
  readonly policy: CommitPolicy
  /** Where data wait before they go to the Volume; undefined when they do not. */
  readonly spool?: SpoolPlace | undefined
  readonly clock: Clock
  /** Name of this daemon in the Job log. */
  readonly daemon: string
  readonly faults?: FaultPoints | undefined
}

/** How often a Director hears how far a Job is. */
const PROGRESS_EVERY_MS = 1000
/** How long a stream may go on after the Director said that its file daemon has ended. */
const LINGER_MS = 5000

export class BackupSession {
  readonly key: Secret
  readonly startedMs: number
  readonly #options: BackupSessionOptions
  readonly #totals: BatchTotals = { lastIndex: 0, files: 0, bytes: 0 }
  readonly #attributes = new AttributeQueue()
  readonly #writer: BlockWriter
  readonly #committer: Committer
  readonly #supply: VolumeSupply
  readonly #steps = new SerialQueue()
  readonly #speaker: Speaker
  readonly #inlet: Inlet
  /** Rejects whatever waits for the file daemon, a Volume or a place on the Device when the session fails. */
  readonly #stop: Deferred<never> = makeDeferred<never>()
  /** Rejects the wait for the next batch. */
  #interrupt: (reason: CofferError) => void = () => undefined
  readonly #ended: Deferred<void> = makeDeferred()
  /** The file daemon's stream, once it has come. */
  #stream: RecordStream | undefined
  #ending: Promise<void> | undefined
  #committedBytes = 0
  #commitFailure: CofferError | undefined
  #progressMs = 0
  #cancelTimer: () => void = () => undefined
  #giveSlot: () => void = () => undefined
  status: JobStatusLetter = 'R'
  errors = 0

  constructor(options: BackupSessionOptions) {
    const { control, device, session, start, clock, daemon, faults } = options
    this.key = options.key
    this.startedMs = clock.nowMs()
    this.#options = options
    const makeLine = lineMaker(daemon, clock)
    this.#speaker = {
      say: (type, text, error) => {
        // A line that cannot be sent is lost with the Director it was for.
        control
          .send({ event: 'message', message: makeLine(type, text, error) })
          .catch(() => undefined)
      },
    }
    this.#committer = new Committer(control, faults)
    this.#supply = new VolumeSupply({
      control,
      device,
      session,
      mediaType: start.mediaType,
      pool: start.pool,
      speaker: this.#speaker,
      stop: this.#stop.promise,
    })
    this.#writer = new BlockWriter({
      device,
      session,
      faults,
      nextVolume: (full) => this.#nextVolume(full),
    })
    this.#inlet = this.#makeInlet()
  }

  #makeInlet(): Inlet {
    const { spool, start, clock } = this.#options
    const put = (batch: Buffer): Promise<void> => this.#takeBatch(batch)
    if (spool === undefined) return straightInlet(put)
    return new Spool({
      place: spool,
      jobLimitBytes: start.spoolSize,
      clock,
      speaker: this.#speaker,
      put,
      volumeName: () => this.volumeName,
      despooling: (isUnderWay) => {
        this.status = isUnderWay ? 'l' : 'R'
      },
    })
  }

  get start(): BackupStart {
    return this.#options.start
  }

  get device(): Device {
    return this.#options.device
  }

  get session(): SessionKey {
    return this.#options.session
  }

  get totals(): Readonly<BatchTotals> {
    return this.#totals
  }

  get volumeName(): string {
    return this.#writer.volume?.name ?? ''
  }

  get isAttached(): boolean {
    return this.#stream !== undefined
  }

  /** Takes the file daemon's stream to its end. Rejects when the session ends otherwise. */
  async append(call: RecordStream): Promise<void> {
    if (this.#stream !== undefined || this.#ending !== undefined) {
      throw new CofferError('session-taken', `the session of "${this.#jobName()}" is taken`)
    }
    this.#stream = call
    this.#armTimer()
    try {
      for (;;) {
        const batch = await this.#receive(call)
        if (batch === undefined) break
        await this.#steps.run(() => this.#inlet.take(batch))
      }
      await this.#steps.run(() => this.#inlet.drain())
    } catch (error) {
      await this.end(this.#streamFault(toCofferError(error)))
      throw error
    }
    await this.end()
    if (this.#commitFailure !== undefined) throw this.#commitFailure
    await call.send({ durableFileIndex: this.#committer.durableIndex, end: true })
  }

  /** The Director says that the file daemon has ended: a stream that is open gets a moment to do so. */
  async endAfterStream(): Promise<void> {
    if (this.#stream === undefined) {
      // Why it never came is in the Job log already.
      await this.end(new CofferError('call-canceled', 'the file daemon ended without coming here'))
      return
    }
    const cancel = this.#options.clock.after(LINGER_MS, () => {
      void this.end(new CofferError('peer-lost', 'the file daemon ended without ending its stream'))
    })
    await this.#ended.promise
    cancel()
  }

  /** Resolves when the session has ended and the Director has been told. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Ends the session, once; every call resolves when it has ended. Never rejects. */
  end(reason?: CofferError): Promise<void> {
    this.#ending ??= this.#end(reason)
    return this.#ending
  }

  async #end(reason: CofferError | undefined): Promise<void> {
    this.#cancelTimer()
    if (reason !== undefined) {
      this.#stop.reject(reason)
      this.#interrupt(reason)
    }
    this.status = reason === undefined ? 'L' : endStatus(reason)
    try {
      await this.#steps.run(() => this.#close(reason))
    } finally {
      this.#ended.resolve()
    }
  }

  async #close(reason: CofferError | undefined): Promise<void> {
    let fault = reason
    const note = (error: unknown): void => {
      fault ??= toCofferError(error)
    }
    if (fault !== undefined) this.#sayEnd(fault)
    await this.#inlet.close().catch(note)
    await this.#writeEndLabel(fault).catch(note)
    this.#sayAttributes()
    await this.#commit(fault === undefined ? Infinity : this.#boundIndex()).catch(note)
    fault ??= this.#commitFailure
    await this.#writer.release().catch(note)
    this.#giveSlot()
    if (reason === undefined && fault !== undefined) this.#sayEnd(fault)
    this.#commitFailure = fault
    this.status = fault === undefined ? 'T' : endStatus(fault)
    await this.#tellDirector()
  }

  /**
   * The next batch, or the reason to stop. Not a race against the promise of stopping: that one outlives all batches,
   * and every race would leave it a reaction that holds its batch.
   */
  #receive(call: RecordStream): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      call.receive().then(resolve, reject)
    })
  }

  async #takeBatch(batch: Buffer): Promise<void> {
    if (this.#ending !== undefined)
      throw new CofferError('session-unknown', 'the session has ended')
    if (this.#commitFailure !== undefined) throw this.#commitFailure
    const isFirst = this.#writer.volume === undefined
    checkBatch(batch, this.#totals, this.#attributes)
    if (isFirst) {
      const { start, clock } = this.#options
      await this.#writer.putLabel(({ family }) => startLabel(start, family, clock.nowMs()))
    }
    await this.#writer.put(new RecordCursor(batch))
    await this.#commitWhenDue()
    await this.#reportProgress()
  }

  /** Commits run beside the stream; it waits only when too much waits already. */
  async #commitWhenDue(): Promise<void> {
    const { everyBytes, attributeBytes } = this.#options.policy
    const waits = Math.max(
      (this.#totals.bytes - this.#committedBytes) / everyBytes,
      this.#attributes.pendingBytes / attributeBytes,
    )
    if (waits < 1) return
    if (this.#committer.waiting > 0) {
      if (waits < 2) return
      await this.#committer.idle()
    }
    void this.#commitBeside()
  }

  async #commitBeside(): Promise<void> {
    try {
      await this.#commit(this.#boundIndex())
    } catch (error) {
      this.#commitFailure ??= toCofferError(error)
      return
    }
    // A file daemon that is gone shows in its stream.
    const progress = { durableFileIndex: this.#committer.durableIndex, end: false }
    await this.#stream?.send(progress).catch(() => undefined)
  }

  /** Files at and above it are not whole in blocks that are on their way to a Volume. */
  #boundIndex(): number {
    return Math.min(this.#totals.lastIndex, this.#writer.unwrittenIndex)
  }

  async #commit(boundIndex: number): Promise<void> {
    const writer = this.#writer
    if (writer.volume === undefined) return
    this.#committedBytes = this.#totals.bytes
    await this.#committer.commit({
      written: writer.written,
      takeExtents: () => writer.takeExtents(),
      attributes: this.#attributes.take(boundIndex),
      boundIndex: () => Math.min(boundIndex, writer.lostIndex),
      files: this.#totals.files,
      bytes: this.#totals.bytes,
    })
    this.#armTimer()
  }

  /** What a slow Job has sent is committed all the same after a while. */
  #armTimer(): void {
    this.#cancelTimer()
    if (this.#ending !== undefined) return
    this.#cancelTimer = this.#options.clock.after(this.#options.policy.everyMs, () => {
      void this.#steps.run(async () => {
        if (this.#ending !== undefined || this.#committer.waiting > 0) return
        if (this.#totals.bytes > this.#committedBytes) {
          await this.#writer.flush().catch((error: unknown) => {
            this.#commitFailure ??= toCofferError(error)
          })
          void this.#commitBeside()
        } else this.#armTimer()
      })
    })
  }

  async #nextVolume(full: AppendVolume | undefined): Promise<AppendVolume> {
    const { device, clock } = this.#options
    if (full === undefined) await this.#takeSlot()
    else await this.#leaveVolume(full)
    const volume = await this.#supply.next((fresh) => this.#committer.commitLabel(fresh))
    if (full !== undefined) this.#say('info', newVolumeText(volume, device, clock.nowMs()))
    return volume
  }

  async #takeSlot(): Promise<void> {
    const { device, slots } = this.#options
    const busy = `Device ${deviceText(device)} has as many Jobs as it may have: waiting for one of them to end.`
    this.#giveSlot = await slots.take(device, this.#stop.promise, () => {
      this.status = 'q'
      this.#say('info', busy)
    })
    this.status = 'R'
    this.#say('info', `Using Device ${deviceText(device)} to write.`)
  }

  /** The Catalog hears that it is full before it is asked for the next; what is on it is committed beside. */
  async #leaveVolume(full: AppendVolume): Promise<void> {
    const { control, clock } = this.#options
    full.retire('Full')
    await full.sync()
    this.#say('info', endOfMediumText(full, clock.nowMs()))
    await control.send({ event: 'volume', volume: { volume: volumeReport(full) } })
    void this.#commitBeside().then(() => full.release())
  }

  async #writeEndLabel(fault: CofferError | undefined): Promise<void> {
    const writer = this.#writer
    if (writer.volume === undefined || writer.failure !== undefined) return
    const { start, clock, faults } = this.#options
    await faults?.reach('before-end-label')
    const status = fault === undefined ? 'T' : endStatus(fault)
    await writer.putLabel((volume) =>
      endLabel(start, volume.family, {
        nowMs: clock.nowMs(),
        totals: this.#labelTotals(volume, status),
      }),
    )
    await writer.flush()
    await writer.finishWrites()
  }

  #labelTotals(volume: AppendVolume, jobStatus: JobStatusLetter): SessionTotals {
    const begin = splitAddress(this.#writer.startAddress ?? volume.endBytes)
    const end = splitAddress(volume.endBytes - 1)
    return {
      files: this.#totals.files,
      bytes: this.#totals.bytes,
      startBlock: begin.block,
      endBlock: end.block,
      startFile: begin.file,
      endFile: end.file,
      errors: this.errors,
      jobStatus,
    }
  }

  #sayAttributes(): void {
    const { pendingBytes } = this.#attributes
    if (!this.#options.start.spoolAttributes || pendingBytes === 0) return
    const size = withCommas(pendingBytes)
    this.#say('info', `Sending spooled attrs to the Director. Despooling ${size} bytes ...`)
  }

  async #tellDirector(): Promise<void> {
    const { control, device, clock, session } = this.#options
    if (control.failure !== undefined) return
    const { files, bytes } = this.#totals
    if (this.#writer.volume !== undefined) {
      this.#say('info', `Releasing device ${deviceText(device)}.`)
      this.#say('info', rateText(bytes, clock.nowMs() - this.startedMs))
    }
    const end = { status: this.status, files, bytes, errors: this.errors }
    await control
      .send({
        event: 'end',
        end: {
          end,
          volSessionId: session.sessionId,
          volSessionTime: session.sessionTime,
          lastVolumeBytes: this.#writer.volume?.durableBytes ?? 0,
          volumes: this.#writer.volumeNames,
        },
      })
      .catch(() => undefined)
  }

  async #reportProgress(): Promise<void> {
    const { clock, control } = this.#options
    const nowMs = clock.nowMs()
    if (nowMs - this.#progressMs < PROGRESS_EVERY_MS) return
    this.#progressMs = nowMs
    const { files, bytes } = this.#totals
    await control.send({ event: 'progress', progress: { files, bytes } })
  }

  #sayEnd(fault: CofferError): void {
    if (fault.code === 'call-canceled') return
    this.errors++
    this.#say('fatal', fault.message, fault)
  }

  /** A stream that breaks off says little: who was at its other end is what the Job log needs. */
  #streamFault(error: CofferError): CofferError {
    const { sources, job } = this.#options.start
    if (error.code !== 'peer-lost' || sources.length > 0) return error
    const { client } = job
    const text = `the file daemon of Client "${client}" is gone: ${error.message}`
    return new CofferError('peer-lost', text, { cause: error })
  }

  #say(type: MessageType, text: string, error?: CofferError): void {
    this.#speaker.say(type, text, error)
  }

  #jobName(): string {
    return this.#options.start.job.job
  }
}

function endStatus(reason: CofferError): JobStatusLetter {
  return reason.entry.jobStatus ?? 'f'
}

// The records of one session on a fast disk, until they go to the Volume in one run.
//
// The file has no name: it is removed as soon as it is open, so that nothing stays behind when this process is killed. It
// holds batches as they came, each behind its length (32 bits). Nothing of a batch is looked at before it is despooled;
// from there on it goes the way of one that was never spooled, and so commits cover only what is on a Volume.
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, CofferError, MAX_BATCH_BYTES, messageOf, withCommas } from '@coffer/core'
import { errnoOf } from '../device/os-fault.ts'
import { rateText, type Speaker } from './messages.ts'
import { decideSpool } from './spool-decision.ts'
import type { SpoolPlace } from './spool-places.ts'

/** Takes the batches of a stream on their way to the Volume, one at a time. */
export interface Inlet {
  take(batch: Buffer): Promise<void>
  /** The stream has ended well: everything that is held goes to the Volume. */
  drain(): Promise<void>
  /** Forgets what is held. */
  close(): Promise<void>
}

/** Holds nothing. */
export function straightInlet(put: (batch: Buffer) => Promise<void>): Inlet {
  return { take: put, drain: () => Promise.resolve(), close: () => Promise.resolve() }
}

export interface SpoolOptions {
  readonly place: SpoolPlace
  /** Of this Job, over that of the place; 0: none. */
  readonly jobLimitBytes: number
  readonly clock: Clock
  readonly speaker: Speaker
  /** Puts a batch onto the Volume. */
  readonly put: (batch: Buffer) => Promise<void>
  /** The Volume in hand; empty before the first. */
  readonly volumeName: () => string
  /** Called around every run to the Volume. */
  readonly despooling: (isUnderWay: boolean) => void
}

const LENGTH_BYTES = 4
const OUT_OF_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

export class Spool implements Inlet {
  readonly #options: SpoolOptions
  readonly #jobLimitBytes: number
  #file: FileHandle | undefined
  /** It cannot be had: everything goes straight to the Volume. */
  #isUnusable = false
  #usedBytes = 0

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#jobLimitBytes =
      options.jobLimitBytes > 0 ? options.jobLimitBytes : options.place.jobLimitBytes
  }

  async take(batch: Buffer): Promise<void> {
    if (this.#file === undefined && !this.#isUnusable) await this.#open()
    for (;;) {
      const decision = this.#isUnusable ? 'pass' : this.#decide(batch)
      if (decision === 'spool') return this.#store(batch)
      if (decision === 'pass') return this.#options.put(batch)
      this.#sayFull(decision.despool)
      await this.#despool('Writing spooled data to Volume.')
      this.#say('info', 'Spooling data again ...')
    }
  }

  async drain(): Promise<void> {
    if (this.#usedBytes === 0) return
    const volume = this.#options.volumeName()
    const where = volume === '' ? 'the Volume' : `Volume "${volume}"`
    await this.#despool(`Committing spooled data to ${where}.`)
  }

  async close(): Promise<void> {
    if (this.#usedBytes > 0) {
      const lost = `${withCommas(this.#usedBytes)} bytes of spooled data were not written to a Volume`
      this.#say('warning', `${lost}: the Job ended before`)
    }
    this.#release()
    await this.#file?.close()
    this.#file = undefined
  }

  #decide(batch: Buffer): ReturnType<typeof decideSpool> {
    const { place } = this.#options
    return decideSpool(
      {
        usedBytes: this.#usedBytes,
        jobLimitBytes: this.#jobLimitBytes,
        deviceUsedBytes: place.usedBytes,
        deviceLimitBytes: place.limitBytes,
      },
      LENGTH_BYTES + batch.length,
    )
  }

  async #open(): Promise<void> {
    const { directory } = this.#options.place
    try {
      const path = join(directory, `coffer-${randomBytes(8).toString('hex')}.spool`)
      this.#file = await open(path, 'wx+', 0o600)
      await unlink(path)
      this.#say('info', 'Spooling data ...')
    } catch (error) {
      this.#isUnusable = true
      const why = `cannot spool in "${directory}": ${messageOf(error)}`
      this.#say('warning', `${why}; the data go straight to the Volume`)
    }
  }

  /** A disk that is full loses nothing: what it holds goes to the Volume, and this batch after it. */
  async #store(batch: Buffer): Promise<void> {
    try {
      await this.#append(batch)
    } catch (error) {
      const { directory } = this.#options.place
      if (!OUT_OF_SPACE.has(errnoOf(error) ?? '')) this.#isUnusable = true
      this.#say('warning', `cannot write to the spool in "${directory}": ${messageOf(error)}`)
      await this.#despool('Writing spooled data to Volume.')
      await this.#options.put(batch)
    }
  }

  async #append(batch: Buffer): Promise<void> {
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(batch.length)
    await this.#write(length, this.#usedBytes)
    await this.#write(batch, this.#usedBytes + LENGTH_BYTES)
    const sizeBytes = LENGTH_BYTES + batch.length
    this.#usedBytes += sizeBytes
    this.#options.place.usedBytes += sizeBytes
  }

  async #write(bytes: Buffer, at: number): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const { bytesWritten } = await this.#handle().write(
        bytes,
        from,
        bytes.length - from,
        at + from,
      )
      from += bytesWritten
    }
  }

  async #despool(why: string): Promise<void> {
    const { clock, put, despooling } = this.#options
    const totalBytes = this.#usedBytes
    if (totalBytes === 0) return
    const startedMs = clock.nowMs()
    this.#say('info', `${why} Despooling ${withCommas(totalBytes)} bytes ...`)
    despooling(true)
    try {
      for (let at = 0; at < totalBytes; ) {
        const batch = await this.#readBatch(at)
        await put(batch)
        at += LENGTH_BYTES + batch.length
      }
      await this.#handle().truncate(0)
      this.#release()
    } finally {
      despooling(false)
    }
    const elapsed = rateText(totalBytes, clock.nowMs() - startedMs)
    this.#say('info', `Despooling ${elapsed.replace(/^E/u, 'e').replaceAll('=', ' = ')}`)
  }

  async #readBatch(at: number): Promise<Buffer> {
    const length = await this.#read(Buffer.alloc(LENGTH_BYTES), at)
    const sizeBytes = length.readUInt32BE()
    if (sizeBytes > MAX_BATCH_BYTES) throw damaged('a length in it cannot be')
    return this.#read(Buffer.allocUnsafe(sizeBytes), at + LENGTH_BYTES)
  }

  async #read(into: Buffer, at: number): Promise<Buffer> {
    for (let from = 0; from < into.length; ) {
      const { bytesRead } = await this.#handle().read(into, from, into.length - from, at + from)
      if (bytesRead === 0) throw damaged('it is shorter than what was written')
      from += bytesRead
    }
    return into
  }

  #release(): void {
    this.#options.place.usedBytes -= this.#usedBytes
    this.#usedBytes = 0
  }

  #handle(): FileHandle {
    if (this.#file === undefined) throw new CofferError('internal-bug', 'the spool is not open')
    return this.#file
  }

  #sayFull(limit: 'job' | 'device'): void {
    const { place } = this.#options
    const [what, used, most] =
      limit === 'job'
        ? ['Job', this.#usedBytes, this.#jobLimitBytes]
        : ['Device', place.usedBytes, place.limitBytes]
    const sizes = `${withCommas(used)} of at most ${withCommas(most)} bytes`
    this.#say('info', `User specified ${what} spool size reached: ${sizes}`)
  }

  #say(type: 'info' | 'warning', text: string): void {
    this.#options.speaker.say(type, text)
  }
}

function damaged(why: string): CofferError {
  return new CofferError('spool-damaged', `the spool cannot be read back: ${why}`)
}

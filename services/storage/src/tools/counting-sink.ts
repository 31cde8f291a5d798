// Counts what a scan finds, and names it when asked.
import {
  decodeAttributes,
  isAttributeStream,
  recordsOf,
  STREAM,
  STREAM_TYPE_MASK,
} from '@coffer/core'
import type { SessionKey } from '../volume/block.ts'
import type { CatalogSink, ScannedJob, ScannedJobEnd, ScannedVolume } from './catalog-sink.ts'
import type { ToolPrinter } from './tool-io.ts'

export interface CountingOptions {
  readonly isVerbose: boolean
  readonly namesFiles: boolean
}

export class CountingSink implements CatalogSink {
  readonly #printer: ToolPrinter
  readonly #options: CountingOptions
  readonly #volumes = new Set<string>()
  readonly #pools = new Set<string>()
  #jobs = 0
  #files = 0
  #restoreObjects = 0

  constructor(printer: ToolPrinter, options: CountingOptions) {
    this.#printer = printer
    this.#options = options
  }

  async volume({ name, pool }: ScannedVolume): Promise<void> {
    this.#volumes.add(name)
    this.#pools.add(pool)
  }

  async beginJob({ job, jobId, level, type, pool }: ScannedJob): Promise<void> {
    this.#jobs++
    this.#pools.add(pool)
    if (!this.#options.isVerbose) return
    this.#printer.line(`Begin JobId ${jobId}: Job=${job} Level=${level} Type=${type}`)
  }

  async addRecords(_session: SessionKey, records: Buffer): Promise<void> {
    for (const { stream, data } of recordsOf(records)) {
      if ((stream & STREAM_TYPE_MASK) === STREAM.restoreObject) this.#restoreObjects++
      if (!isAttributeStream(stream)) continue
      this.#files++
      if (this.#options.namesFiles) this.#printer.line(decodeAttributes(data).path)
    }
  }

  async endJob({ session, status, files, bytes, errors }: ScannedJobEnd): Promise<void> {
    if (!this.#options.isVerbose) return
    const { sessionId, sessionTime } = session
    this.#printer.line(
      `End SessId=${sessionId} SessTime=${sessionTime} Files=${files} Bytes=${bytes} Errors=${errors} Status=${status}`,
    )
  }

  async finish(): Promise<readonly string[]> {
    const counts = [
      [this.#volumes.size, 'Media'],
      [this.#pools.size, 'Pool'],
      [this.#jobs, 'Job'],
      [this.#files, 'File'],
      [this.#restoreObjects, 'RestoreObject'],
    ] as const
    return counts.map(([count, name]) => `${String(count).padStart(7)} ${name}`)
  }

  async abandon(): Promise<void> {
    // Nothing is kept.
  }
}

// Records from storage to the thread that writes them, a few batches ahead of it.
import type { Worker } from 'node:worker_threads'
import { CofferError, isErrorCode } from '@coffer/core'
import type { RestoreProblem, RestoreTotals } from '@coffer/files'
import { Postbox } from '../backup/mailbox.ts'
import { startThread, threadEnd } from '../backup/thread.ts'
import {
  MAX_BATCHES,
  type RestoreInput,
  type RestoreOutput,
  type RestoreReport,
  type RestoreThreadData,
} from './messages.ts'

export interface RestorePipelineOptions {
  readonly thread: Omit<RestoreThreadData, 'mailbox'>
  /** Resolve when more may come. */
  readonly problem: (problem: RestoreProblem) => Promise<void>
  readonly restored: (line: string) => Promise<void>
  readonly signal: AbortSignal
}

/** Time to finish directories; only a thread that hangs in a system call needs longer. */
const THREAD_END_MS = 120_000
const NO_TOTALS: RestoreTotals = { files: 0, bytes: 0, errors: 0, skipped: 0 }

export class RestorePipeline {
  readonly #options: RestorePipelineOptions
  readonly #postbox = new Postbox<RestoreInput>()
  readonly #worker: Worker
  readonly #outputs: RestoreOutput[] = []
  readonly #buffers: ArrayBuffer[] = []
  #inFlight = 0
  #readBytes = 0
  #totals = NO_TOTALS
  #current: Uint8Array = new Uint8Array(0)
  #failure: CofferError | undefined
  #wake: () => void = () => undefined

  constructor(options: RestorePipelineOptions) {
    this.#options = options
    const { end } = this.#postbox
    const data: RestoreThreadData = { mailbox: end, ...options.thread }
    this.#worker = startThread(import.meta.url, 'restore-worker', data)
    this.#worker.on('message', (output: RestoreOutput) => {
      this.#outputs.push(output)
      this.#wake()
    })
    this.#worker.on('error', (error: unknown) => {
      this.#fail(new CofferError('internal-bug', 'the restoring thread failed', { cause: error }))
    })
  }

  get totals(): RestoreTotals {
    return this.#totals
  }

  /** Bytes of records that came from storage. */
  get readBytes(): number {
    return this.#readBytes
  }

  get current(): Uint8Array {
    return this.#current
  }

  /**
   * Writes all files; the thread is gone when it settles. Rejects with the signal's reason, with what `batches` rejects
   * with, with `disk-full` and `relocation-invalid`.
   */
  async run(batches: AsyncIterable<Uint8Array>): Promise<RestoreTotals> {
    const { signal } = this.#options
    const abort = (): void => {
      this.#fail(reasonOf(signal))
    }
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    try {
      for await (const batch of batches) await this.#feed(batch)
      this.#postbox.send({ kind: 'end' })
      while (!(await this.#takeOutput()));
      return this.#totals
    } catch (error) {
      this.#postbox.cancel()
      throw this.#failure ?? error
    } finally {
      signal.removeEventListener('abort', abort)
      await this.#close()
    }
  }

  async #feed(batch: Uint8Array): Promise<void> {
    while (this.#inFlight >= MAX_BATCHES || this.#outputs.length > 0) await this.#takeOutput()
    if (this.#failure !== undefined) throw this.#failure
    const buffer = this.#bufferOf(batch.length)
    new Uint8Array(buffer).set(batch)
    this.#readBytes += batch.length
    this.#inFlight += 1
    this.#postbox.send({ kind: 'batch', buffer, usedBytes: batch.length }, [buffer])
  }

  // Memory that goes round: a batch as it comes from the wire may share its own with others.
  #bufferOf(sizeBytes: number): ArrayBuffer {
    const buffer = this.#buffers.pop()
    if (buffer !== undefined && buffer.byteLength >= sizeBytes) return buffer
    return new ArrayBuffer(Math.max(sizeBytes, 1024 * 1024))
  }

  /** Waits for one word of the thread and passes it on. True when it was the last one. */
  async #takeOutput(): Promise<boolean> {
    while (this.#outputs.length === 0) {
      if (this.#failure !== undefined) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const output = this.#outputs.shift()
    if (output === undefined) return false
    if (output.kind === 'failed') {
      throw new CofferError(isErrorCode(output.code) ? output.code : 'internal-bug', output.text)
    }
    if (output.kind === 'batch') {
      this.#inFlight -= 1
      this.#buffers.push(output.buffer)
    }
    await this.#pass(output)
    return output.kind === 'end'
  }

  async #pass({ totals, problems, restored, current }: RestoreReport): Promise<void> {
    this.#totals = totals
    this.#current = current
    for (const problem of problems) {
      if (problem.kind === 'fatal') throw new CofferError('disk-full', problem.text)
      await this.#options.problem(problem)
    }
    for (const line of restored) await this.#options.restored(line)
  }

  #fail(error: CofferError): void {
    this.#failure ??= error
    this.#wake()
  }

  /** A cancelled thread still removes its unfinished file and finishes directories. */
  async #close(): Promise<void> {
    await threadEnd(this.#worker, THREAD_END_MS)
    const last = this.#outputs.findLast((output) => output.kind === 'end')
    if (last !== undefined) this.#totals = last.totals
    this.#postbox.close()
  }
}

function reasonOf(signal: AbortSignal): CofferError {
  const reason: unknown = signal.reason
  return reason instanceof CofferError
    ? reason
    : new CofferError('job-canceled', 'the Job was canceled')
}

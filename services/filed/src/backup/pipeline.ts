// The threads of one backup and the order between them: tasks go to readers as they come, batches leave in the order of
// FileIndex. This thread only moves buffers.
//
// A task is walked, assigned to a reader, read into batches, and done. Tasks are sent one after the other; the batches of
// later ones wait in memory, at most MAX_BATCHES for each reader, which then sleeps until the earlier ones are sent.
import { closeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { CofferError, isErrorCode } from '@coffer/core'
import type { ProtectionSource } from '@coffer/files'
import type { FileSet } from '@coffer/wire'
import type { WalkNote } from '../fileset/walk.ts'
import type { ReadTotals } from './file-reader.ts'
import { filesOf } from './file-task.ts'
import { Postbox } from './mailbox.ts'
import type {
  BackupThreadData,
  KnownFilesPlace,
  PoolWork,
  ReaderInput,
  ReaderMessage,
  ThreadFailure,
  WalkerInput,
  WalkerMessage,
} from './messages.ts'
import { backupThreads, type PooledThread } from './thread-pool.ts'

export interface PipelineOptions {
  /** With all lists resolved. */
  readonly fileset: FileSet
  /** Seconds since the epoch; 0 for a Full. */
  readonly since: number
  /** Files of an earlier state to compare with, in the place of `since`. */
  readonly known?: KnownFilesPlace | undefined
  /** Reading threads at most; default one per processor, 2 to 8. */
  readonly readers?: number | undefined
  /** Keys that sign and encrypt what is read. */
  readonly protection?: ProtectionSource | undefined
  /** Takes whole records in order; the memory is used again after it resolves. */
  readonly send: (batch: Uint8Array) => Promise<void>
  /** Lines for the Job log, in the order of the files; resolves when more may come. */
  readonly note: (note: Omit<WalkNote, 'kind'>) => Promise<void>
  readonly signal: AbortSignal
  /** For tests: when each word of a reading thread is heard. Those of one thread must stay in order. */
  readonly hear?: ((reader: number, tell: () => void) => void) | undefined
}

export interface PipelineTotals extends Readonly<ReadTotals> {
  /** Paths that were looked at. */
  readonly examined: number
  readonly errors: number
}

interface Task {
  readonly message: Extract<WalkerMessage, { kind: 'task' }>
  readonly batches: { readonly reader: Reader; readonly message: BatchMessage }[]
  isAssigned: boolean
  done: Extract<ReaderMessage, { kind: 'done' }> | undefined
}
type BatchMessage = Extract<ReaderMessage, { kind: 'batch' }>

interface Reader {
  readonly thread: PooledThread
  readonly postbox: Postbox<ReaderInput>
  totals: ReadTotals
  isIdle: boolean
}

/** Time for a cancelled thread to come out of a system call. */
const THREAD_END_MS = 5_000
const NO_TOTALS: ReadTotals = { files: 0, bytes: 0, readBytes: 0, packedFrom: 0, packedTo: 0 }

export class BackupPipeline {
  readonly #options: PipelineOptions
  readonly #tasks = new Map<number, Task>()
  readonly #readers: Reader[] = []
  readonly #maxReaders: number
  readonly #walker: PooledThread
  readonly #walkerPostbox = new Postbox<WalkerInput>()
  #sending = 1
  #unassigned = 1
  #lastTask: number | undefined
  #examined = 0
  #errors = 0
  #current: Uint8Array = new Uint8Array(0)
  #failure: CofferError | undefined
  #isOver = false
  #wake: () => void = () => undefined

  constructor(options: PipelineOptions) {
    this.#options = options
    this.#maxReaders = options.readers ?? Math.min(Math.max(availableParallelism(), 2), 8)
    this.#walker = this.#start('walk', this.#walkerPostbox)
    this.#walker.on('message', (message) => {
      this.#fromWalker(message as WalkerMessage)
    })
    this.#addReader()
  }

  get totals(): PipelineTotals {
    const sum = { ...NO_TOTALS }
    for (const { totals } of this.#readers) {
      sum.files += totals.files
      sum.bytes += totals.bytes
      sum.readBytes += totals.readBytes
      sum.packedFrom += totals.packedFrom
      sum.packedTo += totals.packedTo
    }
    return { ...sum, examined: this.#examined, errors: this.#errors }
  }

  /** Path bytes of a file in hand. */
  get current(): Uint8Array {
    return this.#current
  }

  /**
   * Runs to the end; all threads are gone when it settles. Rejects with the signal's reason, with what `send` rejects
   * with, `fileset-invalid`, `compression-unavailable` or `internal-bug`.
   */
  async run(): Promise<PipelineTotals> {
    const { signal } = this.#options
    const abort = (): void => {
      this.#fail(cancelReason(signal))
    }
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    try {
      while (await this.#step());
      return this.totals
    } finally {
      signal.removeEventListener('abort', abort)
      await this.#close()
    }
  }

  /** Sends one batch, ends one task, or waits for news. False when everything was sent. */
  async #step(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure
    const task = this.#tasks.get(this.#sending)
    const batch = task?.batches.shift()
    if (batch !== undefined) await this.#sendBatch(batch.reader, batch.message)
    else if (task?.done !== undefined) await this.#finishTask(task)
    else if (this.#isComplete()) return false
    else await this.#news()
    return true
  }

  async #sendBatch(reader: Reader, { buffer, usedBytes, isExtra }: BatchMessage): Promise<void> {
    await this.#options.send(new Uint8Array(buffer, 0, usedBytes))
    if (!isExtra) reader.postbox.send({ kind: 'buffer', buffer }, [buffer])
  }

  async #finishTask({ message, done }: Task): Promise<void> {
    for (const note of [...message.notes, ...(done?.notes ?? [])]) {
      if (note.isError) this.#errors += 1
      await this.#options.note(note)
    }
    for (const fd of message.releases) closeSync(fd)
    this.#tasks.delete(this.#sending)
    this.#sending += 1
    if (done !== undefined) this.#walkerPostbox.send({ buffer: done.buffer }, [done.buffer])
  }

  #fromWalker(message: WalkerMessage): void {
    if (this.#isOver) {
      if (message.kind === 'task') closeDescriptors(message)
      return
    }
    switch (message.kind) {
      case 'task':
        this.#examined = message.examined
        this.#tasks.set(message.number, {
          message,
          batches: [],
          isAssigned: false,
          done: undefined,
        })
        this.#assign()
        break
      case 'progress':
        this.#examined = message.examined
        this.#current = message.current
        break
      case 'end':
        this.#examined = message.examined
        this.#lastTask = message.tasks
        break
      case 'failed':
        this.#fail(failureOf(message))
        break
    }
    this.#wake()
  }

  #fromReader(reader: Reader, message: ReaderMessage): void {
    if (message.kind === 'failed') this.#fail(failureOf(message))
    else {
      const task = this.#tasks.get(message.task)
      reader.totals = message.totals
      if (message.kind === 'batch') task?.batches.push({ reader, message })
      else {
        if (task !== undefined) task.done = message
        reader.isIdle = true
        if (!this.#isOver) this.#assign()
      }
    }
    this.#wake()
  }

  /** Gives tasks to readers, in order. */
  #assign(): void {
    for (;;) {
      const task = this.#tasks.get(this.#unassigned)
      if (task === undefined) return
      const reader = this.#readers.find((candidate) => candidate.isIdle) ?? this.#addReader()
      if (reader === undefined) return
      this.#unassigned += 1
      task.isAssigned = true
      reader.isIdle = false
      const { buffer, usedBytes, number, current } = task.message
      if (usedBytes > 0) this.#current = current
      reader.postbox.send({ kind: 'task', number, buffer, usedBytes }, [buffer])
    }
  }

  #addReader(): Reader | undefined {
    if (this.#readers.length >= this.#maxReaders) return undefined
    const postbox = new Postbox<ReaderInput>()
    const thread = this.#start('read', postbox)
    const reader: Reader = { thread, postbox, totals: NO_TOTALS, isIdle: true }
    const hear = this.#options.hear ?? ((_, tell) => tell())
    const number = this.#readers.length
    thread.on('message', (message) => {
      hear(number, () => {
        this.#fromReader(reader, message as ReaderMessage)
      })
    })
    this.#readers.push(reader)
    return reader
  }

  #start(kind: PoolWork['kind'], postbox: Postbox<never>): PooledThread {
    const { fileset, since, known, protection } = this.#options
    const { end } = postbox
    const data: BackupThreadData = { mailbox: end, fileset, since, known, protection }
    const thread = backupThreads.run(kind, data)
    thread.on('error', (error) => {
      this.#fail(new CofferError('internal-bug', `a thread of the backup failed`, { cause: error }))
    })
    return thread
  }

  #fail(error: CofferError): void {
    this.#failure ??= error
    this.#wake()
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  async #close(): Promise<void> {
    this.#isOver = true
    const threads = [{ thread: this.#walker, postbox: this.#walkerPostbox }, ...this.#readers]
    if (this.#isComplete())
      for (const reader of this.#readers) reader.postbox.send({ kind: 'stop' })
    else for (const { postbox } of threads) postbox.cancel()
    await Promise.all(threads.map(({ thread }) => thread.end(THREAD_END_MS)))
    for (const { postbox } of threads) postbox.close()
    for (const { message, isAssigned } of this.#tasks.values()) {
      if (!isAssigned) closeDescriptors(message)
      for (const fd of message.releases) closeSync(fd)
    }
  }

  #isComplete(): boolean {
    return this.#lastTask !== undefined && this.#sending > this.#lastTask
  }
}

function closeDescriptors(message: Extract<WalkerMessage, { kind: 'task' }>): void {
  for (const { fd } of filesOf(message.buffer, message.usedBytes)) if (fd >= 0) closeSync(fd)
}

function failureOf({ code, text }: ThreadFailure): CofferError {
  return new CofferError(isErrorCode(code) ? code : 'internal-bug', text)
}

function cancelReason(signal: AbortSignal): CofferError {
  const reason: unknown = signal.reason
  return reason instanceof CofferError
    ? reason
    : new CofferError('job-canceled', 'the Job was canceled')
}

// A thread that reads files of one Job into batches of records.
import { closeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { loadPosix, prepareZstd, Protection } from '@coffer/files'
import { optionsOf } from '../fileset/walk.ts'
import { BatchWriter } from './batch-writer.ts'
import { FileReader, type ReadNote } from './file-reader.ts'
import { filesOf } from './file-task.ts'
import { Mailbox } from './mailbox.ts'
import {
  BATCH_BYTES,
  type BackupThreadData,
  MAX_BATCHES,
  type ReaderInput,
  type ReaderMessage,
} from './messages.ts'
import { readingRules } from './reading-rules.ts'

type Task = Extract<ReaderInput, { kind: 'task' }>

class ReaderThread {
  readonly #mailbox: Mailbox<ReaderInput>
  readonly #reader: FileReader
  readonly #writer: BatchWriter
  readonly #buffers: ArrayBuffer[] = []
  readonly #tasks: Task[] = []
  #made = 0
  #notes: ReadNote[] = []
  #task = 0

  constructor(data: BackupThreadData) {
    this.#mailbox = new Mailbox(data.mailbox)
    this.#writer = new BatchWriter({
      take: () => Buffer.from(this.#takeBuffer()),
      give: (buffer, usedBytes, isExtra) => {
        this.#give(buffer, usedBytes, isExtra)
      },
    })
    const protection = data.protection === undefined ? undefined : new Protection(data.protection)
    const encrypts = protection?.encrypts === true
    this.#reader = new FileReader({
      writer: this.#writer,
      rules: optionsOf(data.fileset).map((options) => readingRules(options, encrypts)),
      protection,
      posix: loadPosix().posix,
      note: (note) => this.#notes.push(note),
      checkCancelled: () => {
        this.#mailbox.checkCancelled()
      },
    })
  }

  run(): void {
    try {
      for (;;) {
        const task = this.#tasks.shift()
        if (task !== undefined) this.#do(task)
        else if (!this.#stash(this.#mailbox.receive())) return
      }
    } finally {
      for (const input of this.#mailbox.drain()) this.#stash(input)
      for (const task of this.#tasks) closeUnread(task, 0)
    }
  }

  #do(task: Task): void {
    this.#task = task.number
    let read = 0
    try {
      for (const file of filesOf(task.buffer, task.usedBytes)) {
        read += 1
        this.#reader.read(file)
      }
    } catch (error) {
      closeUnread(task, read)
      throw error
    }
    this.#writer.flush()
    const notes = this.#notes
    this.#notes = []
    const { buffer, number } = task
    post({ kind: 'done', task: number, buffer, notes, totals: this.#reader.totals }, [buffer])
  }

  #give(buffer: Buffer, usedBytes: number, isExtra: boolean): void {
    const memory = buffer.buffer as ArrayBuffer
    const { totals } = this.#reader
    post({ kind: 'batch', task: this.#task, buffer: memory, usedBytes, isExtra, totals }, [memory])
  }

  #takeBuffer(): ArrayBuffer {
    for (;;) {
      const buffer = this.#buffers.pop()
      if (buffer !== undefined) return buffer
      const input = this.#mailbox.tryReceive()
      if (input !== undefined) this.#stash(input)
      else if (this.#made < MAX_BATCHES) {
        this.#made += 1
        return new ArrayBuffer(BATCH_BYTES)
      } else this.#stash(this.#mailbox.receive())
    }
  }

  /** False when there is nothing more to come. */
  #stash(input: ReaderInput): boolean {
    if (input.kind === 'buffer') this.#buffers.push(input.buffer)
    else if (input.kind === 'task') this.#tasks.push(input)
    return input.kind !== 'stop'
  }
}

/** Descriptors that the walking thread opened for files that are not reached any more. */
function closeUnread(task: Task, read: number): void {
  let index = 0
  for (const { fd } of filesOf(task.buffer, task.usedBytes)) {
    index += 1
    if (index > read && fd >= 0) closeSync(fd)
  }
}

function post(message: ReaderMessage, transfer: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer)
}

/** Reads until it is told to stop. Throws WorkCancelled and what a file's options demand and cannot be done. */
export async function read(data: BackupThreadData): Promise<void> {
  await prepareZstd()
  new ReaderThread(data).run()
}

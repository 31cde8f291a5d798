// The thread that walks the FileSet of one Job and packs what it finds into tasks.
import { parentPort } from 'node:worker_threads'
import { loadPosix } from '@coffer/files'
import { AccurateTest } from '../accurate/accurate-test.ts'
import { KnownTable } from '../accurate/known-table.ts'
import { readMounts } from '../fileset/mounts.ts'
import {
  optionsOf,
  type WalkedFile,
  type WalkItem,
  type WalkNote,
  walkFileSet,
} from '../fileset/walk.ts'
import { TaskPacker } from './file-task.ts'
import { Mailbox } from './mailbox.ts'
import {
  type BackupThreadData,
  type KnownFilesPlace,
  MAX_TASKS,
  TASK_BYTES,
  TASK_CONTENT_BYTES,
  TASK_OPEN_FILES,
  type WalkerInput,
  type WalkerMessage,
} from './messages.ts'

/** Paths between two words about how far it has come. */
const PROGRESS_EVERY = 8192

class WalkerThread {
  readonly #data: BackupThreadData
  readonly #mailbox: Mailbox<WalkerInput>
  readonly #optionNumbers: ReadonlyMap<object, number>
  #packer: TaskPacker | undefined
  #buffer: ArrayBuffer | undefined
  #contentBytes = 0
  /** Files of the task that are open already. */
  #open = 0
  #notes: WalkNote[] = []
  #releases: number[] = []
  #current: Uint8Array = new Uint8Array(0)
  #made = 0
  #tasks = 0
  #examined = 0
  #told = 0

  constructor(data: BackupThreadData) {
    this.#data = data
    this.#mailbox = new Mailbox(data.mailbox)
    this.#optionNumbers = new Map(optionsOf(data.fileset).map((options, index) => [options, index]))
  }

  run(): void {
    const { fileset, since, known } = this.#data
    const items = walkFileSet({
      fileset,
      since,
      known: known === undefined ? undefined : this.#accurateTest(known),
      mounts: readMounts(),
      posix: loadPosix().posix,
      openLinks: true,
    })
    for (const item of items) this.#take(item)
    this.#flush()
    post({ kind: 'end', tasks: this.#tasks, examined: this.#examined })
  }

  #accurateTest({ list, racySinceMs }: KnownFilesPlace): AccurateTest {
    return new AccurateTest({
      table: new KnownTable(list),
      racySinceNs: BigInt(Math.floor(racySinceMs)) * 1_000_000n,
      checkCancelled: () => {
        this.#mailbox.checkCancelled()
      },
    })
  }

  #take(item: WalkItem): void {
    switch (item.kind) {
      case 'file':
        this.#examined += 1
        this.#add(item)
        break
      case 'note':
        this.#notes.push(item)
        if (this.#notes.length >= 256) this.#flush()
        break
      case 'release':
        this.#releases.push(item.fd)
        this.#flush()
        break
      case 'skip':
        this.#examined += 1
        this.#tell(item.access)
        break
    }
  }

  #add(file: WalkedFile): void {
    const size = TaskPacker.sizeOf(file)
    const content = file.type === 3 ? Number(file.stat.size) : 0
    const isFull = this.#packer !== undefined && this.#packer.files > 0
    if (
      isFull &&
      (this.#packer?.fits(size) === false || this.#contentBytes + content > TASK_CONTENT_BYTES)
    ) {
      this.#flush()
    }
    const packer = this.#makeRoom(size)
    if (packer.files === 0) this.#current = file.stored
    packer.add(file, this.#optionNumbers.get(file.options) ?? 0)
    this.#contentBytes += content
    if (file.fd >= 0) this.#open += 1
    if (this.#contentBytes >= TASK_CONTENT_BYTES || this.#open >= TASK_OPEN_FILES) this.#flush()
  }

  #makeRoom(neededBytes: number): TaskPacker {
    if (this.#packer === undefined) {
      this.#buffer = this.#takeBuffer()
      this.#packer = new TaskPacker(this.#buffer)
    }
    if (!this.#packer.fits(neededBytes)) {
      // A single file with very long names.
      this.#buffer = new ArrayBuffer(neededBytes)
      this.#packer = new TaskPacker(this.#buffer)
    }
    return this.#packer
  }

  #takeBuffer(): ArrayBuffer {
    if (this.#made < MAX_TASKS) {
      this.#made += 1
      return new ArrayBuffer(TASK_BYTES)
    }
    return this.#mailbox.receive().buffer
  }

  #flush(): void {
    if (this.#packer === undefined && this.#notes.length === 0 && this.#releases.length === 0)
      return
    const buffer = this.#buffer ?? this.#takeBuffer()
    this.#tasks += 1
    post(
      {
        kind: 'task',
        number: this.#tasks,
        buffer,
        usedBytes: this.#packer?.usedBytes ?? 0,
        notes: this.#notes,
        releases: this.#releases,
        current: Uint8Array.from(this.#current),
        examined: this.#examined,
      },
      [buffer],
    )
    this.#packer = undefined
    this.#buffer = undefined
    this.#contentBytes = 0
    this.#open = 0
    this.#notes = []
    this.#releases = []
  }

  /** A tree in which nothing has changed makes no tasks: say that we are alive, and look whether to go on. */
  #tell(current: Uint8Array): void {
    this.#mailbox.checkCancelled()
    if (this.#examined - this.#told < PROGRESS_EVERY) return
    this.#told = this.#examined
    post({ kind: 'progress', examined: this.#examined, current: Uint8Array.from(current) })
  }
}

function post(message: WalkerMessage, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

/** Walks the whole FileSet. Throws WorkCancelled and `fileset-invalid`. */
export function walk(data: BackupThreadData): void {
  new WalkerThread(data).run()
}

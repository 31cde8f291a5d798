// The thread of a Verify Job: walks the FileSet, and compares what it finds with what is known of it, or describes it.
import { parentPort, workerData } from 'node:worker_threads'
import {
  CofferError,
  encodeAttributes,
  FILE_TYPE,
  messageOf,
  RecordBatchBuilder,
  STREAM,
} from '@coffer/core'
import { createDigest, errnoText, isDigestName, loadPosix } from '@coffer/files'
import { KnownTable } from '../accurate/known-table.ts'
import { contentDigest } from '../backup/content-digest.ts'
import { taskStat } from '../backup/file-task.ts'
import { Mailbox, WorkCancelled } from '../backup/mailbox.ts'
import { readMounts } from '../fileset/mounts.ts'
import { type WalkedFile, type WalkItem, walkFileSet } from '../fileset/walk.ts'
import { displayStored, Comparison } from './comparison.ts'
import {
  REPORTS_AHEAD,
  type VerifyLine,
  type VerifyOutput,
  type VerifyThreadData,
} from './messages.ts'

const LINES_PER_REPORT = 256
const ATTRIBUTE_BYTES = 256 * 1024
/** Paths between two words about how far it has come. */
const REPORT_EVERY = 4096

class VerifyThread {
  readonly #data: VerifyThreadData
  readonly #mailbox: Mailbox<'taken'>
  readonly #attributes = new RecordBatchBuilder(ATTRIBUTE_BYTES)
  readonly #comparison: Comparison | undefined
  #lines: VerifyLine[] = []
  #examined = 0
  #reported = 0
  #errors = 0
  #readBytes = 0
  #current: Uint8Array = new Uint8Array(0)
  #sent = 0

  constructor(data: VerifyThreadData) {
    this.#data = data
    this.#mailbox = new Mailbox(data.mailbox)
    if (data.known === undefined) return
    this.#comparison = new Comparison({
      table: new KnownTable(data.known),
      say: (line) => this.#lines.push(line),
      checkCancelled: () => {
        this.#mailbox.checkCancelled()
      },
    })
  }

  run(): void {
    const items = walkFileSet({
      fileset: this.#data.fileset,
      since: 0,
      known: this.#comparison,
      mounts: readMounts(),
      posix: loadPosix().posix,
      openLinks: false,
    })
    for (const item of items) {
      this.#mailbox.checkCancelled()
      this.#take(item)
      if (this.#isDue()) this.#report(false)
    }
    for (const line of this.#comparison?.missing() ?? []) {
      this.#lines.push(line)
      if (this.#isDue()) this.#report(false)
    }
    this.#report(true)
  }

  #take(item: WalkItem): void {
    switch (item.kind) {
      case 'note':
        if (item.isError) this.#errors += 1
        this.#lines.push({ type: item.isError ? 'error' : item.type, text: item.text })
        break
      case 'skip':
        this.#examined += 1
        this.#current = Uint8Array.from(item.access)
        break
      case 'file':
        this.#examined += 1
        this.#current = Uint8Array.from(item.stored)
        this.#describe(item)
        break
      case 'release':
        break
    }
  }

  /** The records that a backup would make of it, without its content. */
  #describe(file: WalkedFile): void {
    const { fileIndex, type, stored, link } = file
    const stat = { ...taskStat(file.stat, file.linkFileIndex), dataStream: STREAM.fileData }
    const linked = link === undefined ? {} : { link }
    const record = encodeAttributes({ fileIndex, type, path: stored, stat, ...linked })
    this.#attributes.append(fileIndex, STREAM.unixAttributes, record)
    const { signature, sparse } = file.options
    if (type !== FILE_TYPE.regular || !isDigestName(signature)) return
    try {
      const digest = contentDigest(file.access, {
        name: signature,
        sparse,
        checkCancelled: () => {
          this.#mailbox.checkCancelled()
        },
      })
      this.#readBytes += stat.size
      const { stream } = createDigest(signature)
      this.#attributes.append(fileIndex, stream, Buffer.from(digest, 'base64'))
    } catch (error) {
      if (error instanceof WorkCancelled) throw error
      this.#errors += 1
      const text = `Cannot read "${displayStored(stored)}": ERR=${errnoText(error)}`
      this.#lines.push({ type: 'error', text })
    }
  }

  #isDue(): boolean {
    return (
      this.#lines.length >= LINES_PER_REPORT ||
      this.#attributes.usedBytes >= ATTRIBUTE_BYTES / 2 ||
      this.#examined - this.#reported >= REPORT_EVERY
    )
  }

  #report(isLast: boolean): void {
    this.#reported = this.#examined
    const compared = this.#comparison
    const counts = {
      examined: this.#examined,
      errors: this.#errors + (compared?.errors ?? 0),
      differences: compared?.differences ?? 0,
      readBytes: this.#readBytes + (compared?.readBytes ?? 0),
    }
    const attributes =
      this.#attributes.usedBytes > 0 ? Uint8Array.from(this.#attributes.take()) : new Uint8Array(0)
    const current = this.#current
    post({ kind: 'report', lines: this.#lines, attributes, counts, current, isLast })
    this.#lines = []
    this.#sent += 1
    if (!isLast && this.#sent >= REPORTS_AHEAD) this.#mailbox.receive()
  }
}

function post(message: VerifyOutput): void {
  parentPort?.postMessage(message)
}

try {
  new VerifyThread(workerData as VerifyThreadData).run()
} catch (error) {
  if (!(error instanceof WorkCancelled)) {
    const code = error instanceof CofferError ? error.code : ''
    post({ kind: 'failed', code, text: messageOf(error) })
  }
}

// The thread that walks a FileSet for an estimate: counts what a backup would save, and lists it when asked.
import { parentPort, workerData } from 'node:worker_threads'
import { CofferError, decodePath, FILE_TYPE, messageOf } from '@coffer/core'
import { formatListLine, loadPosix, localAccounts } from '@coffer/files'
import type { FileSet } from '@coffer/wire'
import { Mailbox, type MailboxEnd, WorkCancelled } from '../backup/mailbox.ts'
import type { ThreadFailure } from '../backup/messages.ts'
import { readMounts } from './mounts.ts'
import { seconds, type WalkedFile, walkFileSet } from './walk.ts'

export interface EstimateThreadData {
  readonly mailbox: MailboxEnd
  readonly fileset: FileSet
  readonly since: number
  readonly listing: boolean
}

/** `isLast`: nothing follows. Every report is answered before the next one but one is sent. */
export interface EstimateReport {
  readonly kind: 'report'
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly files: number
  readonly bytes: number
  readonly isLast: boolean
}
export type EstimateOutput = EstimateReport | ThreadFailure

const LINES_PER_REPORT = 256
const REPORTS_AHEAD = 2

function run(data: EstimateThreadData): void {
  const mailbox = new Mailbox<'taken'>(data.mailbox)
  const accounts = localAccounts()
  const { fileset, since, listing } = data
  let lines: string[] = []
  let notes: string[] = []
  let files = 0
  let bytes = 0
  let sent = 0
  const report = (isLast: boolean): void => {
    post({ kind: 'report', lines, notes, files, bytes, isLast })
    lines = []
    notes = []
    sent += 1
    if (!isLast && sent >= REPORTS_AHEAD) mailbox.receive()
  }
  for (const item of walkFileSet({
    fileset,
    since,
    mounts: readMounts(),
    posix: loadPosix().posix,
    openLinks: false,
  })) {
    mailbox.checkCancelled()
    if (item.kind === 'note') notes.push(item.text)
    if (item.kind === 'file') {
      files += 1
      if (item.type === FILE_TYPE.regular) bytes += Number(item.stat.size)
      if (listing) lines.push(formatListLine(listedOf(item), accounts))
    }
    if (lines.length + notes.length >= LINES_PER_REPORT) report(false)
  }
  report(true)
}

function listedOf({ stored, stat, link, type }: WalkedFile) {
  const path = decodePath(
    type === FILE_TYPE.directoryEnd && stored.length > 1 ? stored.subarray(0, -1) : stored,
  )
  return {
    path,
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    sizeBytes: Number(stat.size),
    mtime: seconds(stat.mtimeNs),
    link: link === undefined || type !== FILE_TYPE.symlink ? '' : decodePath(link),
  }
}

function post(message: EstimateOutput): void {
  parentPort?.postMessage(message)
}

try {
  run(workerData as EstimateThreadData)
} catch (error) {
  if (!(error instanceof WorkCancelled)) {
    const code = error instanceof CofferError ? error.code : ''
    post({ kind: 'failed', code, text: messageOf(error) })
  }
}

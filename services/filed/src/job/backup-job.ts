// One backup: the FileSet's lists read, its files through the threads, their records to storage.
import { CofferError } from '@coffer/core'
import type {
  AppendEvent,
  BackupCommand,
  BackupStart,
  Call,
  FileSet,
  JobEndInit,
  StorageDataCalls,
  StorageTicket,
} from '@coffer/wire'
import type { KnownList } from '../accurate/known-list.ts'
import type { KnownFilesPlace } from '../backup/messages.ts'
import { BackupPipeline, type PipelineTotals } from '../backup/pipeline.ts'
import { readingRules, rulesRemarks } from '../backup/reading-rules.ts'
import { resolveEntries } from '../fileset/entries.ts'
import { optionsOf } from '../fileset/walk.ts'
import { sinceHere } from './clock-skew.ts'
import { hooksOf } from './hooks-of-job.ts'
import type { JobPorts } from './job-ports.ts'
import { receivePieces } from './start-pieces.ts'
import { messagesOf, ofStorage } from './storage-line.ts'
import { type JobWork, NOTHING } from './run-job.ts'

type Commands = Pick<Call<never, BackupCommand>, 'receive'>

/** The work of a backup; `signal` cancels it. */
export function backupWork(
  start: BackupStart,
  commands: Commands,
  ports: JobPorts,
  signal: AbortSignal,
): JobWork {
  let pipeline: BackupPipeline | undefined
  let known: KnownList | undefined
  return {
    ref: start.job,
    ticket: start.storage,
    heartbeatMs: start.heartbeatMs,
    counters: () => {
      if (pipeline === undefined) return NOTHING
      return { ...pipeline.totals, current: pipeline.current }
    },
    run: async (storage, events) => {
      const fileset = start.fileset
      if (fileset === null) throw new CofferError('job-protocol', 'the Director sent no FileSet')
      const hooks = hooksOf({ operation: 'backup', ref: start.job, ports, events, signal })
      await hooks.run('pre')
      const pieces = await piecesOf(commands, start, fileset, ports)
      known = pieces.known
      const access = { runCommand: ports.runCommand, signal }
      const resolved = await resolveEntries(pieces.fileset, access)
      const { protection } = ports.pki
      const encrypts = protection?.encrypt === true
      const options = optionsOf(resolved)
      if (!encrypts && options.some(({ forceEncryption }) => forceEncryption)) throw notEncrypted()
      for (const remark of new Set(options.flatMap((block) => rulesRemarks(block, encrypts)))) {
        await events.message('warning', remark)
      }
      const since = sinceHere(start.sinceMs, start.directorMs, ports.clock.nowMs())
      if (since.note !== undefined) await events.message(since.note.type, since.note.text)
      await hooks.run('inspect')
      const append = { call: storage.append, ticket: start.storage, signal }
      const totals = await sendAll(append, (send, stop) => {
        pipeline = new BackupPipeline({
          fileset: resolved,
          since: since.seconds,
          known: placeOf(start, known, since.ms),
          readers: ports.readers,
          protection,
          send,
          note: (note) => events.itemMessage(note.type, note.text),
          signal: stop,
        })
        return pipeline.run()
      })
      await hooks.run('post')
      return { ...compressionOf(totals, resolved), encrypted: encrypts }
    },
    close: async () => known?.close(),
  }
}

/** The FileSet and the list of known files, when more came than the start. */
async function piecesOf(
  commands: Commands,
  start: BackupStart,
  fileset: FileSet,
  { workingDirectory }: JobPorts,
): Promise<{ readonly fileset: FileSet; readonly known: KnownList | undefined }> {
  if (!start.more) return { fileset, known: undefined }
  const tag = `job${start.job?.jobId ?? 0}`
  return receivePieces(commands, fileset, { workingDirectory, tag })
}

function placeOf(
  { accurate }: BackupStart,
  known: KnownList | undefined,
  racySinceMs: number,
): KnownFilesPlace | undefined {
  return accurate && known !== undefined ? { list: known.place, racySinceMs } : undefined
}

function notEncrypted(): CofferError {
  const why = 'the FileSet says Force Encryption, and this file daemon does not encrypt'
  return new CofferError('encryption-required', why)
}

interface Append {
  readonly call: StorageDataCalls['append']
  readonly ticket: StorageTicket | null
  readonly signal: AbortSignal
}

/**
 * Runs `produce` on an append call and waits until storage has everything on its Volume and in the Catalog. Whichever
 * side fails first ends the other.
 */
async function sendAll(
  { call, ticket, signal }: Append,
  produce: (
    send: (batch: Uint8Array) => Promise<void>,
    stop: AbortSignal,
  ) => Promise<PipelineTotals>,
): Promise<PipelineTotals> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const append = call({ signal: either })
  const stored = untilEnd(messagesOf(append, ticket))
  // A storage daemon that fails while a large file is read must not wait for the next batch.
  stored.catch((error: unknown) => {
    stop.abort(error)
  })
  try {
    const totals = await produce((batch) => append.send(batch), either)
    append.end()
    await stored
    return totals
  } catch (error) {
    stop.abort(error)
    throw ofStorage(error, ticket)
  }
}

async function untilEnd(events: AsyncIterable<AppendEvent>): Promise<void> {
  for await (const event of events) if (event.end) return
  throw new CofferError('job-protocol', 'storage closed the session before everything was stored')
}

function compressionOf(totals: PipelineTotals, fileset: FileSet): Partial<JobEndInit> {
  const { packedFrom, packedTo } = totals
  if (packedFrom === 0) return {}
  const names = optionsOf(fileset).map((options) => readingRules(options).compression?.name)
  const compression = names.find((name) => name !== undefined)?.toLowerCase() ?? ''
  return { compression, compressionPercent: Math.max(0, 100 - (100 * packedTo) / packedFrom) }
}

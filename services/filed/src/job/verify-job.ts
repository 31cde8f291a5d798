// One Verify Job on this side: the FileSet compared with what the Director knows, or described to it.
import { on } from 'node:events'
import { CofferError, isErrorCode, JOB_LEVELS } from '@coffer/core'
import type { Call, FileSet, VerifyCommand, VerifyStart } from '@coffer/wire'
import type { KnownList } from '../accurate/known-list.ts'
import { Postbox } from '../backup/mailbox.ts'
import { startThread, threadEnd } from '../backup/thread.ts'
import { resolveEntries } from '../fileset/entries.ts'
import type {
  VerifyCounts,
  VerifyOutput,
  VerifyReport,
  VerifyThreadData,
} from '../verify/messages.ts'
import type { EventLine } from './event-line.ts'
import type { JobPorts } from './job-ports.ts'
import type { LocalWork } from './run-job.ts'
import { receivePieces } from './start-pieces.ts'

const NONE: VerifyCounts = { examined: 0, errors: 0, differences: 0, readBytes: 0 }
/** Time for a cancelled thread to come out of a system call. */
const THREAD_END_MS = 5_000

/** The work of a Verify Job; `signal` cancels it. */
export function verifyWork(
  start: VerifyStart,
  commands: Pick<Call<never, VerifyCommand>, 'receive'>,
  ports: JobPorts,
  signal: AbortSignal,
): LocalWork {
  let known: KnownList | undefined
  let last: Pick<VerifyReport, 'counts' | 'current'> = { counts: NONE, current: new Uint8Array(0) }
  return {
    ref: start.job,
    counters: () => {
      const { examined, errors, readBytes } = last.counts
      return { files: examined, bytes: 0, readBytes, errors, examined, current: last.current }
    },
    runAlone: async (events) => {
      const { fileset } = start
      if (fileset === null) throw new CofferError('job-protocol', 'the Director sent no FileSet')
      const { workingDirectory, runCommand } = ports
      const tag = `job${start.job?.jobId ?? 0}`
      const pieces = await receivePieces(commands, fileset, { workingDirectory, tag })
      known = pieces.known
      const resolved = await resolveEntries(pieces.fileset, { runCommand, signal })
      const isDescribed = start.job?.level === JOB_LEVELS.initCatalog.letter
      const place = isDescribed ? undefined : known.place
      for await (const report of reportsOf(resolved, place, signal)) {
        last = report
        await tell(report, events)
      }
      return { differences: last.counts.differences }
    },
    close: async () => known?.close(),
  }
}

async function tell({ lines, attributes }: VerifyReport, events: EventLine): Promise<void> {
  for (const { type, text } of lines) await events.itemMessage(type, text)
  if (attributes.length === 0) return
  await events.event({ event: 'attributes', attributes: { records: attributes } })
}

async function* reportsOf(
  fileset: FileSet,
  known: VerifyThreadData['known'],
  signal: AbortSignal,
): AsyncGenerator<VerifyReport> {
  const postbox = new Postbox<'taken'>()
  const data: VerifyThreadData = { mailbox: postbox.end, fileset, known }
  const worker = startThread(import.meta.url, '../verify/verify-worker', data)
  try {
    for await (const [output] of on(worker, 'message', { signal })) {
      const report = output as VerifyOutput
      if (report.kind === 'failed') {
        throw new CofferError(isErrorCode(report.code) ? report.code : 'internal-bug', report.text)
      }
      yield report
      if (report.isLast) return
      postbox.send('taken')
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    postbox.cancel()
    await threadEnd(worker, THREAD_END_MS)
    postbox.close()
  }
}

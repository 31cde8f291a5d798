// Answers an estimate: how many files and bytes a backup would save, with one line for each when asked.
import { on } from 'node:events'
import { CofferError, encodePath, isErrorCode } from '@coffer/core'
import type { EstimateEventInit, EstimateRequest } from '@coffer/wire'
import { Postbox } from '../backup/mailbox.ts'
import { startThread } from '../backup/thread.ts'
import { resolveEntries } from '../fileset/entries.ts'
import type { EstimateOutput, EstimateThreadData } from '../fileset/estimate-worker.ts'
import type { JobPorts } from '../job/job-ports.ts'

/** Leaving the iteration ends the thread. Throws `fileset-invalid` and `fileset-list-unreadable`. */
export async function* estimate(
  request: EstimateRequest,
  ports: JobPorts,
  signal: AbortSignal,
): AsyncGenerator<EstimateEventInit> {
  const fileset = request.fileset
  if (fileset === null) throw new CofferError('job-protocol', 'the Director sent no FileSet')
  const resolved = await resolveEntries(fileset, { runCommand: ports.runCommand, signal })
  const postbox = new Postbox<'taken'>()
  const data: EstimateThreadData = {
    mailbox: postbox.end,
    fileset: resolved,
    since: Math.floor(request.sinceMs / 1000),
    listing: request.listing,
  }
  const worker = startThread(import.meta.url, '../fileset/estimate-worker', data)
  try {
    for await (const [output] of on(worker, 'message', { signal })) {
      const report = output as EstimateOutput
      if (report.kind === 'failed') {
        throw new CofferError(isErrorCode(report.code) ? report.code : 'internal-bug', report.text)
      }
      for (const text of report.notes) yield { event: 'message', message: note(text, ports) }
      for (const text of report.lines) yield { event: 'line', line: { text: encodePath(text) } }
      if (report.isLast) {
        yield { event: 'total', total: { files: report.files, bytes: report.bytes } }
        return
      }
      postbox.send('taken')
    }
  } finally {
    postbox.cancel()
    postbox.close()
    await worker.terminate()
  }
}

function note(text: string, { daemon, clock }: JobPorts) {
  return { type: 'warning', text, timeMs: clock.nowMs(), daemon }
}

// One restore: records from storage to files.
import { CofferError, type MessageType } from '@coffer/core'
import { isReplacePolicy, type RestoreProblem } from '@coffer/files'
import type { RestoreStart, StorageDataCalls } from '@coffer/wire'
import { RestorePipeline } from '../restore/restore-pipeline.ts'
import type { EventLine } from './event-line.ts'
import { hooksOf } from './hooks-of-job.ts'
import type { JobPorts } from './job-ports.ts'
import { type JobCounters, type JobWork, NOTHING } from './run-job.ts'
import { messagesOf, openStorageLine } from './storage-line.ts'

const MESSAGE_TYPES: Readonly<Record<RestoreProblem['kind'], MessageType>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  fatal: 'fatal',
}

/** The work of a restore; `signal` cancels it. */
export function restoreWork(start: RestoreStart, ports: JobPorts, signal: AbortSignal): JobWork {
  let pipeline: RestorePipeline | undefined
  return {
    ref: start.job,
    ticket: start.storage,
    heartbeatMs: start.heartbeatMs,
    counters: () => (pipeline === undefined ? NOTHING : countersOf(pipeline)),
    run: async (storage, events) => {
      const hooks = hooksOf({ operation: 'restore', ref: start.job, ports, events, signal })
      await hooks.run('pre')
      pipeline = new RestorePipeline({
        thread: threadData(start, ports, events),
        problem: (problem) => events.itemMessage(MESSAGE_TYPES[problem.kind], problem.text),
        restored: (line) => events.message('restored', line),
        signal,
      })
      const stop = new AbortController()
      try {
        const either = AbortSignal.any([signal, stop.signal])
        await hooks.run('inspect')
        const records = recordsOfAll(storage, { start, ports, events, signal: either })
        const { skipped } = await pipeline.run(records)
        if (skipped > 0) {
          const text = `${skipped} files were left as they are (Replace = ${start.replace})`
          await events.message('info', text)
        }
        await hooks.run('post')
        return {}
      } finally {
        stop.abort()
      }
    },
  }
}

interface Reading {
  readonly start: RestoreStart
  readonly ports: JobPorts
  readonly events: EventLine
  readonly signal: AbortSignal
}

/** The records of the storage that the Job is connected to, then those of further ones, one after the other. */
async function* recordsOfAll(
  storage: StorageDataCalls,
  { start, ports, events, signal }: Reading,
): AsyncGenerator<Uint8Array> {
  yield* messagesOf(storage.read({}, { signal }), start.storage)
  for (const ticket of start.moreStorages) {
    const line = await openStorageLine({
      ticket,
      tls: ports.tls,
      connectTimeoutMs: ports.connectTimeoutMs,
      keepaliveMs: start.heartbeatMs > 0 ? start.heartbeatMs : ports.keepaliveMs,
    })
    try {
      await events.message('info', line.greeting)
      yield* messagesOf(line.peer.storageData.read({}, { signal }), ticket)
    } finally {
      line.peer.close()
    }
  }
}

function countersOf({ totals, readBytes, current }: RestorePipeline): JobCounters {
  return { ...totals, readBytes, examined: totals.files, current }
}

function threadData(start: RestoreStart, ports: JobPorts, events: EventLine) {
  const replace = start.replace === '' ? 'always' : start.replace.toLowerCase()
  if (!isReplacePolicy(replace)) {
    throw new CofferError('job-protocol', `Replace "${start.replace}" is not known`)
  }
  const { where, regexWhere, stripPrefix, addPrefix, addSuffix } = start
  return {
    where,
    replace,
    regexWhere,
    stripPrefix,
    addPrefix,
    addSuffix,
    tag: `job${start.job?.jobId ?? 0}`,
    nowMs: ports.clock.nowMs(),
    workingDirectory: ports.workingDirectory,
    keys: ports.pki.keys,
    listRestored: events.wants('restored'),
  }
}

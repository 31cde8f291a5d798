// The frame of every Job: booked while it runs, connected to its storage, its failure told, its end sent last.
import {
  type CofferError,
  type JobStatusLetter,
  PRODUCT_VERSION_TEXT,
  toCofferError,
} from '@coffer/core'
import { loadPosix } from '@coffer/files'
import type {
  Call,
  CallContext,
  JobEndInit,
  JobEventInit,
  JobRef,
  StorageDataCalls,
  StorageTicket,
} from '@coffer/wire'
import { EventLine } from './event-line.ts'
import type { BookedJob, JobCounts } from './job-book.ts'
import type { JobPorts } from './job-ports.ts'
import { pacedStorage } from './paced-storage.ts'
import { openStorageLine, type StorageLine } from './storage-line.ts'

export interface JobCounters extends JobCounts {
  readonly readBytes: number
}

/** Before the work has begun. */
export const NOTHING: JobCounters = {
  files: 0,
  bytes: 0,
  readBytes: 0,
  errors: 0,
  examined: 0,
  current: new Uint8Array(0),
}

interface AnyWork {
  readonly ref: JobRef | null
  readonly counters: () => JobCounters
  /** Gives up what the work holds. */
  readonly close?: () => Promise<void>
}

/** A kind of Job that does without a storage daemon. */
export interface LocalWork extends AnyWork {
  /** As `run` of JobWork. */
  readonly runAlone: (events: EventLine) => Promise<Partial<JobEndInit>>
}

/** A kind of Job: what it does once it is connected. */
export interface JobWork extends AnyWork {
  readonly ticket: StorageTicket | null
  readonly heartbeatMs: number
  /** Does the work; resolves with what the end says beyond counts and status. Rejects when the Job has failed. */
  readonly run: (storage: StorageDataCalls, events: EventLine) => Promise<Partial<JobEndInit>>
}

/** Of a Director that did not say which Job it is. */
export const NO_REF: JobRef = {
  jobId: 0,
  job: '',
  name: '',
  client: '',
  fileset: '',
  type: '',
  level: '',
  maxBandwidth: 0,
}

/**
 * Runs a Job on a Director's call. Resolves when its end was sent, good or bad; rejects only when the Director is gone or
 * this daemon takes no more Jobs.
 */
export async function runJob(
  call: Call<JobEventInit, unknown>,
  work: JobWork | LocalWork,
  { ports, context }: { readonly ports: JobPorts; readonly context: CallContext },
): Promise<void> {
  const ref = work.ref ?? NO_REF
  const booked = ports.book.begin(ref, work.counters)
  const log = ports.log.child({ jobId: ref.jobId, job: ref.job })
  const events = new EventLine({
    send: (event) => call.send(event),
    daemon: ports.daemon,
    clock: ports.clock,
    types: ports.messageTypes,
    progress: () => progressOf(work.counters()),
  })
  log.info({ type: ref.type, level: ref.level }, 'job started')
  let status: JobStatusLetter = 'f'
  try {
    const more =
      'run' in work
        ? await connectAndRun(work, ports, { events, director: context.peer.name })
        : await runAlone(work, ports, events)
    const ends = work.counters().errors > 0 ? 'W' : 'T'
    status = (more.differences ?? 0) > 0 ? 'D' : ends
    await events.end({ ...endOf(work.counters(), status), ...more })
  } catch (thrown) {
    const error = toCofferError(thrown)
    status = error.entry.jobStatus === 'A' || context.signal.aborted ? 'A' : 'f'
    log.warn({ code: error.code, reason: error.message }, 'job failed')
    await tellFailure(events, error, endOf(work.counters(), status))
  } finally {
    events.stopProgress()
    await work.close?.()
    await close(booked, status, work.counters())
    log.info({ status }, 'job ended')
  }
}

async function runAlone(
  work: LocalWork,
  ports: JobPorts,
  events: EventLine,
): Promise<Partial<JobEndInit>> {
  await events.event({ event: 'ready', ready: readyOf(ports) })
  events.startProgress()
  return work.runAlone(events)
}

async function connectAndRun(
  work: JobWork,
  ports: JobPorts,
  { events, director }: { readonly events: EventLine; readonly director: string },
): Promise<Partial<JobEndInit>> {
  const { job, maxBandwidth } = work.ref ?? NO_REF
  const line = await openStorageLine({
    ticket: work.ticket,
    tls: ports.tls,
    connectTimeoutMs: ports.connectTimeoutMs,
    keepaliveMs: work.heartbeatMs > 0 ? work.heartbeatMs : ports.keepaliveMs,
  })
  const throttle = ports.bandwidth.open(job, { director, job: maxBandwidth })
  try {
    await greet(line, ports, events)
    events.startProgress()
    return await work.run(pacedStorage(line.peer.storageData, throttle), events)
  } finally {
    line.peer.close()
    ports.bandwidth.close(job)
  }
}

async function greet(line: StorageLine, ports: JobPorts, events: EventLine): Promise<void> {
  const support = loadPosix()
  await events.event({ event: 'ready', ready: readyOf(ports) })
  await events.message('info', line.greeting)
  if (support.posix !== undefined) {
    await events.message('info', 'Extended attribute support is enabled')
    await events.message('info', 'ACL support is enabled')
    return
  }
  const lost = 'extended attributes, access control lists, device nodes and holes are not kept'
  await events.message('warning', `${lost}: ${support.reason}`)
}

function readyOf({ osName }: JobPorts) {
  const hasPosix = loadPosix().posix !== undefined
  const version = PRODUCT_VERSION_TEXT
  return { version, os: osName, xattrSupport: hasPosix, aclSupport: hasPosix }
}

/** When the Director cannot be told it knows already: its call is broken. */
async function tellFailure(events: EventLine, error: CofferError, end: JobEndInit): Promise<void> {
  try {
    await events.message('fatal', error.message, error.code)
    await events.end(end)
  } catch {
    throw error
  }
}

async function close(booked: BookedJob, status: string, counts: JobCounts): Promise<void> {
  await booked.end(status, counts)
}

function endOf(counters: JobCounters, status: JobStatusLetter): JobEndInit {
  const { files, bytes, readBytes, errors } = counters
  return { status, files, bytes, readBytes, errors }
}

function progressOf({ files, bytes, readBytes, errors, examined, current }: JobCounters) {
  return { files, bytes, readBytes, errors, filesExamined: examined, current }
}

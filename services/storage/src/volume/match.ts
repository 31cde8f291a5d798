// Decides whether a block or a record satisfies a Bootstrap entry. Pure: it knows no Volume, only what is asked for.
import {
  type BootstrapEntry,
  type NumberRange,
  normaliseRanges,
  rangesHold,
  STREAM_TYPE_MASK,
} from '@coffer/core'
import type { SessionKey } from './block.ts'
import type { SessionLabel } from './label.ts'
import type { RecordFilter } from './record-joiner.ts'

const BLOCKS_PER_FILE = 2 ** 32

/** A Bootstrap entry made ready for many questions. */
export interface Matcher extends RecordFilter {
  /** Byte ranges of the Volume that can hold anything wanted, sorted; undefined: all of it. */
  readonly addresses: readonly NumberRange[] | undefined
  /** The only session that is wanted, when there is just one: reading may stop at its end. */
  readonly onlySession: SessionKey | undefined
  /** Whether sessions are chosen by what their labels say, so that no label may be skipped. */
  readonly needsLabels: boolean
  /** Whether a session is wanted. `label` is undefined while its label was not read. */
  wantsSession(session: SessionKey, label: SessionLabel | undefined): boolean
}

export function compileEntry(entry: BootstrapEntry): Matcher {
  const sessionIds = normaliseRanges(entry.sessionIds)
  const times = new Set(entry.sessionTimes)
  const fileIndexes = normaliseRanges(entry.fileIndexes)
  const streams = new Set(entry.streams)
  const needsLabels = asksForLabels(entry)
  return {
    addresses: wantedAddresses(entry),
    onlySession: onlySession(entry),
    needsLabels,
    wantsSession: ({ sessionId, sessionTime }, label) =>
      rangesHold(sessionIds, sessionId) &&
      (times.size === 0 || times.has(sessionTime)) &&
      (!needsLabels || (label !== undefined && labelMatches(entry, label))),
    wants: (fileIndex, stream) =>
      rangesHold(fileIndexes, fileIndex) &&
      (streams.size === 0 || streams.has(stream & STREAM_TYPE_MASK)),
    wantsAny: (fromIndex, toIndex) =>
      fileIndexes.length === 0 ||
      fileIndexes.some((range) => range.from <= toIndex && range.to >= fromIndex),
  }
}

/**
 * Addresses from VolAddr, or from the older pair VolFile and VolBlock: the file is the high half of an address, the
 * block the low half.
 */
function wantedAddresses(entry: BootstrapEntry): readonly NumberRange[] | undefined {
  if (entry.addresses.length > 0) return normaliseRanges(entry.addresses)
  if (entry.volumeFiles.length === 0 && entry.volumeBlocks.length === 0) return undefined
  const files = entry.volumeFiles.length > 0 ? entry.volumeFiles : [{ from: 0, to: 0 }]
  const blocks =
    entry.volumeBlocks.length > 0 ? entry.volumeBlocks : [{ from: 0, to: BLOCKS_PER_FILE - 1 }]
  return normaliseRanges(
    files.flatMap((file) =>
      blocks.map((block) => ({
        from: file.from * BLOCKS_PER_FILE + block.from,
        to: file.to * BLOCKS_PER_FILE + block.to,
      })),
    ),
  )
}

function onlySession(entry: BootstrapEntry): SessionKey | undefined {
  const [ids] = entry.sessionIds
  const [sessionTime] = entry.sessionTimes
  if (entry.sessionIds.length !== 1 || entry.sessionTimes.length !== 1) return undefined
  if (ids === undefined || sessionTime === undefined || ids.from !== ids.to) return undefined
  return { sessionId: ids.from, sessionTime }
}

function asksForLabels(entry: BootstrapEntry): boolean {
  return (
    entry.clients.length > 0 ||
    entry.jobs.length > 0 ||
    entry.jobIds.length > 0 ||
    entry.jobTypes.length > 0 ||
    entry.jobLevels.length > 0
  )
}

function labelMatches(entry: BootstrapEntry, label: SessionLabel): boolean {
  return (
    holds(entry.clients, label.clientName) &&
    holds(entry.jobs, label.job) &&
    rangesHold(normaliseRanges(entry.jobIds), label.jobId) &&
    holds(entry.jobTypes, label.jobType) &&
    holds(entry.jobLevels, label.jobLevel)
  )
}

function holds(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value)
}

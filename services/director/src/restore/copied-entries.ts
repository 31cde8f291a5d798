// A Bootstrap whose data come from a copy: the same files by number, at the places where the copy has them. Pure.
import {
  type Bootstrap,
  bootstrapEntry,
  type BootstrapEntry,
  countNumbers,
  normaliseRanges,
  type NumberRange,
} from '@coffer/core'
import type { MediaSpan, PlaceOf } from './plan.ts'
import { addressOf } from './plan.ts'

/** The session that wrote a Job, as a Volume knows it. */
export interface CopiedSession {
  readonly volSessionId: number
  readonly volSessionTime: number
}

/** Whether an entry asks for this session and no other. */
export function isOfSession(entry: BootstrapEntry, session: CopiedSession): boolean {
  const [id] = entry.sessionIds
  const isOne = entry.sessionIds.length === 1 && entry.sessionTimes.length === 1
  if (!isOne || id?.from !== id?.to) return false
  return id?.from === session.volSessionId && entry.sessionTimes[0] === session.volSessionTime
}

/**
 * Puts a copy in the place of a session: where its first entry stood now stand those of the copy's spans. A copy has the
 * FileIndexes of its original.
 */
export function readCopy(
  { entries }: Bootstrap,
  original: CopiedSession,
  spans: readonly MediaSpan[],
  placeOf: PlaceOf,
): Bootstrap {
  const asked = entries.filter((entry) => isOfSession(entry, original))
  const [first] = asked
  if (first === undefined) return { entries }
  const isWhole = asked.some(({ fileIndexes }) => fileIndexes.length === 0)
  const wanted = isWhole ? [] : normaliseRanges(asked.flatMap(({ fileIndexes }) => fileIndexes))
  const copied = spans.flatMap((span) => copiedEntry(first, wanted, span, placeOf))
  return {
    entries: entries.flatMap((entry) => {
      if (entry === first) return copied
      return isOfSession(entry, original) ? [] : [entry]
    }),
  }
}

function copiedEntry(
  like: BootstrapEntry,
  wanted: readonly NumberRange[],
  span: MediaSpan,
  placeOf: PlaceOf,
): readonly BootstrapEntry[] {
  const fileIndexes = within(wanted, { from: span.firstIndex, to: span.lastIndex })
  if (wanted.length > 0 && fileIndexes.length === 0) return []
  const { storage, device } = placeOf(span)
  const { streams, fileRegex } = like
  return [
    bootstrapEntry({
      storage,
      volumes: [span.volume],
      mediaType: span.mediaType,
      ...(device === '' ? {} : { device }),
      sessionIds: [{ from: span.job.volSessionId, to: span.job.volSessionId }],
      sessionTimes: [span.job.volSessionTime],
      addresses: [
        {
          from: addressOf(span.startFile, span.startBlock),
          to: addressOf(span.endFile, span.endBlock),
        },
      ],
      fileIndexes,
      streams,
      ...(fileRegex === undefined ? {} : { fileRegex }),
      ...(fileRegex === undefined && fileIndexes.length > 0
        ? { count: countNumbers(fileIndexes) }
        : {}),
    }),
  ]
}

function within(ranges: readonly NumberRange[], bounds: NumberRange): NumberRange[] {
  return ranges
    .map(({ from, to }) => ({ from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) }))
    .filter(({ from, to }) => from <= to)
}

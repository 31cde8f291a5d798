// From marked files to what storage has to read: a Bootstrap, its Volumes, and the number of files.
import {
  type Bootstrap,
  bootstrapEntry,
  type BootstrapEntry,
  countNumbers,
  normaliseBootstrap,
  normaliseRanges,
  type NumberRange,
} from '@coffer/core'
import type { SelectedIndex } from '../catalog/files.ts'
import type { JobMediaRow } from '../catalog/job-media.ts'
import { FileIndexSet } from './file-index-set.ts'
import { LSTAT_FIELD, lstatNumber } from './lstat-field.ts'

/** Where a Job's records lie; a row of the Catalog with the session of its Job. */
export type MediaSpan = JobMediaRow & {
  readonly job: { readonly volSessionId: number; readonly volSessionTime: number }
}

/** What the table of Volumes shows. */
interface PlannedVolume {
  readonly volume: string
  readonly storage: string
  readonly device: string
  readonly isOnline: boolean
}

export interface RestorePlan {
  readonly bootstrap: Bootstrap
  readonly volumes: readonly PlannedVolume[]
  /** Files and directories that were chosen. */
  readonly files: number
}

/**
 * The FileIndexes that were chosen, by Job. Memory grows with the highest FileIndex by one bit. A hard link brings the
 * file along that has its data.
 */
export class Selection {
  readonly #byJob = new Map<number, FileIndexSet>()
  readonly #links = new Map<number, FileIndexSet>()

  /** Chosen files; those that only hard links need are not counted. */
  get files(): number {
    return sum(this.#byJob.values())
  }

  /** Jobs of which something is wanted. */
  get jobIds(): number[] {
    return [...new Set([...this.#byJob.keys(), ...this.#links.keys()])]
  }

  add(file: SelectedIndex): void {
    setOf(this.#byJob, file.jobId).add(file.fileIndex)
    const link = file.isDirectory ? 0 : lstatNumber(file.lstat, LSTAT_FIELD.linkFileIndex)
    if (link > 0) setOf(this.#links, file.jobId).add(link)
  }

  /** Chosen and needed FileIndexes of a Job within a range, in normal form. */
  rangesWithin(jobId: number, range: NumberRange): NumberRange[] {
    const chosen = [...(this.#byJob.get(jobId)?.rangesWithin(range) ?? [])]
    const needed = [...(this.#links.get(jobId)?.rangesWithin(range) ?? [])]
    return needed.length === 0 ? chosen : [...normaliseRanges([...chosen, ...needed])]
  }
}

/** What a plan takes from the configuration for a Volume: names of its Storage and Device. */
export type PlaceOf = (span: MediaSpan) => { readonly storage: string; readonly device: string }

/** The spans, in the order of reading, cut down to what is chosen. */
export function planRestore(
  selection: Selection,
  spans: readonly MediaSpan[],
  placeOf: PlaceOf,
): RestorePlan {
  const entries: BootstrapEntry[] = []
  const volumes = new Map<string, PlannedVolume>()
  for (const span of spans) {
    const fileIndexes = selection.rangesWithin(span.jobId, {
      from: span.firstIndex,
      to: span.lastIndex,
    })
    if (fileIndexes.length === 0) continue
    const place = placeOf(span)
    entries.push(entryOf(span, fileIndexes, place))
    volumes.set(span.volume, { volume: span.volume, ...place, isOnline: span.inChanger })
  }
  return {
    bootstrap: normaliseBootstrap({ entries }),
    volumes: [...volumes.values()],
    files: selection.files,
  }
}

function entryOf(
  span: MediaSpan,
  fileIndexes: readonly NumberRange[],
  place: { readonly storage: string; readonly device: string },
): BootstrapEntry {
  return bootstrapEntry({
    storage: place.storage,
    volumes: [span.volume],
    mediaType: span.mediaType,
    ...(place.device === '' ? {} : { device: place.device }),
    ...(span.slot > 0 ? { slot: span.slot } : {}),
    sessionIds: [{ from: span.job.volSessionId, to: span.job.volSessionId }],
    sessionTimes: [span.job.volSessionTime],
    addresses: [
      {
        from: addressOf(span.startFile, span.startBlock),
        to: addressOf(span.endFile, span.endBlock),
      },
    ],
    fileIndexes,
    count: countNumbers(fileIndexes),
  })
}

/** Both parts are unsigned halves of one offset; as a number it stays exact up to 8 PiB. */
export function addressOf(file: number, block: number): number {
  return file * 2 ** 32 + block
}

function setOf(sets: Map<number, FileIndexSet>, jobId: number): FileIndexSet {
  const known = sets.get(jobId)
  if (known !== undefined) return known
  const set = new FileIndexSet()
  sets.set(jobId, set)
  return set
}

function sum(sets: Iterable<FileIndexSet>): number {
  let total = 0
  for (const set of sets) total += set.size
  return total
}

/** Everything on the spans: for Jobs whose files the Catalog does not know any more. */
export function planWhole(spans: readonly MediaSpan[], placeOf: PlaceOf): RestorePlan {
  const selection = new Selection()
  for (const { jobId, firstIndex, lastIndex } of spans) {
    for (let fileIndex = firstIndex; fileIndex <= lastIndex; fileIndex++) {
      selection.add({ jobId, fileIndex, isDirectory: true, lstat: '' })
    }
  }
  return planRestore(selection, spans, placeOf)
}

/** Reads all that is on the spans, which is known by the Catalog's ranges alone. */
export function wholeBootstrap(spans: readonly MediaSpan[], placeOf: PlaceOf): Bootstrap {
  const filled = spans.filter(({ lastIndex }) => lastIndex > 0)
  const entries = filled.map((span) =>
    entryOf(span, [{ from: span.firstIndex, to: span.lastIndex }], placeOf(span)),
  )
  return normaliseBootstrap({ entries })
}

// Which files a Bootstrap asked for by number, and which of them were never met.
import { type Bootstrap, type NumberRange, normaliseRanges } from '@coffer/core'
import { type SessionKey, sessionKeyText } from '../volume/block.ts'
import { compileEntry } from '../volume/match.ts'

interface Wanted {
  readonly session: SessionKey
  readonly wanted: NumberRange[]
  readonly met: NumberRange[]
}

export interface MissingFiles {
  readonly session: SessionKey
  readonly ranges: readonly NumberRange[]
}

/** Looks only at entries that name one session and its files: of others nobody knows how many there should be. */
export class WantedFiles {
  readonly #sessions = new Map<string, Wanted>()

  constructor(bootstrap: Bootstrap) {
    for (const entry of bootstrap.entries) {
      const session = compileEntry(entry).onlySession
      if (session === undefined || entry.fileIndexes.length === 0) continue
      const key = sessionKeyText(session)
      const known = this.#sessions.get(key) ?? { session, wanted: [], met: [] }
      known.wanted.push(...entry.fileIndexes)
      this.#sessions.set(key, known)
    }
  }

  /** A record of the file has come. */
  meet(session: SessionKey, fileIndex: number): void {
    const known = this.#sessions.get(sessionKeyText(session))
    if (known === undefined) return
    const last = known.met.at(-1)
    if (last !== undefined && fileIndex >= last.from && fileIndex <= last.to + 1) {
      known.met[known.met.length - 1] = { from: last.from, to: Math.max(last.to, fileIndex) }
    } else {
      known.met.push({ from: fileIndex, to: fileIndex })
    }
  }

  /** Files that were asked for and of which no record came. */
  missing(): readonly MissingFiles[] {
    return [...this.#sessions.values()].flatMap(({ session, wanted, met }) => {
      const ranges = subtract(normaliseRanges(wanted), normaliseRanges(met))
      return ranges.length === 0 ? [] : [{ session, ranges }]
    })
  }
}

/** The numbers of `from` that are in none of `without`; both in normal form. */
function subtract(
  from: readonly NumberRange[],
  without: readonly NumberRange[],
): readonly NumberRange[] {
  const left: NumberRange[] = []
  let at = 0
  for (const range of from) {
    let start = range.from
    while ((without[at]?.to ?? Infinity) < start) at++
    for (let i = at; i < without.length; i++) {
      const hole = without[i]
      if (hole === undefined || hole.from > range.to) break
      if (hole.from > start) left.push({ from: start, to: hole.from - 1 })
      start = Math.max(start, hole.to + 1)
    }
    if (start <= range.to) left.push({ from: start, to: range.to })
  }
  return left
}

// The Director's clock and ours: a moment on the one as a moment on the other.

/** Clocks that differ by so much are taken as equal: the message was under way for a moment. */
const TOLERANCE_MS = 3_000
/** From here on an operator should set a clock. */
const ALARMING_MS = 600_000

export interface SinceHere {
  /** Whole seconds since the epoch on our clock; 0 for everything. */
  readonly seconds: number
  /** The same to the millisecond. */
  readonly ms: number
  /** What to tell of the difference, if it matters. */
  readonly note: { readonly type: 'info' | 'warning'; readonly text: string } | undefined
}

/**
 * The moment since which files count as changed, on the clock that stamps them. Rather a little early than late: a file
 * that is saved twice costs less than one that is not saved. `directorMs` of 0 is a Director that does not tell.
 */
export function sinceHere(sinceMs: number, directorMs: number, nowMs: number): SinceHere {
  const plain = { seconds: Math.floor(sinceMs / 1000), ms: sinceMs, note: undefined }
  if (sinceMs === 0 || directorMs === 0) return plain
  const aheadMs = nowMs - directorMs
  if (Math.abs(aheadMs) <= TOLERANCE_MS) return plain
  const differSeconds = Math.round(aheadMs / 1000)
  const ms = Math.max(1000, sinceMs + aheadMs - TOLERANCE_MS)
  return {
    seconds: Math.floor(ms / 1000),
    ms,
    note: {
      type: Math.abs(aheadMs) > ALARMING_MS ? 'warning' : 'info',
      text: `DIR and FD clocks differ by ${differSeconds} seconds, FD automatically compensating.`,
    },
  }
}

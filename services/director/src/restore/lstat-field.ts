// Single numbers of an LStat text, for where millions of them are looked at.
import { decodeBase64Number } from '@coffer/core'

/** Positions within the text, as core `encodeLstat` orders them. */
export const LSTAT_FIELD = { size: 7, linkFileIndex: 13 } as const

/** One number of the text, 0 when it is not there; the others are not read. */
export function lstatNumber(lstat: string, field: number): number {
  let from = 0
  for (let skipped = 0; skipped < field; skipped++) {
    const blank = lstat.indexOf(' ', from)
    if (blank < 0) return 0
    from = blank + 1
  }
  const end = lstat.indexOf(' ', from)
  const word = lstat.slice(from, end < 0 ? undefined : end)
  return word === 'A' || word === '' ? 0 : (decodeBase64Number(word) ?? 0)
}

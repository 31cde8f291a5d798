// Which known name a mistyped one was probably meant to be.

/**
 * The known name closest to `wanted` by edit distance, case and spaces aside; undefined when none is close enough to
 * be a likely slip (a third of the letters, at most 4).
 */
export function nearestName(wanted: string, known: Iterable<string>): string | undefined {
  const target = normalized(wanted)
  const limit = Math.min(4, Math.max(1, Math.floor(target.length / 3)))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const name of known) {
    const distance = editDistance(target, normalized(name), bestDistance)
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** A hint that names the closest known name, if there is one. */
export function didYouMean(wanted: string, known: Iterable<string>): string | undefined {
  const near = nearestName(wanted, known)
  return near === undefined ? undefined : `Did you mean "${near}"?`
}

function normalized(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/gu, '')
}

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`, or `limit` when there are at least as many. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(previous[j]! + 1, row[j - 1]! + 1, replace)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    before = previous
    previous = row
  }
  return Math.min(previous[b.length]!, limit)
}

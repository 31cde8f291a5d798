// What is said of several runs of the same work.

/** Of an odd number the one in the middle, of an even number the mean of the two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * The median of the ratios of runs that were made right after each other: what the machine did meanwhile has hit both.
 * Runs without a partner do not count.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): number {
  const pairs = Math.min(ours.length, theirs.length)
  return median(ours.slice(0, pairs).map((value, run) => value / (theirs[run] ?? Number.NaN)))
}

/** Largest over smallest: 1 when every run took the same. */
export function spread(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values)
}

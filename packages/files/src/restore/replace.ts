// Whether a file that is there gives way to the one from the Job. Pure.

export type ReplacePolicy = 'always' | 'ifnewer' | 'ifolder' | 'never'

const POLICIES = new Set<string>(['always', 'ifnewer', 'ifolder', 'never'])

export function isReplacePolicy(word: string): word is ReplacePolicy {
  return POLICIES.has(word)
}

/** `existing` and `saved` are modification times in seconds; `existing` is undefined when nothing is there. */
export function mayReplace(
  policy: ReplacePolicy,
  existing: number | undefined,
  saved: number,
): boolean {
  if (existing === undefined) return true
  switch (policy) {
    case 'always':
      return true
    case 'never':
      return false
    case 'ifnewer':
      return saved > existing
    case 'ifolder':
      return saved < existing
  }
}

// Shell wildcards over single names, as fnmatch(3) without flags reads them.

export interface Glob {
  readonly pattern: string
  /** The one name that it can match, when it has no wildcard. */
  readonly literal: string | undefined
  /** Whether it matches every name. */
  readonly isEverything: boolean
  matches(name: string): boolean
}

type Part =
  | { readonly kind: 'one'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'many' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly CharacterRange[] }

interface CharacterRange {
  readonly from: string
  readonly to: string
}

/** `*`, `?`, `[a-z]`, `[!a-z]`, and a backslash before what stands for itself. Time is bounded by name × pattern. */
export function parseGlob(pattern: string): Glob {
  const parts = parseParts(charactersOf(pattern))
  const isLiteral = parts.every((part) => part.kind === 'one')
  const literal = parts.map((part) => (part.kind === 'one' ? part.character : '')).join('')
  return {
    pattern,
    literal: isLiteral ? literal : undefined,
    isEverything: parts.length > 0 && parts.every((part) => part.kind === 'many'),
    matches: isLiteral
      ? (name) => name === literal
      : (name) => matchParts(parts, charactersOf(name)),
  }
}

/** A glob that matches exactly this name, whatever characters are in it. */
export function literalGlob(name: string): Glob {
  return {
    pattern: name,
    literal: name,
    isEverything: false,
    matches: (other) => other === name,
  }
}

/** Whole characters; what is no valid pair stands by itself. */
function charactersOf(text: string): string[] {
  return Array.from(text)
}

function parseParts(characters: readonly string[]): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < characters.length; at++) {
    const { part, end } = parsePart(characters, at)
    at = end
    const isRepeated = part.kind === 'many' && parts.at(-1)?.kind === 'many'
    if (!isRepeated) parts.push(part)
  }
  return parts
}

/** The part that begins at `at`, and the position of its last character. */
function parsePart(
  characters: readonly string[],
  at: number,
): { readonly part: Part; readonly end: number } {
  const character = characters[at] ?? ''
  const escaped = characters[at + 1]
  if (character === '*') return { part: { kind: 'many' }, end: at }
  if (character === '?') return { part: { kind: 'any' }, end: at }
  if (character === '\\' && escaped !== undefined) {
    return { part: { kind: 'one', character: escaped }, end: at + 1 }
  }
  const set = character === '[' ? parseSet(characters, at) : undefined
  return set ?? { part: { kind: 'one', character }, end: at }
}

/** The set that opens at `open`; undefined when nothing closes it and the bracket stands for itself. */
function parseSet(
  characters: readonly string[],
  open: number,
): { readonly part: Part; readonly end: number } | undefined {
  let at = open + 1
  const negated = characters[at] === '!' || characters[at] === '^'
  if (negated) at += 1
  const ranges: CharacterRange[] = []
  for (const first = at; at < characters.length; at++) {
    const from = characters[at] ?? ''
    if (from === ']' && at > first) return { part: { kind: 'set', negated, ranges }, end: at }
    const to = characters[at + 2]
    const isRange = characters[at + 1] === '-' && to !== undefined && to !== ']'
    ranges.push({ from, to: isRange ? to : from })
    if (isRange) at += 2
  }
  return undefined
}

/** Goes back to the last `*` only: what an earlier one could still take, the last one can take too. */
function matchParts(parts: readonly Part[], name: readonly string[]): boolean {
  let part = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < name.length) {
    const wanted = parts[part]
    if (wanted?.kind === 'many') {
      star = part
      starAt = at
      part += 1
    } else if (wanted !== undefined && matchOne(wanted, name[at] ?? '')) {
      part += 1
      at += 1
    } else if (star >= 0) {
      starAt += 1
      at = starAt
      part = star + 1
    } else {
      return false
    }
  }
  while (parts[part]?.kind === 'many') part += 1
  return part === parts.length
}

function matchOne(part: Part, character: string): boolean {
  switch (part.kind) {
    case 'one':
      return part.character === character
    case 'any':
    case 'many':
      return true
    case 'set': {
      const code = codeOf(character)
      const isIn = part.ranges.some(({ from, to }) => code >= codeOf(from) && code <= codeOf(to))
      return isIn !== part.negated
    }
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}

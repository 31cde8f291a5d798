// Wild cards as fnmatch(3) without flags: `*` and `?` match slashes too, `[...]` a set, a backslash takes the next
// character literally. Pure; never more than pattern times text steps.

type Token =
  | { readonly kind: 'literal'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly has: (code: number) => boolean }

export type PathTest = (path: string) => boolean

/** The test of a pattern. Total: what is no set is taken literally. */
export function compileWild(pattern: string, ignoreCase: boolean): PathTest {
  const tokens = tokensOf(ignoreCase ? pattern.toLowerCase() : pattern)
  if (tokens.every((token) => token.kind === 'literal')) {
    const text = String.fromCharCode(...tokens.map((token) => token.code))
    return ignoreCase ? (path) => path.toLowerCase() === text : (path) => path === text
  }
  return ignoreCase
    ? (path) => matches(tokens, path.toLowerCase())
    : (path) => matches(tokens, path)
}

/** Walks both; at a star it tries the shortest text first and comes back only to the last star. */
function matches(tokens: readonly Token[], text: string): boolean {
  let token = 0
  let at = 0
  let starToken = -1
  let starAt = 0
  while (at < text.length) {
    const current = tokens[token]
    if (current?.kind === 'star') {
      starToken = token++
      starAt = at
    } else if (current !== undefined && accepts(current, text.charCodeAt(at))) {
      token++
      at++
    } else if (starToken >= 0) {
      token = starToken + 1
      at = ++starAt
    } else return false
  }
  while (tokens[token]?.kind === 'star') token++
  return token === tokens.length
}

function accepts(token: Token, code: number): boolean {
  switch (token.kind) {
    case 'literal':
      return token.code === code
    case 'set':
      return token.has(code) !== token.negated
    case 'any':
    case 'star':
      return true
  }
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' })
    } else if (character === '?') tokens.push({ kind: 'any' })
    else if (character === '[') {
      const set = readSet(pattern, at)
      tokens.push(set?.token ?? literal(pattern, at))
      at = set?.end ?? at
    } else if (character === '\\' && at + 1 < pattern.length) tokens.push(literal(pattern, ++at))
    else tokens.push(literal(pattern, at))
  }
  return tokens
}

function literal(pattern: string, at: number): Token {
  return { kind: 'literal', code: pattern.charCodeAt(at) }
}

const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alpha', /\p{L}/u],
  ['digit', /\d/u],
  ['alnum', /[\p{L}\d]/u],
  ['upper', /\p{Lu}/u],
  ['lower', /\p{Ll}/u],
  ['space', /\s/u],
  ['punct', /[!-/:-@[-`{-~]/u],
  ['xdigit', /[0-9a-fA-F]/u],
])

/** A set that begins at `from`; undefined when its bracket is never closed. `end` is the closing bracket. */
function readSet(
  pattern: string,
  from: number,
): { readonly token: Token; readonly end: number } | undefined {
  const negated = pattern[from + 1] === '!' || pattern[from + 1] === '^'
  const first = from + (negated ? 2 : 1)
  const tests: ((code: number) => boolean)[] = []
  for (let at = first; at < pattern.length; at++) {
    if (pattern[at] === ']' && at > first) {
      const has = (code: number): boolean => tests.some((test) => test(code))
      return { token: { kind: 'set', negated, has }, end: at }
    }
    const named = /^\[:(\w+):\]/u.exec(pattern.slice(at, at + 12))
    const expression = CLASSES.get(named?.[1] ?? '')
    if (named !== null && expression !== undefined) {
      tests.push((code) => expression.test(String.fromCharCode(code)))
      at += named[0].length - 1
      continue
    }
    if (pattern[at] === '\\') at++
    const low = pattern.charCodeAt(at)
    const isRange = pattern[at + 1] === '-' && at + 2 < pattern.length && pattern[at + 2] !== ']'
    const high = isRange ? pattern.charCodeAt(at + 2) : low
    tests.push((code) => code >= low && code <= high)
    if (isRange) at += 2
  }
  return undefined
}

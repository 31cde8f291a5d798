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
  for (let at = 0; at < pattern.length; ) {
    const { token, next } = readToken(pattern, at)
    if (token.kind !== 'star' || tokens.at(-1)?.kind !== 'star') tokens.push(token)
    at = next
  }
  return tokens
}

interface Read {
  readonly token: Token
  readonly next: number
}

function readToken(pattern: string, at: number): Read {
  switch (pattern.charAt(at)) {
    case '*':
      return { token: { kind: 'star' }, next: at + 1 }
    case '?':
      return { token: { kind: 'any' }, next: at + 1 }
    case '[':
      return readSet(pattern, at) ?? { token: literal(pattern, at), next: at + 1 }
    case '\\': {
      const taken = at + 1 < pattern.length ? at + 1 : at
      return { token: literal(pattern, taken), next: taken + 1 }
    }
    default:
      return { token: literal(pattern, at), next: at + 1 }
  }
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

type CodeTest = (code: number) => boolean

/** A set that begins at `from`; undefined when its bracket is never closed. */
function readSet(pattern: string, from: number): Read | undefined {
  const negated = pattern[from + 1] === '!' || pattern[from + 1] === '^'
  const first = from + (negated ? 2 : 1)
  const tests: CodeTest[] = []
  for (let at = first; at < pattern.length; ) {
    if (pattern[at] === ']' && at > first) {
      const has: CodeTest = (code) => tests.some((test) => test(code))
      return { token: { kind: 'set', negated, has }, next: at + 1 }
    }
    const member = readClass(pattern, at) ?? readRange(pattern, at)
    tests.push(member.test)
    at = member.next
  }
  return undefined
}

interface Member {
  readonly test: CodeTest
  readonly next: number
}

/** `[:alpha:]` and its like. */
function readClass(pattern: string, at: number): Member | undefined {
  const named = /^\[:(\w+):\]/u.exec(pattern.slice(at, at + 12))
  const expression = CLASSES.get(named?.[1] ?? '')
  if (named === null || expression === undefined) return undefined
  return {
    test: (code) => expression.test(String.fromCharCode(code)),
    next: at + named[0].length,
  }
}

/** One character, or all from one to another. */
function readRange(pattern: string, from: number): Member {
  const at = pattern[from] === '\\' ? from + 1 : from
  const low = pattern.charCodeAt(at)
  const isRange = pattern[at + 1] === '-' && at + 2 < pattern.length && pattern[at + 2] !== ']'
  const high = isRange ? pattern.charCodeAt(at + 2) : low
  return { test: (code) => code >= low && code <= high, next: at + (isRange ? 3 : 1) }
}

// Where a restored file goes: prefix, stripped and added parts, or a list of substitutions. Pure.
import { CofferError } from '@coffer/core'

/** Names are text as core `decodePath` makes it. `regexWhere` overrides all others; strip and add override `where`. */
export interface Relocation {
  /** Directory that is put before every name; empty or "/" restores in place. */
  readonly where: string
  readonly stripPrefix?: string
  readonly addPrefix?: string
  readonly addSuffix?: string
  /** A comma separated list of `!search!replacement!flags`; see `compileRelocation`. */
  readonly regexWhere?: string
}

export interface CompiledRelocation {
  /** The directory that holds everything restored; empty when files may go anywhere. It itself is trusted. */
  readonly base: string
  /** Absolute place of a name. */
  readonly place: (path: string) => string
}

interface Substitution {
  readonly search: RegExp
  readonly replacement: string
}

const SEPARATORS = '!;%:,~#=&'
const MAX_TEXT = 4096
const MAX_SUBSTITUTIONS = 64

/**
 * Makes the function from names to places. Throws `relocation-invalid` for a text that is no list of substitutions.
 * A substitution is separator, expression, separator, replacement, separator, flags: the separator is one of
 * `! ; % : , ~ # = &` or `/`, `$1` to `$9` (or `\1`) stand for groups, flag `i` ignores case, `g` replaces every match.
 */
export function compileRelocation(relocation: Relocation): CompiledRelocation {
  const { regexWhere, stripPrefix = '', addPrefix = '', addSuffix = '' } = relocation
  if (regexWhere !== undefined && regexWhere !== '') {
    const steps = parseSubstitutions(regexWhere)
    return { base: '', place: (path) => absolute(steps.reduce(substitute, path)) }
  }
  if (stripPrefix !== '' || addPrefix !== '' || addSuffix !== '') {
    return { base: '', place: (path) => moved(path, { stripPrefix, addPrefix, addSuffix }) }
  }
  const base = relocation.where.replace(/\/+$/u, '')
  return { base, place: (path) => `${base}${absolute(path)}` }
}

function moved(
  path: string,
  parts: { readonly stripPrefix: string; readonly addPrefix: string; readonly addSuffix: string },
): string {
  const stripped = path.startsWith(parts.stripPrefix) ? path.slice(parts.stripPrefix.length) : path
  const slash = stripped.endsWith('/') ? '/' : ''
  const body = slash === '' ? stripped : stripped.slice(0, -1)
  // A suffix belongs to files: added to directories it would tear the tree apart.
  const suffix = slash === '' ? parts.addSuffix : ''
  return absolute(`${parts.addPrefix}${body}${suffix}${slash}`)
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

function substitute(path: string, step: Substitution): string {
  return path.replace(step.search, step.replacement)
}

/** Reads the text of `regexWhere`. */
function parseSubstitutions(text: string): readonly Substitution[] {
  if (text.length > MAX_TEXT) throw invalid(text, 'it is too long')
  const steps: Substitution[] = []
  let at = 0
  while (at < text.length) {
    if (steps.length >= MAX_SUBSTITUTIONS) throw invalid(text, 'it holds too many parts')
    const separator = text.charAt(at)
    if (separator !== '/' && !SEPARATORS.includes(separator)) {
      throw invalid(text, `"${separator}" cannot separate expression and replacement`)
    }
    const search = untilSeparator(text, at + 1, separator)
    const replacement = untilSeparator(text, search.next, separator)
    const flags = /^[gi]*/u.exec(text.slice(replacement.next))?.[0] ?? ''
    steps.push({
      search: compileSearch(text, search.word, flags),
      replacement: toReplacement(replacement.word),
    })
    at = replacement.next + flags.length
    if (at < text.length && text.charAt(at) !== ',') throw invalid(text, 'a comma is missing')
    at += 1
  }
  return steps
}

function untilSeparator(
  text: string,
  from: number,
  separator: string,
): { readonly word: string; readonly next: number } {
  let word = ''
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === separator) return { word, next: at + 1 }
    if (character === '\\' && text.charAt(at + 1) === separator) {
      word += separator
      at += 1
    } else if (character === '\\') {
      word += character + text.charAt(at + 1)
      at += 1
    } else {
      word += character
    }
  }
  throw invalid(text, `"${separator}" is missing at its end`)
}

function compileSearch(text: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `u${flags.includes('i') ? 'i' : ''}${flags.includes('g') ? 'g' : ''}`)
  } catch (error) {
    throw invalid(text, `"${source}" is no regular expression`, error)
  }
}

/** `$1`, `\1`, `$0` and `$$` to what String.replace understands; anything else literally. */
function toReplacement(word: string): string {
  return word.replace(
    /\\(\d)|\$(\d)|\\(.)|\$/gu,
    (_all, back?: string, dollar?: string, other?: string) => {
      const group = back ?? dollar
      if (group !== undefined) return group === '0' ? '$&' : `$${group}`
      return other === undefined ? '$$' : other === '$' ? '$$' : other
    },
  )
}

function invalid(text: string, why: string, cause?: unknown): CofferError {
  return new CofferError('relocation-invalid', `RegexWhere "${text}" cannot be used: ${why}`, {
    cause,
  })
}

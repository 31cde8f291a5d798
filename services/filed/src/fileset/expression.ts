// Regular expressions of FileSets: extended ones as in Bareos, by means of the engine of this language. Pure.
import { CofferError } from '@coffer/core'
import type { PathTest } from './wild.ts'

const MAX_LENGTH = 4096
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['alpha', 'A-Za-z'],
  ['digit', '0-9'],
  ['alnum', 'A-Za-z0-9'],
  ['upper', 'A-Z'],
  ['lower', 'a-z'],
  ['space', '\\s'],
  ['blank', ' \\t'],
  ['punct', '!-\\/:-@\\[-`{-~'],
  ['xdigit', '0-9A-Fa-f'],
  ['print', ' -~'],
  ['graph', '!-~'],
  ['cntrl', '\\x00-\\x1f\\x7f'],
])

/** The test of an expression, which need not match from the beginning. Throws `fileset-invalid`. */
export function compileExpression(source: string, ignoreCase: boolean): PathTest {
  if (source.length > MAX_LENGTH) throw invalid(source, 'it is too long')
  const inline = /^\(\?i\)/u.test(source)
  const body = (inline ? source.slice(4) : source).replace(
    /\[:(\w+):\]/gu,
    (all, name: string) => CLASSES.get(name) ?? all,
  )
  const expression = compile(body, `s${ignoreCase || inline ? 'i' : ''}`, source)
  return (path) => expression.test(path)
}

// With `u` characters beyond the BMP are one; without it escapes of characters that need none are allowed.
function compile(body: string, flags: string, source: string): RegExp {
  try {
    return new RegExp(body, `${flags}u`)
  } catch {
    try {
      return new RegExp(body, flags)
    } catch (error) {
      throw invalid(source, error instanceof Error ? error.message : String(error))
    }
  }
}

function invalid(source: string, why: string): CofferError {
  return new CofferError(
    'fileset-invalid',
    `the regular expression "${source}" cannot be used: ${why}`,
  )
}

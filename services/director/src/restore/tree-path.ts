// Paths as an operator types them in the tree.
import { type Glob, parseGlob } from './glob.ts'
import { TOP } from './mark-rules.ts'

/** A directory's whole path, with a slash at its end, from what was typed while `cwd` was the working directory. */
export function resolvePath(cwd: string, typed: string): string {
  const isAbsolute = typed.startsWith('/') || /^[A-Za-z]:(\/|$)/.test(typed)
  const parts: string[] = []
  for (const part of (isAbsolute ? typed : `${cwd}${typed}`).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  const [first] = parts
  if (first === undefined) return TOP
  return `${/^[A-Za-z]:$/.test(first) ? '' : '/'}${parts.join('/')}/`
}

/** A pattern as a directory (relative or absolute, "" for the working directory) and wildcards on its names. */
export function splitPattern(typed: string): { readonly directory: string; readonly glob: Glob } {
  const slash = typed.lastIndexOf('/')
  if (slash < 0) return { directory: '', glob: parseGlob(typed) }
  const name = typed.slice(slash + 1)
  return { directory: typed.slice(0, slash + 1), glob: parseGlob(name === '' ? '*' : name) }
}

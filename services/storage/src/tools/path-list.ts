// Include and exclude lists of a tool: one path or pattern to a line.
import { readFile } from 'node:fs/promises'
import { CofferError, decodePath, messageOf } from '@coffer/core'

export type PathFilter = (path: string) => boolean

/** A path is wanted when it is in the include list, or there is none, and it is not in the exclude list. */
export async function loadPathFilter(lists: {
  readonly include: string | undefined
  readonly exclude: string | undefined
}): Promise<PathFilter> {
  const include = await loadList(lists.include)
  const exclude = await loadList(lists.exclude)
  return (path) =>
    (include === undefined || include.some((pattern) => pattern(path))) &&
    !(exclude ?? []).some((pattern) => pattern(path))
}

async function loadList(file: string | undefined): Promise<readonly PathFilter[] | undefined> {
  if (file === undefined) return undefined
  try {
    const lines = decodePath(await readFile(file)).split('\n')
    return lines.filter((line) => line !== '').map(compilePattern)
  } catch (error) {
    throw new CofferError('tool-file', `cannot read the list "${file}": ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/**
 * A line holds for the path that it names and all below it. `*` and `?` stand for any characters but a slash, `**` for
 * any at all.
 */
export function compilePattern(line: string): PathFilter {
  const body = line.replace(/\/+$/u, '')
  const source = body.replace(/\*\*|[\\^$.|?*+()[\]{}]/gu, (part) => {
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : `\\${part}`
  })
  const pattern = new RegExp(`^${source}(?:/|$)`, 'su')
  return (path) => pattern.test(path)
}

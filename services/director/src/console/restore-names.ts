// Lists of file names that an operator types or keeps in a file.
import { CofferError, decodePath, messageOf } from '@coffer/core'
import { readFile, stat } from 'node:fs/promises'
import type { CommandContext } from './context.ts'

const MAX_LIST_BYTES = 64 * 1024 * 1024

/** Names until a blank line; `<path` takes those of a file. */
export async function askNames(context: CommandContext, question: string): Promise<string[]> {
  const names: string[] = []
  for (;;) {
    const typed = await context.ask(question)
    if (typed === '') return names
    names.push(...(await expandNames([typed])))
  }
}

/** Names with those of `<path` in the place of that. Throws `console-command-file`. */
export async function expandNames(names: readonly string[]): Promise<string[]> {
  const expanded: string[] = []
  for (const name of names) {
    if (name.startsWith('<')) {
      for (const each of await readNames(name.slice(1).trim())) expanded.push(each)
    } else {
      expanded.push(name)
    }
  }
  return expanded
}

async function readNames(path: string): Promise<string[]> {
  try {
    const { size } = await stat(path)
    if (size > MAX_LIST_BYTES) {
      throw new CofferError(
        'console-command-file',
        `"${path}" is longer than ${MAX_LIST_BYTES} bytes`,
      )
    }
    const text = decodePath(await readFile(path))
    return text.split('\n').filter((name) => name !== '')
  } catch (cause) {
    if (cause instanceof CofferError) throw cause
    throw new CofferError('console-command-file', `cannot read "${path}": ${messageOf(cause)}`, {
      cause,
    })
  }
}

// The prompt of the file tree: an operator looks around and marks.
import { withCommas } from '@coffer/core'
import { parseGlob } from '../restore/glob.ts'
import { LSTAT_FIELD, lstatNumber } from '../restore/lstat-field.ts'
import type { MarkScope } from '../restore/mark-rules.ts'
import type { RestoreTree, TreeItem } from '../restore/tree.ts'
import { type CommandLine, parseCommandLine, quoteWord } from './command-line.ts'
import type { CommandContext } from './context.ts'
import { readIdNames } from './id-names.ts'
import { type IdNames, longLine, markOf, shortLine } from './tree-listing.ts'

const INTRODUCTION = `
You are now entering file selection mode where you add (mark) and
remove (unmark) files to be restored. No files are initially added, unless
you used the "all" keyword on the command line.
Enter "done" to leave this mode.

`

interface TreePrompt {
  readonly context: CommandContext
  readonly tree: RestoreTree
  readonly line: CommandLine
  readonly names: IdNames
}

type TreeCommand = (prompt: TreePrompt) => Promise<void>
type Outcome = 'done' | 'quit'

interface TreeRow {
  readonly name: string
  readonly description: string
  readonly run: TreeCommand | Outcome
}

/** In the order that decides abbreviations. */
const COMMANDS: readonly TreeRow[] = [
  { name: 'abort', description: 'abort and do not do restore', run: 'quit' },
  {
    name: 'add',
    description: 'add dir/file to be restored recursively, wildcards allowed',
    run: marker(true, 'tree'),
  },
  { name: 'cd', description: 'change current directory', run: changeDirectory },
  { name: 'count', description: 'count marked files in and below the cd', run: count },
  {
    name: 'delete',
    description: 'delete dir/file to be restored recursively in dir',
    run: marker(false, 'tree'),
  },
  { name: 'dir', description: 'long list current directory, wildcards allowed', run: listLong },
  { name: 'done', description: 'leave file selection mode', run: 'done' },
  { name: 'estimate', description: 'estimate restore size', run: estimate },
  { name: 'exit', description: 'same as done command', run: 'done' },
  { name: 'find', description: 'find files, wildcards allowed', run: find },
  { name: 'help', description: 'print help', run: help },
  { name: 'ls', description: 'list current directory, wildcards allowed', run: listShort },
  { name: 'lsmark', description: 'list the marked files in and below the cd', run: listMarked },
  {
    name: 'mark',
    description: 'mark dir/file to be restored recursively, wildcards allowed',
    run: marker(true, 'tree'),
  },
  {
    name: 'markdir',
    description: 'mark directory name to be restored (no files)',
    run: marker(true, 'self'),
  },
  { name: 'pwd', description: 'print current working directory', run: sayDirectory },
  {
    name: 'unmark',
    description: 'unmark dir/file to be restored recursively in dir',
    run: marker(false, 'tree'),
  },
  {
    name: 'unmarkdir',
    description: 'unmark directory name only no recursion',
    run: marker(false, 'self'),
  },
  { name: 'quit', description: 'quit and do not do restore', run: 'quit' },
  { name: '?', description: 'print help', run: help },
]

/** Serves the tree until it is left. False when the operator gave up. */
export async function useTree(context: CommandContext, tree: RestoreTree): Promise<boolean> {
  const { out } = context
  const names = await readIdNames()
  await out.text(INTRODUCTION)
  await out.text(`cwd is: ${tree.cwd}\n`)
  for (;;) {
    const typed = await context.ask('$ ', 'tree', (line) => completeInTree(line, tree))
    const line = parseCommandLine(typed)
    if (line.verb === '') continue
    const row = findTreeCommand(line.verb)
    if (row === undefined) {
      await out.text(`Invalid command "${line.verb}". Enter "done" to exit.\n`)
    } else if (row.run === 'quit') {
      await out.text('Selection aborted, nothing done.\n')
      return false
    } else if (row.run === 'done') {
      return true
    } else {
      await row.run({ context, tree, line, names })
    }
  }
}

/** Programs put a period before the commands of the tree. */
function findTreeCommand(verb: string): TreeRow | undefined {
  const word = verb.toLowerCase().replace(/^\./, '')
  if (word === '') return undefined
  return (
    COMMANDS.find(({ name }) => name === word) ?? COMMANDS.find(({ name }) => name.startsWith(word))
  )
}

async function completeInTree(line: string, tree: RestoreTree): Promise<readonly string[]> {
  const words = line.split(/\s+/)
  const last = words.at(-1) ?? ''
  if (words.length <= 1) {
    return COMMANDS.map(({ name }) => name).filter((name) => name.startsWith(last))
  }
  const slash = last.lastIndexOf('/') + 1
  const directory = last.slice(0, slash)
  const items = (await tree.list(directory === '' ? undefined : directory)) ?? []
  return items
    .filter(({ entry }) => entry.name.startsWith(last.slice(slash)))
    .map(({ entry }) => quoteWord(`${directory}${entry.name}${entry.isDirectory ? '/' : ''}`))
}

const CHUNK_CHARACTERS = 16 * 1024

/** Says many lines in pieces, and stops when the operator interrupts. */
async function sayLines(context: CommandContext, lines: AsyncIterable<string>): Promise<void> {
  let chunk = ''
  for await (const line of lines) {
    context.signal.throwIfAborted()
    chunk += line
    if (chunk.length < CHUNK_CHARACTERS) continue
    await context.out.text(chunk)
    chunk = ''
  }
  if (chunk !== '') await context.out.text(chunk)
}

async function* listedLines(
  { tree, line }: TreePrompt,
  format: (item: TreeItem) => string,
): AsyncGenerator<string> {
  const patterns = line.args.length === 0 ? [undefined] : line.args.map(({ text }) => text)
  for (const pattern of patterns) {
    for (const item of (await tree.list(pattern)) ?? []) yield format(item)
  }
}

function listShort(prompt: TreePrompt): Promise<void> {
  return sayLines(prompt.context, listedLines(prompt, shortLine))
}

function listLong(prompt: TreePrompt): Promise<void> {
  return sayLines(
    prompt.context,
    listedLines(prompt, (item) => longLine(item, prompt.names)),
  )
}

function listMarked(prompt: TreePrompt): Promise<void> {
  const pattern = prompt.line.args[0]?.text
  return sayLines(prompt.context, markedLines(prompt.tree, pattern))
}

async function* markedLines(tree: RestoreTree, pattern?: string): AsyncGenerator<string> {
  for (const item of (await tree.list(pattern)) ?? []) yield* markedBelow(tree, item, '')
}

async function* markedBelow(
  tree: RestoreTree,
  item: TreeItem,
  indent: string,
): AsyncGenerator<string> {
  const own = `${indent}${markOf(item)}${item.entry.name}${item.entry.isDirectory ? '/' : ''}\n`
  if (item.isMarked) yield own
  if (!item.mayHoldMarks) return
  let isSaid = item.isMarked
  for (const child of await tree.itemsOf(item)) {
    for await (const line of markedBelow(tree, child, `${indent}  `)) {
      if (!isSaid) yield own
      isSaid = true
      yield line
    }
  }
}

function marker(isMarked: boolean, scope: MarkScope): TreeCommand {
  const done = isMarked ? 'marked' : 'unmarked'
  return async ({ context, tree, line }) => {
    let changed = 0
    for (const { text } of line.args) changed += await tree.mark(text, isMarked, scope)
    await context.out.text(
      scope === 'self'
        ? `${countText(changed, 'directory', 'directories')} ${done}.\n`
        : `${countText(changed, 'file', 'files')} newly ${done}.\n`,
    )
  }
}

/** "No files", "1 file", "1,234 files" */
function countText(number: number, one: string, many: string): string {
  if (number === 0) return `No ${many}`
  return number === 1 ? `1 ${one}` : `${withCommas(number)} ${many}`
}

async function changeDirectory({ context, tree, line }: TreePrompt): Promise<void> {
  const [path, second] = line.args
  if (path === undefined || second !== undefined) {
    await context.out.text('cd takes one directory; quotes hold a name with blanks together.\n')
    return
  }
  if (!(await tree.changeDirectory(path.text))) {
    const [only, other] = (await tree.list(path.text)) ?? []
    const isOne = only?.entry.isDirectory === true && other === undefined
    if (!isOne || !(await tree.changeDirectory(only.path))) {
      await context.out.text('Invalid path given.\n')
      return
    }
  }
  await sayDirectory({ context, tree })
}

async function sayDirectory({
  context,
  tree,
}: Pick<TreePrompt, 'context' | 'tree'>): Promise<void> {
  await context.out.text(`cwd is: ${tree.cwd}\n`)
}

async function count({ context, tree }: TreePrompt): Promise<void> {
  const total = withCommas(await tree.countAll())
  const marked = withCommas(await tree.countMarked())
  await context.out.text(`${total} total files/dirs. ${marked} marked to be restored.\n`)
}

async function estimate({ context, tree }: TreePrompt): Promise<void> {
  let bytes = 0
  let marked = 0
  for await (const batch of tree.marked()) {
    context.signal.throwIfAborted()
    for (const { isDirectory, lstat } of batch) {
      marked += 1
      if (!isDirectory) bytes += lstatNumber(lstat, LSTAT_FIELD.size)
    }
  }
  const total = withCommas(await tree.countAll())
  await context.out.text(
    `${total} total files; ${withCommas(marked)} marked to be restored; ${withCommas(bytes)} bytes.\n`,
  )
}

async function find({ context, tree, line }: TreePrompt): Promise<void> {
  if (line.args.length === 0) {
    await context.out.text('find takes names or wildcards.\n')
    return
  }
  for (const { text } of line.args) await sayLines(context, foundLines(tree, text))
}

async function* foundLines(tree: RestoreTree, pattern: string): AsyncGenerator<string> {
  for await (const { path, isMarked } of tree.find(parseGlob(pattern))) {
    yield `${isMarked ? '*' : ''}${path}\n`
  }
}

async function help({ context }: TreePrompt): Promise<void> {
  const rows = COMMANDS.map(({ name, description }) => `  ${name.padEnd(10)} ${description}\n`)
  await context.out.text(`  Command    Description\n  =======    ===========\n${rows.join('')}\n`)
}

// The commands that the console does itself: lines that begin with `@`.

export type LocalCommand =
  | { readonly kind: 'input'; readonly path: string }
  | {
      readonly kind: 'output'
      /** Undefined: back to the terminal. */
      readonly path: string | undefined
      readonly append: boolean
      /** Whether the terminal sees it too. */
      readonly tee: boolean
    }
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'separator'; readonly character: string }
  | { readonly kind: 'exec'; readonly command: string }
  | { readonly kind: 'time' | 'version' | 'quit' | 'help' | 'comment' }
  | { readonly kind: 'invalid'; readonly text: string }

interface LocalRow {
  readonly names: readonly string[]
  readonly help: string
  /** Reads or writes files, or runs programs: refused when the console runs as root. */
  readonly isUnsafe?: true
  readonly read: (rest: string) => LocalCommand
}

const ROWS: readonly LocalRow[] = [
  {
    names: ['input'],
    help: '<file>: read lines from a file',
    isUnsafe: true,
    read: (path) => (path === '' ? invalid('@input takes a file') : { kind: 'input', path }),
  },
  {
    names: ['output'],
    help: '[<file> [w|a]]: write to a file; to the terminal again without one',
    isUnsafe: true,
    read: (rest) => readOutput(rest, false),
  },
  {
    names: ['tee'],
    help: '[<file> [w|a]]: write to a file and to the terminal',
    isUnsafe: true,
    read: (rest) => readOutput(rest, true),
  },
  {
    names: ['exec'],
    help: '"<command>": run a program of this host',
    isUnsafe: true,
    read: (rest) => {
      const command = unquote(rest)
      return command === '' ? invalid('@exec takes a command') : { kind: 'exec', command }
    },
  },
  {
    names: ['sleep'],
    help: '<seconds>: wait',
    read: (rest) =>
      /^\d{1,6}$/.test(rest)
        ? { kind: 'sleep', seconds: Number(rest) }
        : invalid('@sleep takes a number of seconds'),
  },
  { names: ['time'], help: ': print the time', read: () => ({ kind: 'time' }) },
  { names: ['version'], help: ': print the version', read: () => ({ kind: 'version' }) },
  { names: ['quit', 'exit'], help: ': end the console', read: () => ({ kind: 'quit' }) },
  { names: ['echo'], help: '<text>: print a text', read: (text) => ({ kind: 'echo', text }) },
  {
    names: ['separator'],
    help: '<character>: let it part the commands of a line',
    read: (rest) =>
      /^[^\sA-Za-z0-9@"'=]?$/u.test(rest)
        ? { kind: 'separator', character: rest }
        : invalid('@separator takes a character that is no letter and no digit'),
  },
  { names: ['help'], help: ': print this', read: () => ({ kind: 'help' }) },
]

/** What a line that begins with `@` means; undefined for any other line. `isRoot` refuses what is unsafe then. */
export function parseLocalCommand(line: string, isRoot: boolean): LocalCommand | undefined {
  const text = line.trim()
  if (!text.startsWith('@')) return undefined
  if (text.startsWith('@#')) return { kind: 'comment' }
  const [word, rest] = splitOnce(text.slice(1))
  const row = ROWS.find(({ names }) => names.includes(word.toLowerCase()))
  if (row === undefined) return invalid(`: is an invalid command: @${word}`)
  if (row.isUnsafe === true && isRoot) {
    return invalid(`@${word} is not permitted while the console runs as root`)
  }
  return row.read(rest)
}

/** What `@help` prints. */
export function localHelp(): string {
  return ROWS.map(({ names, help }) => `  @${names.join(', @')} ${help}\n`).join('')
}

function readOutput(rest: string, tee: boolean): LocalCommand {
  if (rest === '') return { kind: 'output', path: undefined, append: false, tee: false }
  const match = /^(?<path>\S+|"[^"]+")(?:\s+(?<mode>[wa]))?$/.exec(rest)?.groups
  if (match === undefined) return invalid('a file and w or a are expected')
  return { kind: 'output', path: unquote(match['path'] ?? ''), append: match['mode'] === 'a', tee }
}

function splitOnce(text: string): [string, string] {
  const blank = text.search(/\s/)
  return blank < 0 ? [text, ''] : [text.slice(0, blank), text.slice(blank).trim()]
}

function unquote(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text
}

function invalid(text: string): LocalCommand {
  return { kind: 'invalid', text }
}

// Entries of the restore tree as `dir` and `ls` print them.
import { dateTimeText, decodeLstat } from '@coffer/core'
import type { TreeItem } from '../restore/tree.ts'

/** Names of users and groups by number, of the Director's host. */
export interface IdNames {
  user(id: number): string | undefined
  group(id: number): string | undefined
}

/** `*` before what is marked, `+` before a directory that is marked without what is in it. */
export function markOf(item: TreeItem): string {
  if (!item.isMarked) return ''
  return item.entry.isDirectory && !item.isMarkedBelow ? '+' : '*'
}

/** One line of `ls`. */
export function shortLine(item: TreeItem): string {
  return `${markOf(item)}${item.entry.name}${item.entry.isDirectory ? '/' : ''}\n`
}

/** One line of `dir`, in the manner of `ls -l`. */
export function longLine(item: TreeItem, names: IdNames): string {
  const { lstat } = item.entry
  if (lstat === '') return `${' '.repeat(69)}${markOf(item) || ' '} ${item.path}\n`
  const stat = decodeLstat(lstat)
  const user = idText(stat.uid, names.user(stat.uid))
  const group = idText(stat.gid, names.group(stat.gid))
  return (
    `${modeText(stat.mode)}  ${String(stat.nlink).padStart(2)} ${user.padEnd(8)} ${group.padEnd(8)}` +
    `${String(stat.size).padStart(14)}  ${dateTimeText(stat.mtime * 1000)} ` +
    `${markOf(item) || ' '} ${item.path}\n`
  )
}

function idText(id: number, name: string | undefined): string {
  return name === undefined ? String(id) : `${id} (${name})`
}

const TYPE_LETTERS: Readonly<Record<number, string>> = {
  0o010000: 'f',
  0o020000: 'c',
  0o040000: 'd',
  0o060000: 'b',
  0o100000: '-',
  0o120000: 'l',
  0o140000: 's',
}

/** "drwxr-xr-x"; a fifo begins with "f", as Bareos prints it. */
function modeText(mode: number): string {
  const type = TYPE_LETTERS[mode & 0o170000] ?? '?'
  const triple = (shift: number, special: boolean, letter: string): string => {
    const bits = mode >> shift
    const read = (bits & 4) === 0 ? '-' : 'r'
    const write = (bits & 2) === 0 ? '-' : 'w'
    const isExecutable = (bits & 1) !== 0
    const execute = special
      ? isExecutable
        ? letter
        : letter.toUpperCase()
      : isExecutable
        ? 'x'
        : '-'
    return `${read}${write}${execute}`
  }
  return (
    type +
    triple(6, (mode & 0o4000) !== 0, 's') +
    triple(3, (mode & 0o2000) !== 0, 's') +
    triple(0, (mode & 0o1000) !== 0, 't')
  )
}

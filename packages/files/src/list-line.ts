// A file as one line, like `ls -l`: for listings of Volumes, estimates and restores. Pure but for the local time zone.
import { displayPath } from '@coffer/core'
import type { Accounts } from './system/accounts.ts'

export interface ListedFile {
  /** Text as core `decodePath` makes it. */
  readonly path: string
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  /** Seconds since the epoch. */
  readonly mtime: number
  /** Target of a symbolic link, else empty. */
  readonly link: string
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [0o010000, 'f'],
  [0o020000, 'c'],
  [0o040000, 'd'],
  [0o060000, 'b'],
  [0o100000, '-'],
  [0o120000, 'l'],
  [0o140000, 's'],
])
const S_IFMT = 0o170000
const S_IFLNK = 0o120000
const S_ISUID = 0o4000
const S_ISGID = 0o2000
const S_ISVTX = 0o1000

/** "drwxr-xr-x   2 root     root            4096 2026-11-21 02:04:02  /srv/sample": columns as Bareos prints them. */
export function formatListLine(file: ListedFile, accounts: Accounts): string {
  const user = (accounts.userName(file.uid) ?? String(file.uid)).slice(0, 8).padEnd(8)
  const group = (accounts.groupName(file.gid) ?? String(file.gid)).slice(0, 8).padEnd(8)
  const links = String(file.nlink).padStart(3)
  const size = String(file.sizeBytes).padStart(11)
  const isLink = (file.mode & S_IFMT) === S_IFLNK
  const target = isLink && file.link !== '' ? ` -> ${displayPath(file.link)}` : ''
  const name = `${displayPath(file.path)}${target}`
  return `${modeText(file.mode)} ${links} ${user} ${group} ${size} ${localTime(file.mtime)}  ${name}`
}

/** "-rwsr-xr-x". A fifo is "f", as in Bareos. */
export function modeText(mode: number): string {
  return (
    (KINDS.get(mode & S_IFMT) ?? '?') +
    permissions(mode >> 6, (mode & S_ISUID) !== 0, 's') +
    permissions(mode >> 3, (mode & S_ISGID) !== 0, 's') +
    permissions(mode, (mode & S_ISVTX) !== 0, 't')
  )
}

function permissions(bits: number, isSpecial: boolean, letter: string): string {
  const mayRun = (bits & 1) !== 0
  const last = isSpecial ? (mayRun ? letter : letter.toUpperCase()) : mayRun ? 'x' : '-'
  return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`
}

function localTime(seconds: number): string {
  const time = new Date(seconds * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

// Which letters of Accurate and Verify find a file different from what is known of it. Pure.
import type { FileStat } from './attributes.ts'

/** A digest under the letters "1" and "5"; undefined when there is nothing to compare. */
export interface DigestPair {
  /** "MD5", ... */
  readonly name: string
  /** Base64 without padding. */
  readonly known: string
  readonly now: string
}

export interface Difference {
  /** "st_mode", ..., or the name of a digest. */
  readonly field: string
  /** As an operator reads them. */
  readonly known: string
  readonly now: string
  /** "differ" or "decrease". */
  readonly how: 'differ' | 'decrease'
}

type Field = Exclude<keyof FileStat, 'linkFileIndex' | 'flags' | 'dataStream'>

const COMPARED: ReadonlyMap<string, Field> = new Map([
  ['i', 'ino'],
  ['p', 'mode'],
  ['n', 'nlink'],
  ['u', 'uid'],
  ['g', 'gid'],
  ['s', 'size'],
  ['a', 'atime'],
  ['m', 'mtime'],
  ['c', 'ctime'],
])
const DECREASES = 'd'
/** Whatever it is like. */
const ALWAYS = 'A'
const DIGEST_LETTERS = ['1', '5']

/** What Bareos compares when a FileSet does not say. */
export const DEFAULT_ACCURATE = 'mcs'
/** What a Verify Job compares when a FileSet does not say; Bareos would compare nothing. */
export const DEFAULT_VERIFY = 'pins1'

/** Whether the letters ask for the content to be read. */
export function comparesDigest(letters: string): boolean {
  return DIGEST_LETTERS.some((letter) => letters.includes(letter))
}

/** Whether the letters take a file whatever it is like. */
export function takesAlways(letters: string): boolean {
  return letters.includes(ALWAYS)
}

/** Letters that stand for nothing are passed over. */
export function findDifferences(
  letters: string,
  known: FileStat,
  now: FileStat,
  digest?: DigestPair,
): Difference[] {
  const found: Difference[] = []
  for (const letter of new Set(letters)) {
    const field = COMPARED.get(letter)
    if (field !== undefined && known[field] !== now[field]) {
      found.push(difference(field, known, now, 'differ'))
    } else if (letter === DECREASES && now.size < known.size) {
      found.push(difference('size', known, now, 'decrease'))
    }
  }
  if (digest !== undefined && comparesDigest(letters) && digest.known !== digest.now) {
    found.push({ field: digest.name, known: digest.known, now: digest.now, how: 'differ' })
  }
  return found
}

/** "st_size  differ. Cat: 5 File: 6" */
export function differenceText({ field, known, now, how }: Difference): string {
  return `${field.padEnd(8)} ${how}. Cat: ${known} File: ${now}`
}

function difference(
  field: Field,
  known: FileStat,
  now: FileStat,
  how: Difference['how'],
): Difference {
  return {
    field: `st_${field}`,
    known: textOf(field, known[field]),
    now: textOf(field, now[field]),
    how,
  }
}

function textOf(field: Field, value: number | bigint): string {
  return field === 'mode' ? value.toString(8) : value.toString()
}

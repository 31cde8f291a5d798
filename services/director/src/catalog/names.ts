// File names in SQL: columns are text that PostgreSQL does not look into, here they are bytes or core's path text.
import { decodePath, encodePath } from '@coffer/core'
import { type RawBuilder, sql } from 'kysely'

/**
 * A name column to be read: `nameText` makes core's path text of it. Selecting the column itself would lose what is not
 * UTF-8. PostgreSQL's escape form costs nothing for ASCII names, where hexadecimal would double them all.
 */
export function escapedName(column: string): RawBuilder<string> {
  return sql<string>`encode(convert_to(${sql.ref(column)}, 'SQL_ASCII'), 'escape')`
}

/** The same for statements that are written as text. */
export function escapedText(column: string): string {
  return `encode(convert_to(${column}, 'SQL_ASCII'), 'escape')`
}

/** A name as a statement's value. pg sends a Buffer in binary form, which PostgreSQL takes as the text's own bytes. */
export function nameValue(text: string): Buffer {
  const bytes = encodePath(text)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Whether a name column has exactly these bytes. */
export function bytesEqual(column: string, text: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} = ${nameValue(text)}`
}

/** The column md5 holds "0" for a file without a digest, as in Bareos; here that is an empty text. */
export function digestText(column: string): string {
  return column === '0' ? '' : column
}

const ESCAPE = /\\(?:\\|[0-7]{3})/gu

/** Text of a name that came in the escape form: `\\` is a backslash, `\ooo` a byte in octal, all else ASCII. */
export function nameText(escaped: string): string {
  if (!escaped.includes('\\')) return escaped
  const latin = escaped.replace(ESCAPE, (code) =>
    code === '\\\\' ? '\\' : String.fromCharCode(Number.parseInt(code.slice(1), 8)),
  )
  return decodePath(Buffer.from(latin, 'latin1'))
}

export interface SplitPath {
  /** Up to and with the last slash; empty when there is none. */
  readonly directory: string
  /** Behind the last slash; empty for a directory. */
  readonly name: string
}

/** "/srv/a.txt" as "/srv/" and "a.txt"; "/srv/" as "/srv/" and "". */
export function splitPath(path: string): SplitPath {
  const end = path.lastIndexOf('/') + 1
  return { directory: path.slice(0, end), name: path.slice(end) }
}

/** "/srv/" of "/srv/sample/", "" of "/": the directory that holds a directory. */
export function parentOf(directory: string): string {
  return directory.length < 2
    ? ''
    : directory.slice(0, directory.lastIndexOf('/', directory.length - 2) + 1)
}

/** "sample" of "/srv/sample/", "" of "/". */
export function lastComponent(directory: string): string {
  return directory.slice(parentOf(directory).length, directory.endsWith('/') ? -1 : undefined)
}

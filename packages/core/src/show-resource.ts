// A resource as configuration text again, for `show`; passwords are masked.
import { type DirectiveRows, isSame, propertyName, type ResourceType } from './directive.ts'

/**
 * The block of a resource, which the configuration language reads back: what differs from the defaults, and single
 * references even when empty, as Bareos shows them. With `verbose` every directive.
 */
export function showResourceOf(
  type: ResourceType,
  resource: Readonly<Record<string, unknown>>,
  options: { readonly verbose?: boolean } = {},
): string {
  const lines = showRows(type.rows, resource, options.verbose ?? false).map((line) => `  ${line}\n`)
  return `${type.name} {\n${lines.join('')}}\n`
}

/** The lines within a block, each perhaps with lines of inner blocks, indented below it. */
export function showRows(
  rows: DirectiveRows,
  values: Readonly<Record<string, unknown>>,
  verbose: boolean,
): string[] {
  return Object.entries(rows).flatMap(([rowName, row]) => {
    const value = values[propertyName(rowName)]
    const written = row.shownAs ?? writtenName(rowName)
    if (value === undefined) {
      const isShown = row.reference !== undefined && row.status !== 'deprecated'
      return isShown ? [`${written} = ""`] : []
    }
    const isPlain = !row.required && !row.shown && isSame(value, row.initial)
    if (isPlain && !verbose) return []
    const sign = row.type.rows === undefined ? ' = ' : ' '
    return row.type.show(value).flatMap((text) => `${written}${sign}${text}`.split('\n'))
  })
}

/** "TLS Verify Peer" as TlsVerifyPeer, "FileSet ACL" as FileSetAcl. */
function writtenName(rowName: string): string {
  return rowName
    .replace(/\b[A-Z]{2,}\b/gu, (word) => word.charAt(0) + word.slice(1).toLowerCase())
    .replaceAll(' ', '')
}

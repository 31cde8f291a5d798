// docs/directives.md out of the directive tables.
import { type DirectiveRow, type DirectiveRows, type ResourceType } from '../directive.ts'
import { type ConfigKind } from '../resource-set.ts'
import { tlsRows, unusedTlsRows } from '../tls-directives.ts'
import { code, markdownTable } from './markdown.ts'
import { LANGUAGE } from './language.ts'

const HEAD = ['Directive', 'Value', 'Default', '', 'Meaning']
const TLS_ROWS: ReadonlySet<DirectiveRow> = new Set([
  ...Object.values(tlsRows),
  ...Object.values(unusedTlsRows),
])

/** The whole document. */
export function directivesDocument(configs: readonly ConfigKind[]): string {
  const tls = `\n## TLS\n\nResources that say so take these as well.\n\n${rowsTable(tlsRows)}`
  return [LANGUAGE, ...configs.map(configSection), tls].join('')
}

function configSection({ title, names, types }: ConfigKind): string {
  const files = names.map((name) => `${code(`${name}.conf`)}, ${code(`${name}.d/`)}`).join(', ')
  const resources = types.map((type) => resourceSection(type, types))
  return `\n## ${title}\n\nLooked for in a configuration directory: ${files}.\n${resources.join('')}`
}

function resourceSection(type: ResourceType, types: readonly ResourceType[]): string {
  const aliases =
    type.aliases.length === 0 ? '' : ` Also written ${type.aliases.map(code).join(', ')}.`
  const heading = `\n### ${type.name}\n\n${type.about}${aliases}\n`
  const twin = types.find((other) => other.rows === type.rows)
  if (twin !== undefined && twin !== type) return heading
  return `${heading}\n${rowsSection(type.rows, type.name)}`
}

/** The table of a block and, below it, those of its inner blocks. */
function rowsSection(rows: DirectiveRows, title: string): string {
  const own = Object.fromEntries(Object.entries(rows).filter(([, row]) => !TLS_ROWS.has(row)))
  const inner = Object.entries(own).flatMap(([name, row]) => {
    const innerRows = row.type.rows
    if (innerRows === undefined) return []
    const twin = Object.entries(own).find(([, other]) => other.type.rows === innerRows)
    const heading = `\n#### ${name} of ${title}\n\n`
    if (twin !== undefined && twin[0] !== name) return [`${heading}The directives of ${twin[0]}.\n`]
    return [`${heading}${rowsSection(innerRows, name)}`]
  })
  return `${rowsTable(own)}${tlsNote(rows)}${inner.join('')}`
}

function tlsNote(rows: DirectiveRows): string {
  const verify = rows['TLS Verify Peer']
  if (verify === undefined) return ''
  const effect = verify.status === 'active' ? '' : ', which are not acted on here'
  return `\nAnd the directives of [TLS](#tls)${effect}.\n`
}

function rowsTable(rows: DirectiveRows): string {
  return markdownTable(HEAD, Object.entries(rows).map(directiveRow))
}

function directiveRow([name, row]: readonly [string, DirectiveRow]): string[] {
  const aliases = row.aliases.length === 0 ? '' : ` (${row.aliases.join(', ')})`
  const status = row.status === 'active' ? '' : row.status
  return [`${name}${aliases}`, row.type.label, defaultText(row), status, row.about]
}

function defaultText(row: DirectiveRow): string {
  if (row.required) return '*required*'
  const { initial } = row
  if (initial === undefined || initial === '' || (Array.isArray(initial) && initial.length === 0))
    return ''
  return code(row.type.show(initial).join(', '))
}

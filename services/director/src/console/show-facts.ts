// A resource block as JSON: what `show` prints as text, for programs.
import type { Json } from './output.ts'

/**
 * The directives of a block as `showResource` writes it, under their names in lower case. A directive that stands more
 * than once becomes a list, an inner block an object.
 */
export function factsOfBlock(text: string): Readonly<Record<string, Json>> {
  const lines = text.split('\n')
  return readBlock(lines, { at: 1 })
}

interface Cursor {
  at: number
}

function readBlock(lines: readonly string[], cursor: Cursor): Record<string, Json> {
  const facts: Record<string, Json> = {}
  while (cursor.at < lines.length) {
    const line = (lines[cursor.at] ?? '').trim()
    cursor.at += 1
    if (line === '}') break
    const directive = /^(?<name>[A-Za-z0-9]+) (?:= )?(?<value>.*)$/s.exec(line)?.groups
    const name = directive?.['name']?.toLowerCase()
    if (directive === undefined || name === undefined) continue
    const { value = '' } = directive
    add(facts, name, value === '{' ? readBlock(lines, cursor) : readValue(value))
  }
  return facts
}

function add(facts: Record<string, Json>, name: string, value: Json): void {
  const earlier = facts[name]
  if (earlier === undefined) facts[name] = value
  else facts[name] = Array.isArray(earlier) ? [...(earlier as Json[]), value] : [earlier, value]
}

function readValue(text: string): Json {
  if (text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
  }
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (text === 'Yes') return true
  return text === 'No' ? false : text
}

// Rows of the Catalog's lists as rows of an output.
import type { ListRow } from '../catalog/list-queries.ts'
import type { RowSet } from './output.ts'
import type { Column } from './table-text.ts'

/** A column is a number's when any of its values is one. */
export function rowSetOf(rows: readonly ListRow[]): RowSet {
  const names = Object.keys(rows[0] ?? {})
  const columns = names.map((name): Column => {
    const isNumber = rows.some((row) => typeof row[name] === 'number')
    return { name, kind: isNumber ? 'number' : 'text' }
  })
  return { columns, rows: rows.map((row) => names.map((name) => row[name] ?? null)) }
}

/** The same for rows that come in batches and are never held together. */
export function rowStreamOf(
  name: string,
  batches: AsyncIterable<readonly ListRow[]>,
  signal: AbortSignal,
): RowSet {
  return { columns: [{ name, kind: 'text' }], rows: flatten(name, batches, signal) }
}

async function* flatten(
  name: string,
  batches: AsyncIterable<readonly ListRow[]>,
  signal: AbortSignal,
): AsyncGenerator<(string | number | null)[]> {
  for await (const batch of batches) {
    signal.throwIfAborted()
    for (const row of batch) yield [row[name] ?? null]
  }
}

// The text of a dump: a header line, each table as COPY writes it, a last line that shows that it is whole. Pure.
//
//   -- Coffer Catalog dump, format 1, schema 1
//   COPY client (clientid, name, …) FROM stdin;
//   1<TAB>coffer-fd<TAB>…
//   \.
//   -- end of dump, 16 tables
//
// Source of the rows' form: PostgreSQL's documentation of COPY, "Text Format". No row can be the line `\.`.
import { CofferError } from '@coffer/core'

const FORMAT = 1

export interface DumpTable {
  readonly name: string
  readonly columns: readonly string[]
}

export function headerLine(schema: number): string {
  return `-- Coffer Catalog dump, format ${FORMAT}, schema ${schema}\n`
}

export function tableLine({ name, columns }: DumpTable): string {
  return `COPY ${name} (${columns.join(', ')}) FROM stdin;\n`
}

export const TABLE_END = '\\.\n'

export function endLine(tables: number): string {
  return `-- end of dump, ${tables} tables\n`
}

export type DumpPart =
  | { readonly kind: 'header'; readonly schema: number }
  | { readonly kind: 'table'; readonly table: DumpTable }
  /** Whole rows of the table in hand. */
  | { readonly kind: 'rows'; readonly bytes: Buffer }
  | { readonly kind: 'table-end' }

const HEADER = /^-- Coffer Catalog dump, format (\d{1,9}), schema (\d{1,9})$/
const TABLE = /^COPY ([a-z]+) \(([a-z0-9]+(?:, [a-z0-9]+)*)\) FROM stdin;$/
const END = /^-- end of dump, (\d{1,9}) tables$/
// PostgreSQL takes no field above 1 GiB.
const LONGEST_LINE_BYTES = 1 << 30
const ROWS_END = Buffer.from(`\n${TABLE_END}`)
const NEWLINE = 0x0a

/** Takes a dump apart, however it is cut into chunks. Throws `dump-invalid`. */
export class DumpParser {
  #state: 'start' | 'between' | 'rows' | 'end' = 'start'
  #pieces: Buffer[] = []
  #heldBytes = 0
  #tables = 0

  /** Throws `dump-invalid` when the dump is not whole. */
  finish(): void {
    if (this.#state !== 'end' || this.#heldBytes > 0) throw invalid('it is not whole')
  }

  *add(chunk: Buffer): Generator<DumpPart> {
    this.#pieces.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes > LONGEST_LINE_BYTES) throw invalid('a line is too long')
    if (!chunk.includes(NEWLINE)) return
    let text = Buffer.concat(this.#pieces)
    for (;;) {
      const end = this.#state === 'rows' ? endOfRows(text) : text.indexOf(NEWLINE) + 1
      if (end === 0) break
      yield* this.#take(text.subarray(0, end))
      text = text.subarray(end)
    }
    this.#pieces = [text]
    this.#heldBytes = text.length
  }

  *#take(bytes: Buffer): Generator<DumpPart> {
    if (this.#state === 'rows') {
      if (bytes.toString('latin1') !== TABLE_END) {
        yield { kind: 'rows', bytes }
        return
      }
      this.#state = 'between'
      yield { kind: 'table-end' }
      return
    }
    yield* this.#takeLine(bytes.toString('latin1').slice(0, -1))
  }

  *#takeLine(line: string): Generator<DumpPart> {
    if (this.#state === 'start') {
      yield { kind: 'header', schema: schemaOf(line) }
      this.#state = 'between'
      return
    }
    const [, name = '', columns = ''] = TABLE.exec(line) ?? []
    if (this.#state === 'between' && name !== '') {
      this.#tables++
      this.#state = 'rows'
      yield { kind: 'table', table: { name, columns: columns.split(', ') } }
      return
    }
    const [, tables] = END.exec(line) ?? []
    if (this.#state !== 'between' || Number(tables) !== this.#tables) {
      throw invalid(`it has the line "${line.slice(0, 80)}"`)
    }
    this.#state = 'end'
  }
}

/** Bytes up to the end of the last whole row, or of the line that ends the table when it comes first; 0 for none. */
function endOfRows(text: Buffer): number {
  if (text.subarray(0, TABLE_END.length).toString('latin1') === TABLE_END) return TABLE_END.length
  const at = text.indexOf(ROWS_END)
  return (at < 0 ? text.lastIndexOf(NEWLINE) : at) + 1
}

function schemaOf(line: string): number {
  const [, format, schema] = HEADER.exec(line) ?? []
  if (format === undefined) throw invalid('it does not begin like one')
  if (Number(format) !== FORMAT)
    throw invalid(`it has format ${format}, and this program writes ${FORMAT}`)
  return Number(schema)
}

function invalid(why: string): CofferError {
  return new CofferError('dump-invalid', `this is no dump of a Catalog: ${why}`)
}

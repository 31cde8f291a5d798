import { CofferError } from '@coffer/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  DumpParser,
  type DumpTable,
  endLine,
  headerLine,
  TABLE_END,
  tableLine,
} from './dump-format.ts'

const name = fc.stringMatching(/^[a-z]{1,8}$/)
const column = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
// What COPY makes of a field: no newline, no backslash but as part of an escape.
const row = fc.stringMatching(/^(?:[^\\\n]|\\[nt\\]){0,12}$/)
const dumps = fc.array(
  fc.record({
    table: fc.record({ name, columns: fc.array(column, { minLength: 1, maxLength: 3 }) }),
    rows: fc.array(row, { maxLength: 5 }),
  }),
  { maxLength: 4 },
)
type Dump = readonly { readonly table: DumpTable; readonly rows: readonly string[] }[]

function textOf(dump: Dump): Buffer {
  const tables = dump.map(
    ({ table, rows }) => tableLine(table) + rows.map((text) => `${text}\n`).join('') + TABLE_END,
  )
  return Buffer.from(headerLine(7) + tables.join('') + endLine(dump.length))
}

/** Cuts before these places, counted modulo the length. */
function cut(text: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % text.length))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => text.subarray(from, at[index]))
}

function parse(chunks: readonly Buffer[]): { schema: number; tables: unknown[] } {
  const parser = new DumpParser()
  const tables: { table: DumpTable; rows: string }[] = []
  let schema = 0
  for (const part of chunks.flatMap((chunk) => [...parser.add(chunk)])) {
    const last = tables.at(-1)
    if (part.kind === 'header') schema = part.schema
    else if (part.kind === 'table') tables.push({ table: part.table, rows: '' })
    else if (part.kind === 'rows' && last !== undefined) last.rows += part.bytes.toString()
  }
  parser.finish()
  return { schema, tables }
}

test('a dump is read as it was written, however it is cut', () => {
  fc.assert(
    fc.property(dumps, fc.array(fc.nat(), { maxLength: 20 }), (dump, places) => {
      expect(parse(cut(textOf(dump), places))).toEqual({
        schema: 7,
        tables: dump.map(({ table, rows }) => ({
          table,
          rows: rows.map((text) => `${text}\n`).join(''),
        })),
      })
    }),
  )
})

test('a dump that is not whole, or goes on, is refused', () => {
  fc.assert(
    fc.property(dumps, fc.nat(), fc.string({ minLength: 1 }), (dump, place, more) => {
      const text = textOf(dump)
      expect(() => parse([text.subarray(0, place % text.length)])).toThrow(CofferError)
      expect(() => parse([text, Buffer.from(more)])).toThrow(CofferError)
    }),
  )
})

test('garbage is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      expect(() => parse([Buffer.from(garbage)])).toThrow(CofferError)
      expect(() => parse([Buffer.from(headerLine(1)), Buffer.from(garbage)])).toThrow(CofferError)
    }),
  )
})

test('a name that is no name gets nowhere', () => {
  const parser = new DumpParser()
  const text = `${headerLine(1)}COPY job; DROP TABLE job (a) FROM stdin;\n`
  expect(() => [...parser.add(Buffer.from(text))]).toThrow(/it has the line "COPY job; DROP/)
})

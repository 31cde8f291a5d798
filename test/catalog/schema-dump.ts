// A schema as text that changes when the schema does and not when PostgreSQL's release does.

type Query = (sql: string) => Promise<Record<string, unknown>[]>

const COLUMNS = `
  SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
    a.attnotnull AS required, a.attidentity <> '' AS counted,
    pg_get_expr(d.adbin, d.adrelid) AS value, co.collname AS collation
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_collation co ON co.oid = a.attcollation AND co.collname <> 'default'
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY c.relname COLLATE "C", a.attnum`

const INDEXES = `
  SELECT tablename AS table, indexdef AS definition FROM pg_indexes
  WHERE schemaname = 'public' ORDER BY indexname COLLATE "C"`

const CHECKS = `
  SELECT conrelid::regclass::text AS table, pg_get_constraintdef(oid) AS definition FROM pg_constraint
  WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY conname COLLATE "C"`

export async function dumpSchema(query: Query): Promise<string> {
  const [columns, indexes, checks] = [
    await query(COLUMNS),
    await query(INDEXES),
    await query(CHECKS),
  ]
  const tables = [...new Set(columns.map((row) => String(row['table'])))]
  const lines = tables.flatMap((table) => {
    const own = (row: Record<string, unknown>) => row['table'] === table
    return [
      `table ${table}`,
      ...columns.filter(own).map(columnLine),
      ...checks.filter(own).map((row) => `  ${String(row['definition'])}`),
      ...indexes.filter(own).map((row) => `  ${indexText(String(row['definition']))}`),
      '',
    ]
  })
  return lines.join('\n')
}

function columnLine(row: Record<string, unknown>): string {
  const { column, type, collation, required, counted, value } = row
  const words = [
    `  ${String(column)} ${String(type)}`,
    typeof collation === 'string' ? `collate ${collation}` : '',
    required === true ? 'not null' : '',
    counted === true ? 'identity' : '',
    typeof value === 'string' ? `default ${value}` : '',
  ]
  return words.filter((word) => word !== '').join(' ')
}

function indexText(definition: string): string {
  return definition
    .replace(/^CREATE (UNIQUE )?INDEX \w+ ON public\.\w+ USING/u, '$1index')
    .replace('UNIQUE index', 'unique index')
}

// The Query File: ready made SQL for operators, as Bareos ships it.

export interface ReadyQuery {
  readonly title: string
  /** What is asked before it runs; the answers are %1, %2 and so on. */
  readonly questions: readonly string[]
  readonly statements: readonly string[]
}

/**
 * Reads the file: `#` begins a remark, `:` the title of a query, `*` a question, all else is SQL, of which each
 * statement ends with a semicolon at the end of a line.
 */
export function parseQueryFile(text: string): readonly ReadyQuery[] {
  const queries: { title: string; questions: string[]; statements: string[] }[] = []
  let sql = ''
  for (const line of text.split('\n')) {
    const first = line.trimStart().charAt(0)
    if (first === '#' || line.trim() === '') continue
    if (first === ':') {
      queries.push({ title: line.trim().slice(1).trim(), questions: [], statements: [] })
      sql = ''
      continue
    }
    const query = queries.at(-1)
    if (query === undefined) continue
    if (first === '*') {
      query.questions.push(line.trim().slice(1).trim())
      continue
    }
    sql += `${line}\n`
    if (!line.trimEnd().endsWith(';')) continue
    query.statements.push(sql.trim())
    sql = ''
  }
  return queries
}

/** Answers into a statement. They stand within quotes there: a quote in an answer is doubled, so it stays one. */
export function fillQuery(statement: string, answers: readonly string[]): string {
  return statement.replaceAll(/%([1-9])/g, (_whole, digit: string) =>
    (answers[Number(digit) - 1] ?? '').replaceAll("'", "''"),
  )
}

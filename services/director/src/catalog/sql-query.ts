// SQL that an operator typed, and its result as text.

export interface SqlResult {
  readonly columns: readonly string[]
  /** Values as PostgreSQL writes them; bytes that are not UTF-8 as core `decodePath` makes them. */
  readonly rows: readonly (readonly (string | undefined)[])[]
  /** More rows than `maximumRows` were there. */
  readonly isTruncated: boolean
}

export interface SqlCatalog {
  /** Runs one statement. Throws `sql-refused` with PostgreSQL's own words. */
  query(
    sql: string,
    options: {
      readonly maximumRows: number
      readonly readOnly: boolean
      readonly timeoutMs: number
    },
  ): Promise<SqlResult>
}

// What is used of pg-copy-streams, which brings no types.
declare module 'pg-copy-streams' {
  import type { Submittable } from 'pg'
  import type { Writable } from 'node:stream'

  /** A writable that feeds `COPY … FROM STDIN`; "finish" comes when the server has taken all. */
  export function from(sql: string): Writable & Submittable & { readonly rowCount: number }
}

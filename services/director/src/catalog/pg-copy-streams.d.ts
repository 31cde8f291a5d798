// What is used of pg-copy-streams, which brings no types.
declare module 'pg-copy-streams' {
  import type { Submittable } from 'pg'
  import type { Readable, Writable } from 'node:stream'

  /** A writable that feeds `COPY … FROM STDIN`; "finish" comes when the server has taken all. */
  export function from(sql: string): Writable & Submittable & { readonly rowCount: number }

  /** A readable of the Buffers that `COPY … TO STDOUT` sends; `rowCount` holds at its end. */
  export function to(sql: string): Readable & Submittable & { readonly rowCount: number }
}

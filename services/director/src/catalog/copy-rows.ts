// Sends a finished COPY stream to the server.
import { from as copyFrom } from 'pg-copy-streams'
import type { Session } from './database.ts'
import { toCatalogError } from './database-error.ts'
import { FILE_COPY } from './file-rows.ts'

/** Resolves when the server has taken every row; on an error the transaction is lost. */
export async function copyRows(session: Session, stream: Buffer): Promise<void> {
  const sink = session.client.query(copyFrom(FILE_COPY))
  await new Promise<void>((resolve, reject) => {
    sink.once('finish', resolve)
    sink.once('error', (error: Error) => {
      reject(toCatalogError(error))
    })
    sink.end(stream)
  })
}

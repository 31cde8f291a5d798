// Rows of the table client.
import type { Kysely, Selectable } from 'kysely'
import type { CatalogTables, ClientTable } from './tables.ts'

interface ClientSettings {
  readonly name: string
  readonly autoPrune: boolean
  readonly fileRetentionSeconds: number
  readonly jobRetentionSeconds: number
}

interface ClientRow extends ClientSettings {
  readonly clientId: number
  /** What the file daemon said of itself: "26.0.0 (21Aug26) Debian GNU/Linux 12 (bookworm),debian". */
  readonly uname: string
}

export interface ClientCatalog {
  /** Makes or changes the rows of all these Clients; rows of others stay. */
  sync(clients: readonly ClientSettings[]): Promise<ClientRow[]>
  setUname(name: string, uname: string): Promise<void>
  find(name: string): Promise<ClientRow | undefined>
  list(): Promise<ClientRow[]>
}

export function clientCatalog(db: Kysely<CatalogTables>): ClientCatalog {
  return {
    sync: (clients) => db.transaction().execute((transaction) => syncClients(transaction, clients)),
    setUname: async (name, uname) => {
      await db.updateTable('client').set({ uname }).where('name', '=', name).execute()
    },
    find: async (name) => {
      const row = await db
        .selectFrom('client')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst()
      return row === undefined ? undefined : toClientRow(row)
    },
    list: () => listClients(db),
  }
}

async function listClients(db: Kysely<CatalogTables>): Promise<ClientRow[]> {
  const rows = await db.selectFrom('client').selectAll().orderBy('clientid').execute()
  return rows.map((row) => toClientRow(row))
}

function toClientRow(row: Selectable<ClientTable>): ClientRow {
  return {
    clientId: row.clientid,
    name: row.name,
    uname: row.uname,
    autoPrune: row.autoprune !== 0,
    fileRetentionSeconds: row.fileretention,
    jobRetentionSeconds: row.jobretention,
  }
}

async function syncClients(
  transaction: Kysely<CatalogTables>,
  clients: readonly ClientSettings[],
): Promise<ClientRow[]> {
  for (const client of [...clients].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const columns = {
      name: client.name,
      autoprune: Number(client.autoPrune),
      fileretention: client.fileRetentionSeconds,
      jobretention: client.jobRetentionSeconds,
    }
    await transaction
      .insertInto('client')
      .values(columns)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute()
  }
  const wanted = new Set(clients.map((client) => client.name))
  return (await listClients(transaction)).filter((row) => wanted.has(row.name))
}

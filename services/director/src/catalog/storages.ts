// Rows of the tables storage, device and mediatype.
import type { Kysely } from 'kysely'
import type { CatalogTables } from './tables.ts'

interface StorageRow {
  readonly storageId: number
  readonly name: string
  readonly autochanger: boolean
}

export interface StorageCatalog {
  /** Makes or changes the rows of these Storages, and those of their media types; rows of others stay. */
  sync(
    storages: readonly {
      readonly name: string
      readonly autochanger: boolean
      readonly mediaType: string
    }[],
  ): Promise<StorageRow[]>
  find(name: string): Promise<StorageRow | undefined>
  list(): Promise<StorageRow[]>
  mediaTypes(): Promise<string[]>
}

type StorageSettings = Parameters<StorageCatalog['sync']>[0]

export function storageCatalog(db: Kysely<CatalogTables>): StorageCatalog {
  return {
    sync: (storages) =>
      db.transaction().execute((transaction) => syncStorages(transaction, storages)),
    find: async (name) => (await listStorages(db)).find((storage) => storage.name === name),
    list: () => listStorages(db),
    mediaTypes: async () => {
      const rows = await db
        .selectFrom('mediatype')
        .select('mediatype')
        .orderBy('mediatypeid')
        .execute()
      return rows.map((row) => row.mediatype)
    },
  }
}

async function listStorages(db: Kysely<CatalogTables>): Promise<StorageRow[]> {
  const rows = await db.selectFrom('storage').selectAll().orderBy('storageid').execute()
  return rows.map((row) => ({
    storageId: row.storageid,
    name: row.name,
    autochanger: row.autochanger !== 0,
  }))
}

async function syncStorages(
  transaction: Kysely<CatalogTables>,
  storages: StorageSettings,
): Promise<StorageRow[]> {
  for (const storage of [...storages].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const columns = { name: storage.name, autochanger: Number(storage.autochanger) }
    await transaction
      .insertInto('storage')
      .values(columns)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute()
  }
  for (const mediatype of [...new Set(storages.map((storage) => storage.mediaType))].sort()) {
    await transaction
      .insertInto('mediatype')
      .values({ mediatype })
      .onConflict((conflict) => conflict.column('mediatype').doNothing())
      .execute()
  }
  const wanted = new Set(storages.map((storage) => storage.name))
  return (await listStorages(transaction)).filter((row) => wanted.has(row.name))
}

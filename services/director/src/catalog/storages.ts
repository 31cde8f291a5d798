// Rows of the tables storage, device and mediatype.

export interface StorageRow {
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

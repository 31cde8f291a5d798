// Rows of the table fileset: one for every content (MD5 of its File lists) that a FileSet resource has had.

export interface FilesetRow {
  readonly filesetId: number
  readonly fileset: string
  readonly md5: string
  readonly createdMs: number
  readonly text: string
}

export interface FilesetCatalog {
  /** The row of this name and MD5, made when it is new (`isNew`). */
  ensure(
    fileset: { readonly name: string; readonly md5: string; readonly text: string },
    nowMs: number,
  ): Promise<FilesetRow & { readonly isNew: boolean }>
  findById(filesetId: number): Promise<FilesetRow | undefined>
  /** Newest first. */
  listOfName(name: string): Promise<FilesetRow[]>
  list(): Promise<FilesetRow[]>
  /** Names of FileSets with restorable backups of the Client, sorted: the restore menu. */
  namesOfClient(clientId: number): Promise<string[]>
}

// Rows of the table client.

export interface ClientSettings {
  readonly name: string
  readonly autoPrune: boolean
  readonly fileRetentionSeconds: number
  readonly jobRetentionSeconds: number
}

export interface ClientRow extends ClientSettings {
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

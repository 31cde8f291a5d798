// Takes the attributes of a Job's files into the Catalog: COPY in batches, one transaction per commit of storage.

/** Media row values as storage reports them: absolute, not increments. */
export interface VolumeGrowth {
  readonly name: string
  readonly bytes: number
  readonly files: number
  readonly blocks: number
  readonly mounts: number
  readonly errors: number
  readonly writes: number
  readonly endFile: number
  readonly endBlock: number
  readonly firstWrittenMs: number
  readonly lastWrittenMs: number
}

export interface NewJobMedia {
  readonly volume: string
  readonly firstIndex: number
  readonly lastIndex: number
  readonly startFile: number
  readonly endFile: number
  readonly startBlock: number
  readonly endBlock: number
  readonly bytes: number
}

/** What belongs into one transaction with the attributes since the last commit. Names are those of storage's Commit. */
export interface AttributeCommit {
  /** Counts from 1 within the session; a number that was committed before changes nothing. */
  readonly number: number
  readonly jobMedia: readonly NewJobMedia[]
  readonly volumes: readonly VolumeGrowth[]
  /** Of the whole Job so far. */
  readonly files: number
  readonly bytes: number
}

export interface AttributeSession {
  /**
   * Takes a chunk of whole records in the layout of RecordBatch: attributes, digests, restore objects; others are passed
   * over. Resolves when more may come: the chunk is then with the database or in a bounded buffer, and visible to
   * nobody. Calls must not overlap. Throws `attributes-damaged`, `record-malformed`, `catalog-lost`.
   */
  add(records: Uint8Array): Promise<void>
  /**
   * Makes everything since the last commit visible and durable, or nothing. A file whose digest may still come (the
   * last one, when it has none yet) is held back to the next commit or `end`.
   */
  commit(commit: AttributeCommit): Promise<void>
  /** Commits the file held back, if any; the session is over. */
  end(): Promise<void>
  /** Undoes what was not committed; the session is over. Never throws; also right after an error or `end`. */
  discard(): Promise<void>
  /** Files of the session that are committed, FileIndex of the last of them. */
  readonly committed: { readonly files: number; readonly fileIndex: number }
}

export interface AttributeCatalog {
  /** One at a time for each Job. Continues behind what the Catalog already holds of the Job. */
  session(jobId: number): Promise<AttributeSession>
}

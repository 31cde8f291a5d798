// Rows of the table log: what Messages resources send to the destination `catalog`.

export interface LogEntry {
  /** 0 for what belongs to no Job. */
  readonly jobId: number
  readonly timeMs: number
  /** As it is printed, with its newline. */
  readonly text: string
}

export interface LogCatalog {
  append(entries: readonly LogEntry[]): Promise<void>
  /** In the order of appending. */
  list(jobId: number): Promise<LogEntry[]>
}

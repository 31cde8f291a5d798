// Rows of the console's `list` and `llist`: exactly the columns, in the order, that Bareos prints.
import type { JobFilter } from './jobs.ts'

/** A value as the Catalog holds it: numbers are shown with commas in tables, texts as they are, null as empty. */
export type ListValue = number | string | null

/** One row; the order of its keys is the order of the columns. */
export type ListRow = Readonly<Record<string, ListValue>>

/** `short` is `list`, `long` is `llist`. */
export type ListForm = 'short' | 'long'

export interface VolumeListFilter {
  readonly volume?: string
  readonly pool?: string
  readonly pools?: readonly string[]
  readonly jobId?: number
}

export interface BackupListFilter {
  readonly client: string
  readonly fileset?: string
  readonly statuses?: readonly string[]
  readonly levels?: readonly string[]
  readonly sinceMs?: number
  readonly limit?: number
  readonly order?: 'asc' | 'desc'
}

export interface LogListFilter {
  readonly client?: string
  readonly jobId?: number
  readonly limit?: number
  readonly offset?: number
  readonly reverse?: boolean
}

export interface ListCatalog {
  jobs(form: ListForm, filter: JobFilter): Promise<ListRow[]>
  /** One row `count`. */
  jobCount(filter: JobFilter): Promise<ListRow[]>
  /** Rows by Job name, and the row of the sums. */
  jobTotals(filter: JobFilter): Promise<{ readonly byJob: ListRow[]; readonly total: ListRow }>
  /** time, logtext */
  jobLog(jobId: number): Promise<ListRow[]>
  log(filter: LogListFilter): Promise<ListRow[]>
  /** filename, in batches; names as core `decodePath` makes them. */
  files(jobId: number): AsyncIterable<readonly ListRow[]>
  filesets(
    form: ListForm,
    filter: { readonly name?: string; readonly jobId?: number },
  ): Promise<ListRow[]>
  volumes(form: ListForm, filter: VolumeListFilter): Promise<ListRow[]>
  pools(form: ListForm, filter: { readonly name?: string }): Promise<ListRow[]>
  clients(form: ListForm): Promise<ListRow[]>
  storages(): Promise<ListRow[]>
  jobMedia(form: ListForm, filter: { readonly jobId?: number }): Promise<ListRow[]>
  backups(form: ListForm, filter: BackupListFilter): Promise<ListRow[]>
  copies(filter: { readonly jobId?: number }): Promise<ListRow[]>
  /** jobstatus, jobstatuslong, severity, exitlevel, exitstatus */
  jobStatuses(): Promise<ListRow[]>
}

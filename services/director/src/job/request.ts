// JobRequest: what one Job is to do, decided before it is queued: a Job resource plus overrides, frozen.
import type { JobLevelLetter, JobTypeLetter } from '@coffer/core'

/** Where a Job came from, as its report says it. */
export type JobTrigger = 'User' | 'Scheduler' | 'Client' | 'Unknown'

/** A resource name together with the words that tell an operator why it was taken ("Job resource"). */
export interface Chosen {
  readonly name: string
  readonly source: string
}

/** What a restore needs beyond a Job's ordinary directives. */
export interface RestoreOptions {
  /** Bootstrap text, all Volumes in the order of reading. */
  readonly bootstrap: string
  /** Files that the bootstrap selects; the report compares it with what was restored. */
  readonly filesExpected: number
  /** Client whose backups are read; the Job's client is the one that is restored to. */
  readonly backupClient: string
  readonly where?: string
  readonly replace: 'always' | 'ifnewer' | 'ifolder' | 'never'
  readonly regexWhere?: string
  readonly stripPrefix?: string
  readonly addPrefix?: string
  readonly addSuffix?: string
}

/** The names that the level decides between; each is a Pool's name. */
export interface PoolChoices {
  readonly base: Chosen
  readonly full?: Chosen
  readonly differential?: Chosen
  readonly incremental?: Chosen
  readonly virtualFull?: Chosen
}

export interface JobRequest {
  /** Name of the Job resource. */
  readonly jobName: string
  readonly type: JobTypeLetter
  /** The level asked for; the Catalog may raise it when the Job starts. */
  readonly level: JobLevelLetter
  readonly client: string
  readonly fileset: string
  /** The Pool that the level asked for leads to, and why. */
  readonly pool: Chosen
  /** All Pools that the final level chooses between. */
  readonly pools: PoolChoices
  readonly nextPool?: string
  readonly storage: Chosen
  readonly catalog: Chosen
  readonly messages: string
  readonly priority: number
  readonly allowMixedPriority: boolean
  readonly accurate: boolean
  readonly spoolData: boolean
  readonly comment: string
  readonly pluginOptions?: string
  /** Milliseconds since the epoch at which the Job is due; the moment of the request when not asked otherwise. */
  readonly whenMs: number
  /** Overrides the since time that the Catalog would give, in milliseconds since the epoch. */
  readonly sinceMs?: number
  readonly trigger: JobTrigger
  readonly restore?: RestoreOptions
}

/** What a console, a Schedule or a caller may set over the Job resource. Names are resource names. */
export interface JobOverrides {
  readonly level?: JobLevelLetter
  readonly client?: string
  readonly fileset?: string
  readonly pool?: string
  readonly fullPool?: string
  readonly incrementalPool?: string
  readonly differentialPool?: string
  readonly virtualFullPool?: string
  readonly nextPool?: string
  readonly storage?: string
  readonly messages?: string
  readonly priority?: number
  readonly accurate?: boolean
  readonly spoolData?: boolean
  readonly comment?: string
  readonly pluginOptions?: string
  readonly whenMs?: number
  readonly sinceMs?: number
  readonly restore?: RestoreOptions
}

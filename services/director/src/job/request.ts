// JobRequest: what one Job is to do, decided before it is queued: a Job resource plus overrides, frozen.
import {
  CofferError,
  JOB_LEVELS,
  JOB_TYPES,
  type JobLevelLetter,
  type JobTypeLetter,
} from '@coffer/core'
import type { JobResource } from '../config/job-resource.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { RunOverrides } from '../schedule/run-spec.ts'
import { choosePool, poolChoices, type PoolChoices } from './pool-choice.ts'

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
  /** Copies are read where there are some, not only where the original cannot be. */
  readonly prefersCopies?: boolean
  /** Client whose backups are read; the Job's client is the one that is restored to. */
  readonly backupClient: string
  readonly where?: string
  readonly replace: 'always' | 'ifnewer' | 'ifolder' | 'never'
  readonly regexWhere?: string
  readonly stripPrefix?: string
  readonly addPrefix?: string
  readonly addSuffix?: string
}

export interface JobRequest {
  /** Name of the Job resource. */
  readonly jobName: string
  readonly type: JobTypeLetter
  /** The level asked for; the Catalog may raise it when the Job starts. */
  readonly level: JobLevelLetter
  /** Empty for a Job that has none (Admin). */
  readonly client: string
  readonly fileset: string
  /** The Pool and storage that the level asked for leads to; another level may lead elsewhere: `placeOf`. */
  readonly pool: Chosen
  readonly storage: Chosen
  /** All Pools that the final level chooses between. */
  readonly pools: PoolChoices
  /** Storage that goes over that of the Pool; undefined when nobody named one. */
  readonly storageOverride?: Chosen
  readonly nextPool?: string
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
  /** Name of the Job that a Verify Job verifies; without one its own. */
  readonly verifyJob?: string
  /** Seconds; that of a Run line, which goes over that of the Job resource. */
  readonly maxRunSchedTime?: number
  /** A worker of Copy, Migrate or Consolidate: it may run beside Jobs of the same name. */
  readonly isExemptFromDuplicates?: boolean
  /** It was started by the Run directive of another Job, or is tried again: it starts no further Jobs. */
  readonly isClone?: boolean
  /** Jobs that a virtual Full is made of, or that a Copy or Migrate Job takes, instead of those that it would choose. */
  readonly jobIds?: readonly number[]
  /** The one Job that this Job copies or migrates; a Copy or Migrate Job without it chooses, and starts one for each. */
  readonly copyOf?: number
  /** A virtual Full that takes the place of what it was made of. */
  readonly consolidates?: boolean
}

/** What an operator may set over the Job resource. Names are resource names. */
export interface JobOverrides {
  readonly level?: JobLevelLetter
  readonly client?: string
  readonly fileset?: string
  readonly pool?: string
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
  readonly verifyJob?: string
  readonly isExemptFromDuplicates?: boolean
  readonly isClone?: boolean
  readonly jobIds?: readonly number[]
}

export interface RequestOptions {
  /** An operator's wishes; they go over everything. */
  readonly overrides?: JobOverrides
  /** Those of a Run line; they go over the Job resource. */
  readonly run?: RunOverrides
  readonly trigger: JobTrigger
  readonly nowMs: number
}

const LEVELLESS: ReadonlySet<JobTypeLetter> = new Set([
  JOB_TYPES.restore.letter,
  JOB_TYPES.admin.letter,
  JOB_TYPES.archive.letter,
])

/** The request for a Job resource. Throws `job-resource-missing` for a name that the configuration does not have. */
export function makeJobRequest(
  config: DirectorConfig,
  jobName: string,
  options: RequestOptions,
): JobRequest {
  const job = config.jobs.get(jobName)
  if (job === undefined) throw missing('Job', jobName)
  const { overrides = {}, run = {}, trigger, nowMs } = options
  const level = levelOf(job, overrides, run)
  const pools = poolsOf(job, overrides, run)
  const storageOverride = storageOverrideOf(overrides, run)
  const pool = choosePool(pools, level)
  const subject = subjectOf(config, job, overrides)
  return Object.freeze({
    jobName,
    type: job.type,
    level,
    ...subject,
    pool,
    storage: storageOf(config, job, pool.name, storageOverride),
    pools,
    messages: overrides.messages ?? run.messages ?? job.messages ?? config.director.messages,
    allowMixedPriority: job.allowMixedPriority,
    whenMs: overrides.whenMs ?? nowMs,
    trigger,
    ...switches(job, overrides, run),
    ...given({
      storageOverride,
      nextPool: overrides.nextPool ?? run.nextPool ?? job.nextPool,
      pluginOptions: overrides.pluginOptions,
      sinceMs: overrides.sinceMs,
      restore: overrides.restore,
      verifyJob: overrides.verifyJob ?? job.jobToVerify,
      maxRunSchedTime: run.maxRunSchedTimeSeconds,
      isExemptFromDuplicates: overrides.isExemptFromDuplicates,
      isClone: overrides.isClone,
      jobIds: overrides.jobIds,
    }),
  })
}

/** Pool and storage of a request for the level that it runs at in the end. */
export function placeOf(
  config: DirectorConfig,
  request: JobRequest,
  level: JobLevelLetter,
): { readonly pool: Chosen; readonly storage: Chosen } {
  const pool = choosePool(request.pools, level)
  const job = config.jobs.get(request.jobName)
  return { pool, storage: storageOf(config, job, pool.name, request.storageOverride) }
}

type Subject = Pick<JobRequest, 'client' | 'fileset' | 'catalog'>

function subjectOf(config: DirectorConfig, job: JobResource, overrides: JobOverrides): Subject {
  const client = overrides.client ?? job.client ?? ''
  return {
    client,
    fileset: overrides.fileset ?? job.fileset ?? '',
    catalog: catalogOf(config, job, client),
  }
}

function poolsOf(job: JobResource, overrides: JobOverrides, run: RunOverrides): PoolChoices {
  const ofJob = {
    pool: job.pool,
    full: job.fullBackupPool,
    differential: job.differentialBackupPool,
    incremental: job.incrementalBackupPool,
    virtualFull: job.virtualFullBackupPool,
  }
  const ofRun = {
    pool: run.pool,
    full: run.fullPool,
    differential: run.differentialPool,
    incremental: run.incrementalPool,
    virtualFull: run.virtualFullPool,
  }
  return poolChoices(ofJob, ofRun, overrides.pool)
}

type Switches = Pick<JobRequest, 'priority' | 'accurate' | 'spoolData' | 'comment'>

function switches(job: JobResource, overrides: JobOverrides, run: RunOverrides): Switches {
  return {
    priority: overrides.priority ?? run.priority ?? job.priority,
    accurate: overrides.accurate ?? run.accurate ?? job.accurate,
    spoolData: overrides.spoolData ?? run.spoolData ?? job.spoolData,
    comment: overrides.comment ?? '',
  }
}

function levelOf(job: JobResource, overrides: JobOverrides, run: RunOverrides): JobLevelLetter {
  if (LEVELLESS.has(job.type)) return JOB_LEVELS.none.letter
  return overrides.level ?? run.level ?? job.level
}

function storageOverrideOf(overrides: JobOverrides, run: RunOverrides): Chosen | undefined {
  if (overrides.storage !== undefined) return { name: overrides.storage, source: 'command line' }
  return run.storage === undefined ? undefined : { name: run.storage, source: 'Run override' }
}

function storageOf(
  config: DirectorConfig,
  job: JobResource | undefined,
  pool: string,
  override: Chosen | undefined,
): Chosen {
  if (override !== undefined) return override
  const ofPool = config.pools.get(pool)?.storage[0]
  if (ofPool !== undefined) return { name: ofPool, source: 'Pool resource' }
  return { name: job?.storage[0] ?? '', source: 'Job resource' }
}

function catalogOf(config: DirectorConfig, job: JobResource, client: string): Chosen {
  if (job.catalog !== undefined) return { name: job.catalog, source: 'Job resource' }
  const ofClient = config.clients.get(client)?.catalog
  if (ofClient !== undefined) return { name: ofClient, source: 'Client resource' }
  const [first = 'MyCatalog'] = config.catalogs.keys()
  return { name: first, source: 'Default catalog' }
}

/** An object without the fields that are undefined. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Given<Fields>
}
type Given<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

/** The error for a name that stands nowhere in the configuration. */
export function missing(kind: string, name: string): CofferError {
  return new CofferError('job-resource-missing', `${kind} resource "${name}" does not exist`)
}

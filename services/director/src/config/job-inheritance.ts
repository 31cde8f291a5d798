// What a Job has from its JobDefs, and which directives it must have in the end.
import { type GivenValues, inherit, type ResourceOf, type ResourceSet } from '@coffer/core'
import { jobDefsType, type JobResource, type jobType, MERGED_PROPERTIES } from './job-resource.ts'
import { type PoolResource } from './pool-resource.ts'
import { runScriptsOf } from './run-script.ts'

/** Completes what a Job was given by what its JobDefs was given, and that by its own JobDefs. */
export function jobInheritance(set: ResourceSet): (given: GivenValues) => GivenValues {
  const templates = set.given(jobDefsType)
  return (job) => {
    let whole = job
    const seen = new Set<string>()
    for (let parentName = job.values.get('jobDefs'); typeof parentName === 'string'; ) {
      const parent = templates.get(parentName)
      if (parent === undefined) break
      if (seen.has(parentName)) {
        set.fault(parent.at, `JobDefs "${parentName}" refers to itself`)
        break
      }
      seen.add(parentName)
      whole = inherit(whole, withoutIdentity(parent), jobDefsType.rows, MERGED_PROPERTIES)
      parentName = parent.values.get('jobDefs')
    }
    return whole
  }
}

/** A Job has its own name and remark. */
function withoutIdentity(parent: GivenValues): GivenValues {
  const values = new Map(parent.values)
  values.delete('name')
  values.delete('description')
  return { ...parent, values }
}

const CONTROL_TYPES = new Set(['D', 'c', 'g', 'O'])

/** Reports what a Job lacks after inheritance; what it needs depends on its type. */
export function checkJob(
  job: ResourceOf<typeof jobType>,
  pools: ReadonlyMap<string, PoolResource>,
  set: ResourceSet,
): void {
  const missing = (directive: string): void => {
    set.fault(
      job.source,
      `Job "${job.name}" needs the directive "${directive}"`,
      'Its JobDefs may have it as well.',
    )
  }
  warnOfClientScripts(job, set)
  if (job.messages === undefined) missing('Messages')
  if (job.pool === undefined) missing('Pool')
  if (CONTROL_TYPES.has(job.type)) return
  if (job.client === undefined) missing('Client')
  if (job.fileset === undefined) missing('FileSet')
  const pool = job.pool === undefined ? undefined : pools.get(job.pool)
  if (job.storage.length === 0 && (pool === undefined || pool.storage.length === 0))
    missing('Storage')
  if (job.alwaysIncremental && !job.accurate) {
    const message = `Job "${job.name}" is Always Incremental and not Accurate: files that were deleted come back`
    set.warn(job.source, message, 'Give it Accurate = yes.')
  }
}

/** A Job without a Client has nowhere to run them, unless they name one. */
function warnOfClientScripts(job: ResourceOf<typeof jobType>, set: ResourceSet): void {
  if (job.client !== undefined || !CONTROL_TYPES.has(job.type)) return
  for (const { command, runsOnClient, target } of runScriptsOf(job.runScript)) {
    if (!runsOnClient || target !== undefined) continue
    const message = `script "${command}" of Job "${job.name}" is for a client, and the Job has none`
    set.warn(job.source, message, 'Runs On Client = no runs it on the Director.')
  }
}

/** All scripts of a Job in one list, whichever directive they are from. */
export function withRunScripts(job: ResourceOf<typeof jobType>): JobResource {
  const runScripts = [
    ...job.runBeforeJob,
    ...job.clientRunBeforeJob,
    ...runScriptsOf(job.runScript),
    ...job.clientRunAfterJob,
    ...job.runAfterJob,
    ...job.runAfterFailedJob,
  ]
  return { ...job, runScripts }
}

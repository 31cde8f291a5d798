// What a Job may do to its Pool's Volumes when none is free: the Pool's directives and the Job's own.
import type { DirectorConfig } from '../config/load.ts'
import type { ReuseRules } from './select.ts'

/** The rules for a Job of that resource that writes to that Pool; a Pool without a resource is left as it is. */
export function reuseRules(
  { pools, jobs }: Pick<DirectorConfig, 'pools' | 'jobs'>,
  { pool, jobName }: { readonly pool: string; readonly jobName: string },
): ReuseRules {
  const resource = pools.get(pool)
  const jobPrunes = jobs.get(jobName)?.pruneVolumes ?? false
  if (resource === undefined) return { prunes: jobPrunes, recyclesCurrent: false, oldest: 'keep' }
  return {
    prunes: resource.autoPrune || jobPrunes,
    recyclesCurrent: resource.recycleCurrentVolume,
    oldest: oldestRule(resource),
  }
}

function oldestRule(pool: {
  readonly purgeOldestVolume: boolean
  readonly recycleOldestVolume: boolean
}): ReuseRules['oldest'] {
  if (pool.purgeOldestVolume) return 'purge'
  return pool.recycleOldestVolume ? 'prune' : 'keep'
}

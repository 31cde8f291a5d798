// A Job of the past as the wishes of a new one: what its row tells goes over its resource.
import { JOB_LEVELS } from '@coffer/core'
import type { JobRow } from '../catalog/jobs.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { JobOverrides } from './request.ts'

/** What the Job had, as far as those resources still exist. */
export function repeatOverrides(config: DirectorConfig, job: JobRow): JobOverrides {
  const isLevelless = job.level === JOB_LEVELS.none.letter
  return {
    ...(config.clients.has(job.client) ? { client: job.client } : {}),
    ...(config.filesets.has(job.fileset) ? { fileset: job.fileset } : {}),
    ...(config.pools.has(job.pool) ? { pool: job.pool } : {}),
    ...(isLevelless ? {} : { level: job.level }),
  }
}

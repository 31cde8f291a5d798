// What a Job asks the desk for when its storage needs a Volume.
import { jobLevelText, jobTypeText } from '@coffer/core'
import { reuseRules } from '../pool/reuse-rules.ts'
import type { ActiveJob } from './active-job.ts'
import { storageResource } from './connect.ts'
import type { JobPorts } from './ports.ts'
import type { VolumeNeed } from './volume-desk.ts'

/** A Volume of the Job's Pool at its storage. */
export async function volumeNeed(
  job: ActiveJob,
  { catalog }: JobPorts,
): Promise<Omit<VolumeNeed, 'mounted' | 'unusable'>> {
  const { request, facts, config } = job
  const resource = storageResource(job)
  const row = await catalog.storages.find(resource.name)
  return {
    jobId: job.jobId,
    pool: facts.pool.name,
    mediaType: resource.mediaType,
    storageId: row?.storageId ?? 0,
    isChanger: resource.autoChanger,
    reuse: reuseRules(config, { pool: facts.pool.name, jobName: request.jobName }),
    label: {
      job: job.job,
      jobName: request.jobName,
      jobId: job.jobId,
      director: config.director.name,
      level: jobLevelText(job.level),
      type: jobTypeText(job.type),
      storage: resource.name,
      client: request.client,
      catalog: request.catalog.name,
    },
  }
}

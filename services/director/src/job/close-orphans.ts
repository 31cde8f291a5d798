// At the start of a Director: closes the Jobs that an earlier one left open, and queues again those that come back.
import type { Clock, MessageType } from '@coffer/core'
import type { Catalog } from '../catalog/catalog.ts'
import type { JobRow } from '../catalog/jobs.ts'
import type { DirectorConfig } from '../config/load.ts'
import { logText } from '../messages/message-line.ts'
import { decideOrphan } from './orphan.ts'
import { repeatOverrides } from './repeat.ts'
import { type JobRequest, makeJobRequest } from './request.ts'

export interface OrphanPorts {
  readonly config: DirectorConfig
  readonly catalog: Pick<Catalog, 'jobs'>
  readonly clock: Clock
  readonly submit: (request: JobRequest) => Promise<number>
  readonly say: (type: MessageType, text: string) => Promise<void>
}

/** To be called once, before anything else starts Jobs. */
export async function closeOrphans(ports: OrphanPorts): Promise<void> {
  const { config, catalog, clock, say } = ports
  const timeMs = clock.nowMs()
  const daemon = config.director.name
  const orphans = await catalog.jobs.failUnended(
    (job) => logText({ jobId: job.jobId, daemon, type: 'fatal', text: reasonOf(job), timeMs }),
    timeMs,
  )
  for (const orphan of orphans) {
    const { jobId, job } = orphan
    const again = await queueAgain(orphan, ports)
    const outlook = again === undefined ? '' : `; queued again as JobId ${again}`
    await say('error', `JobId ${jobId}, Job ${job} failed: ${reasonOf(orphan)}${outlook}`)
  }
}

function reasonOf({ startMs }: JobRow): string {
  return `the Director ended ${startMs === undefined ? 'before the Job started' : 'while the Job was running'}`
}

async function queueAgain(
  orphan: JobRow,
  { config, clock, submit }: OrphanPorts,
): Promise<number | undefined> {
  const nowMs = clock.nowMs()
  const whenMs = decideOrphan(orphan, config.jobs.get(orphan.name), nowMs)
  if (whenMs === undefined) return undefined
  const { comment } = orphan
  const overrides = { ...repeatOverrides(config, orphan), comment, whenMs }
  return submit(makeJobRequest(config, orphan.name, { overrides, trigger: 'Unknown', nowMs }))
}

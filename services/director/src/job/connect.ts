// Reaching the two daemons of a Job, with the lines that the Job's log has for that.
import { messageOf, smallestLimit } from '@coffer/core'
import type { FileDaemonCalls, JobRefInit, StorageDaemonCalls } from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import { missing } from './request.ts'
import type { DaemonLink, JobPorts } from './ports.ts'

/** The storage daemon, connected and authenticated. */
export async function connectStorage(
  job: ActiveJob,
  ports: JobPorts,
): Promise<DaemonLink<StorageDaemonCalls>> {
  return connectTo(job, ports, job.facts.storage.name)
}

/** The storage daemon behind any Storage resource. Throws `job-resource-missing`. */
export async function connectTo(
  job: ActiveJob,
  { links }: JobPorts,
  storage: string,
): Promise<DaemonLink<StorageDaemonCalls>> {
  const link = links.storage(job.config, storage)
  job.setStatus('S')
  const cipher = await link.connect(job.signal, retryNote(job, link))
  job.setStatus('R')
  await job.log.info(`Connected Storage daemon at ${link.host}:${link.port}, encryption: ${cipher}`)
  await job.log.info(` Encryption: ${cipher}`)
  return link
}

/** The file daemon of the Job's Client, connected and authenticated. */
export async function connectFiled(
  job: ActiveJob,
  { links }: JobPorts,
): Promise<DaemonLink<FileDaemonCalls>> {
  const { client } = job.request
  const link = links.filed(job.config, client)
  job.setStatus('F')
  const cipher = await link.connect(job.signal, retryNote(job, link))
  job.setStatus('R')
  await job.log.info(
    `Connected Client: ${client} at ${link.host}:${link.port}, encryption: ${cipher}`,
  )
  await job.log.info(' Handshake: Immediate TLS ')
  await job.log.info(` Encryption: ${cipher}`)
  return link
}

/** A line of the Job's log for each attempt to connect that failed. */
export function retryNote(
  job: ActiveJob,
  link: { readonly host: string; readonly port: number },
): (error: unknown) => Promise<void> {
  return async (error) => {
    await job.log.write('warning', `${messageOf(error)} (${link.host}:${link.port}). Retrying ...`)
  }
}

/** How the Job is called on the wire. */
export function jobRef(job: ActiveJob): JobRefInit {
  const { request } = job
  return {
    jobId: job.jobId,
    job: job.job,
    name: request.jobName,
    client: request.client,
    fileset: request.fileset,
    type: request.type,
    level: job.level,
    maxBandwidth: bandwidthOf(job),
  }
}

/** The smallest of the limits of Job, Client and Storage. */
function bandwidthOf({ request, config, facts }: ActiveJob): number {
  return smallestLimit([
    config.jobs.get(request.jobName)?.maximumBandwidth ?? 0,
    config.clients.get(request.client)?.maximumBandwidthPerJob ?? 0,
    config.storages.get(facts.storage.name)?.maximumBandwidthPerJob ?? 0,
  ])
}

/** The Storage resource that the Job uses. Throws `job-resource-missing`. */
export function storageResource(job: ActiveJob) {
  const { name } = job.facts.storage
  const storage = job.config.storages.get(name)
  if (storage === undefined) throw missing('Storage', name)
  return storage
}

/** How often the peers of this Job shall hear of each other, in milliseconds; 0 leaves it to them. */
export function heartbeatMs(job: ActiveJob): number {
  const client = job.config.clients.get(job.request.client)
  const seconds = client?.heartbeatInterval || job.config.director.heartbeatInterval
  return seconds * 1000
}

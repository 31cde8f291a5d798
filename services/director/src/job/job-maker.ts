// From a request to a Job: its row in the Catalog, its name, its log.
import { isJobEnded, toCofferError } from '@coffer/core'
import type { DirectorConfig } from '../config/load.ts'
import type { LogMessage } from '../messages/message-line.ts'
import { ActiveJob, type ActiveJobOptions } from './active-job.ts'
import { filesetIdentity } from './fileset.ts'
import { JobLog } from './job-log.ts'
import { JobNames } from './job-name.ts'
import type { JobPorts } from './ports.ts'
import { type JobRequest, missing } from './request.ts'

/** Where a Job that is tried again under its own JobId stands in the Catalog. */
export type JobIdentity = Pick<ActiveJob, 'jobId' | 'job'>

const MAXIMUM_TRIES = 100

export class JobMaker {
  readonly #ports: JobPorts
  readonly #names = new JobNames()

  constructor(ports: JobPorts) {
    this.#ports = ports
  }

  /** Inserts the row of a new Job, or opens that of `again` anew. Throws `job-resource-missing`. */
  async make(request: JobRequest, config: DirectorConfig, again?: JobIdentity): Promise<ActiveJob> {
    const { catalog } = this.#ports
    const client = request.client === '' ? undefined : await catalog.clients.find(request.client)
    if (request.client !== '' && client === undefined) throw missing('Client', request.client)
    const clientId = client?.clientId ?? 0
    const fileset = await this.#filesetFacts(config, request)
    const { filesetId } = fileset
    const identity =
      again === undefined
        ? await this.#insert(request, { clientId, filesetId })
        : await this.#reopen(request, again)
    const facts = { ...fileset, clientId, uname: client?.uname ?? '' }
    return this.#active({ ...identity, request, config, facts })
  }

  /** A unique name for a further row of a Job resource. */
  newName(jobName: string): string {
    return this.#names.next(jobName, this.#ports.clock.nowMs())
  }

  async #insert(
    request: JobRequest,
    ids: { readonly clientId: number; readonly filesetId: number },
  ): Promise<JobIdentity> {
    const { catalog, clock } = this.#ports
    const pool = await catalog.pools.find(request.pool.name)
    for (let tries = 1; ; tries++) {
      const job = this.#names.next(request.jobName, clock.nowMs())
      try {
        const jobId = await catalog.jobs.create({
          job,
          name: request.jobName,
          type: request.type,
          level: request.level,
          scheduledMs: request.whenMs,
          ...ids,
          poolId: pool?.poolId ?? 0,
          comment: request.comment,
        })
        return { jobId, job }
      } catch (error) {
        // A Director that ended within this second, or before clocks were set back, has given out names as well.
        if (tries === MAXIMUM_TRIES || toCofferError(error).code !== 'job-exists') throw error
      }
    }
  }

  async #reopen(request: JobRequest, { jobId, job }: JobIdentity): Promise<JobIdentity> {
    const { level, whenMs } = request
    const change = { status: 'C', level, scheduledMs: whenMs, startMs: null } as const
    await this.#ports.catalog.jobs.update(jobId, change)
    return { jobId, job }
  }

  async #filesetFacts(config: DirectorConfig, request: JobRequest) {
    if (request.fileset === '') return { filesetId: 0, filesetMd5: '', filesetCreatedMs: 0 }
    const fileset = config.filesets.get(request.fileset)
    if (fileset === undefined) throw missing('FileSet', request.fileset)
    const { filesets } = this.#ports.catalog
    const [newest] = fileset.ignoreFilesetChanges ? await filesets.listOfName(fileset.name) : []
    const nowMs = this.#ports.clock.nowMs()
    const row = newest ?? (await filesets.ensure(filesetIdentity(fileset), nowMs))
    return { filesetId: row.filesetId, filesetMd5: row.md5, filesetCreatedMs: row.createdMs }
  }

  #active(
    made: Pick<ActiveJobOptions, 'jobId' | 'job' | 'request' | 'config' | 'facts'>,
  ): ActiveJob {
    const { catalog, clock, deliver, onTrouble } = this.#ports
    const { jobId, config, request } = made
    return new ActiveJob({
      ...made,
      clock,
      log: new JobLog({
        jobId,
        daemon: config.director.name,
        clock,
        deliver: (message: LogMessage) => deliver(config, request.messages, message),
      }),
      writeStatus: async (status) => {
        // The end is written with the rest of the row.
        if (isJobEnded(status)) return
        try {
          await catalog.jobs.update(jobId, { status })
        } catch (error) {
          onTrouble(error, `the status of JobId ${jobId} could not be written`)
        }
      },
    })
  }
}

// Takes what a scan of Volumes found into the Catalog: Clients, FileSets, Pools, Volumes, Jobs with their files.
import type { Clock, JobLevelLetter, JobStatusLetter, JobTypeLetter } from '@coffer/core'
import type { AttributeSession, NewJobMedia } from './catalog/attributes.ts'
import type { Catalog } from './catalog/catalog.ts'
import { type CatalogLog, openCatalog } from './catalog/open.ts'
import type { AdoptedJob } from './catalog/scanned-jobs.ts'
import { catalogPlace } from './catalog-options.ts'
import type { DirectorConfig } from './config/load.ts'
import {
  ensureClient,
  ensureFileset,
  ensurePool,
  type FoundJobLabel,
  type FoundVolume,
  keepVolume,
  type Session,
} from './scanned-resources.ts'
import { syncResources } from './sync.ts'
import { makeWorkingDirectory } from './working-directory.ts'

/** How it ended; without an end label `isEnded` is false and the numbers are those that were counted. */
interface FoundJobEnd {
  readonly session: Session
  readonly isEnded: boolean
  readonly endMs: number
  readonly status: string
  readonly files: number
  readonly bytes: number
  readonly errors: number
}

/** Calls come as the scan reads: a Volume, the Jobs that begin on it with their records, the Volume again. */
export interface ScanCatalog {
  volume(volume: FoundVolume): Promise<void>
  beginJob(job: FoundJobLabel): Promise<void>
  /** Whole files by ascending FileIndex, in the layout of RecordBatch. */
  addRecords(session: Session, records: Uint8Array): Promise<void>
  endJob(end: FoundJobEnd, jobMedia: readonly NewJobMedia[]): Promise<void>
  /** Closes the Catalog; what was done to Jobs, line by line. */
  finish(): Promise<readonly string[]>
  /** Takes back the Jobs that were begun and did not end, and closes the Catalog. Never throws. */
  abandon(): Promise<void>
}

interface ScanCatalogContext {
  readonly clock: Clock
  readonly log: CatalogLog
}

/** Opens the Catalog of a Director that does not run. Throws what `openCatalog` throws: `catalog-in-use` if it does. */
export async function openScanCatalog(
  config: DirectorConfig,
  { clock, log }: ScanCatalogContext,
): Promise<ScanCatalog> {
  const { name, workingDirectory } = config.director
  await makeWorkingDirectory(workingDirectory)
  const catalog = await openCatalog({
    ...catalogPlace(config),
    directorName: `${name} (bscan)`,
    workingDirectory,
    clock,
    log,
  })
  try {
    await syncResources(config, catalog)
    return new ScanIntake(config, catalog)
  } catch (error) {
    await catalog.close()
    throw error
  }
}

interface OpenJob {
  readonly label: FoundJobLabel
  readonly row: AdoptedJob
  readonly attributes: AttributeSession
  commits: number
  isDirty: boolean
}

// Each Job with records that are not committed holds a connection, of which there are not many more.
const DIRTY_JOBS = 16

class ScanIntake implements ScanCatalog {
  readonly #config: DirectorConfig
  readonly #catalog: Catalog
  readonly #open = new Map<string, OpenJob>()
  readonly #lines: string[] = []

  constructor(config: DirectorConfig, catalog: Catalog) {
    this.#config = config
    this.#catalog = catalog
  }

  async volume(volume: FoundVolume): Promise<void> {
    this.#lines.push(...(await keepVolume(this.#config, this.#catalog, volume)))
  }

  async beginJob(label: FoundJobLabel): Promise<void> {
    const catalog = this.#catalog
    const row = await catalog.scannedJobs.adopt({
      jobId: label.jobId,
      job: label.job,
      name: label.name,
      type: label.type as JobTypeLetter,
      level: label.level as JobLevelLetter,
      startMs: label.startMs,
      clientId: await ensureClient(catalog, label.client),
      filesetId: await ensureFileset(catalog, label),
      poolId: await ensurePool(catalog, label.pool, label.poolType),
      volSessionId: label.session.sessionId,
      volSessionTime: label.session.sessionTime,
    })
    const attributes = await catalog.attributes.session(row.jobId)
    this.#open.set(keyOf(label.session), { label, row, attributes, commits: 0, isDirty: false })
    if (row.isNew) {
      this.#lines.push(`Created new JobId=${row.jobId} record for original JobId=${label.jobId}`)
    }
  }

  async addRecords(session: Session, records: Uint8Array): Promise<void> {
    const job = this.#open.get(keyOf(session))
    if (job === undefined) return
    await job.attributes.add(records)
    job.isDirty = true
    const dirty = [...this.#open.values()].filter(({ isDirty }) => isDirty)
    if (dirty.length > DIRTY_JOBS) for (const each of dirty) await commit(each)
  }

  async endJob(end: FoundJobEnd, jobMedia: readonly NewJobMedia[]): Promise<void> {
    const key = keyOf(end.session)
    const job = this.#open.get(key)
    if (job === undefined) return
    await commit(job)
    await job.attributes.end()
    const { jobId, isNew, isSettled } = job.row
    await this.#catalog.scannedJobs.setJobMedia(jobId, jobMedia)
    if (!isSettled) {
      const { endMs, files, bytes, errors } = end
      const status = end.status as JobStatusLetter
      await this.#catalog.jobs.end(jobId, { status, endMs, files, bytes, errors })
    }
    const added = job.attributes.committed.files
    if (!isNew && added > 0) this.#lines.push(`Added ${added} files to JobId=${jobId}`)
    this.#open.delete(key)
  }

  async finish(): Promise<readonly string[]> {
    await this.#catalog.close()
    return this.#lines
  }

  async abandon(): Promise<void> {
    for (const { attributes } of this.#open.values()) await attributes.discard()
    const fresh = [...this.#open.values()].filter(({ row }) => row.isNew)
    const jobIds = fresh.map(({ row }) => row.jobId)
    this.#open.clear()
    // The Director closes them at its next start if this fails.
    await this.#catalog.purge.deleteJobs(jobIds).catch(() => undefined)
    await this.#catalog.close().catch(() => undefined)
  }
}

/** What the Catalog knows of a Job's size stays until its end is known. */
async function commit(job: OpenJob): Promise<void> {
  const { files, bytes } = job.row
  job.commits++
  await job.attributes.commit({ number: job.commits, jobMedia: [], volumes: [], files, bytes })
  job.isDirty = false
}

function keyOf({ sessionId, sessionTime }: Session): string {
  return `${sessionId} ${sessionTime}`
}

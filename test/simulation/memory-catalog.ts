// The Catalog that Jobs, the search for Volumes and pruning use, in memory: the same answers as the queries in
// services/director/src/catalog give, without a database. It outlives the Directors of a simulation.
import { isJobEnded } from '@coffer/core'
import type { AttributeSession } from '../../services/director/src/catalog/attributes.ts'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { BackupLine, JobFilter, JobRow } from '../../services/director/src/catalog/jobs.ts'
import type { VolumeRow } from '../../services/director/src/catalog/media.ts'
import type { PoolRow, PoolSettings } from '../../services/director/src/catalog/pools.ts'
import type { RetainedJob } from '../../services/director/src/pool/retention.ts'

export interface JobMediaFact {
  readonly jobId: number
  readonly volume: string
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

export class MemoryCatalog {
  readonly jobs = new Map<number, Mutable<JobRow>>()
  readonly media = new Map<string, Mutable<VolumeRow>>()
  readonly pools: PoolRow[] = []
  jobMedia: JobMediaFact[] = []
  readonly #ids = new Map<string, number>()
  #lastJobId = 0
  #lastMediaId = 0

  /** As the Director sees it. What nothing here calls is not there. */
  get view(): Catalog {
    const parts = {
      name: 'Sim',
      jobs: this.#jobQueries(),
      media: this.#mediaQueries(),
      pools: this.#poolQueries(),
      purge: {
        deleteJobs: async (jobIds: readonly number[]) => this.#deleteJobs(jobIds),
        purgeVolume: async (name: string) => this.#deleteJobs(this.jobsOn(name)),
      },
      retention: {
        ofVolumes: async (mediaIds: readonly number[]) => this.#retained(mediaIds),
      },
      clients: {
        find: async (name: string) => ({ clientId: this.#id(`client ${name}`), name, uname: '' }),
        setUname: async () => undefined,
      },
      storages: {
        find: async (name: string) => ({ storageId: this.#id(`storage ${name}`), name }),
      },
      filesets: {
        ensure: async ({ name, md5 }: { name: string; md5: string }) => ({
          filesetId: this.#id(`fileset ${name}`),
          md5,
          createdMs: 0,
        }),
        listOfName: async () => [],
      },
      attributes: { session: async (jobId: number) => this.#attributes(jobId) },
    }
    return parts as unknown as Catalog
  }

  jobsOn(volume: string): number[] {
    return [
      ...new Set(this.jobMedia.filter((row) => row.volume === volume).map(({ jobId }) => jobId)),
    ]
  }

  volumesOf(jobId: number): string[] {
    return [
      ...new Set(this.jobMedia.filter((row) => row.jobId === jobId).map(({ volume }) => volume)),
    ]
  }

  #id(key: string): number {
    const id = this.#ids.get(key) ?? this.#ids.size + 1
    this.#ids.set(key, id)
    return id
  }

  #jobQueries() {
    const { jobs } = this
    const list = async (filter: JobFilter) => [...jobs.values()].filter((row) => fits(row, filter))
    return {
      create: async (job: Pick<JobRow, 'job' | 'name' | 'type' | 'level'> & Partial<JobRow>) => {
        const jobId = ++this.#lastJobId
        jobs.set(jobId, { ...NEW_JOB, ...job, jobId })
        return jobId
      },
      update: async (jobId: number, change: Partial<JobRow>) => {
        Object.assign(jobs.get(jobId) ?? {}, nullsGone(change))
      },
      end: async (jobId: number, end: Partial<JobRow> & { endMs: number }) => {
        Object.assign(jobs.get(jobId) ?? {}, end, { realEndMs: end.endMs })
      },
      find: async (jobId: number) => copyOf(jobs.get(jobId)),
      list,
      count: async (filter: JobFilter) => (await list(filter)).length,
      findLastBackup: async (line: BackupLine, levels: readonly string[]) =>
        newest([...jobs.values()].filter((row) => isOfLine(row, line, levels) && isGood(row))),
      findFailedSince: async (line: BackupLine, levels: readonly string[], sinceMs: number) =>
        newest(
          [...jobs.values()].filter(
            (row) =>
              isOfLine(row, line, levels) && isBad(row) && (row.startMs ?? -Infinity) > sinceMs,
          ),
        ),
      failUnended: async (_lineOf: unknown, nowMs: number) => {
        const open = [...jobs.values()].filter(({ status }) => !isJobEnded(status))
        const before = open.map((row) => ({ ...row }))
        for (const row of open) {
          row.status = 'f'
          row.startMs ??= row.scheduledMs
          row.endMs = nowMs
          row.realEndMs = nowMs
        }
        return before
      },
    }
  }

  #mediaQueries() {
    const update = async (name: string, change: Partial<VolumeRow>) => {
      const row = this.media.get(name)
      if (row === undefined) return undefined
      Object.assign(row, nullsGone(change))
      return { ...row }
    }
    return {
      find: async (name: string) => copyOf(this.media.get(name)),
      findById: async (mediaId: number) =>
        copyOf([...this.media.values()].find((row) => row.mediaId === mediaId)),
      list: async ({ poolId, statuses }: { poolId?: number; statuses?: readonly string[] }) =>
        [...this.media.values()]
          .filter((row) => poolId === undefined || row.poolId === poolId)
          .filter((row) => statuses?.includes(row.status) !== false)
          .map((row) => ({ ...row })),
      update,
      updateFromPool: async (name: string) => {
        const row = this.media.get(name)
        const pool = this.pools.find(({ poolId }) => poolId === row?.poolId)
        return pool === undefined ? undefined : update(name, limitsOf(pool))
      },
      createNext: async (
        volume: { poolId: number; mediaType: string; status: VolumeRow['status'] },
        nameFor: (counter: number, volumes: number) => string,
      ) => {
        const pool = this.pools.find(({ poolId }) => poolId === volume.poolId)
        const inPool = [...this.media.values()].filter(({ poolId }) => poolId === volume.poolId)
        if (pool === undefined) return undefined
        if (pool.maximumVolumes > 0 && inPool.length >= pool.maximumVolumes) return undefined
        const mediaId = ++this.#lastMediaId
        const name = nameFor(mediaId, inPool.length)
        const row = { ...NEW_VOLUME, ...volume, ...limitsOf(pool), mediaId, name, pool: pool.name }
        this.media.set(name, row)
        return { ...row }
      },
    }
  }

  #poolQueries() {
    return {
      sync: async (settings: readonly PoolSettings[]) => {
        for (const pool of settings) {
          const poolId = this.#id(`pool ${pool.name}`)
          const known = this.pools.findIndex((row) => row.poolId === poolId)
          const row = {
            ...pool,
            poolId,
            volumes: 0,
            recyclePoolId: 0,
            scratchPoolId: 0,
            nextPoolId: 0,
          }
          this.pools.splice(known < 0 ? this.pools.length : known, known < 0 ? 0 : 1, row)
        }
        return this.pools
      },
      find: async (name: string) => this.pools.find((pool) => pool.name === name),
      findById: async (poolId: number) => this.pools.find((pool) => pool.poolId === poolId),
    }
  }

  #attributes(jobId: number): AttributeSession {
    const committed = { files: 0, fileIndex: 0 }
    return {
      committed,
      add: () => Promise.resolve(),
      end: () => Promise.resolve(),
      discard: () => Promise.resolve(),
      commit: async ({ jobMedia, volumes, files, bytes }) => {
        for (const { volume } of jobMedia) this.jobMedia.push({ jobId, volume })
        for (const { name, ...growth } of volumes) {
          Object.assign(this.media.get(name) ?? {}, nullsGone(growth))
        }
        Object.assign(this.jobs.get(jobId) ?? {}, { files, bytes })
        committed.files = files
        committed.fileIndex = files
      },
    }
  }

  #deleteJobs(jobIds: readonly number[]): number[] {
    const gone = new Set(jobIds)
    this.jobMedia = this.jobMedia.filter(({ jobId }) => !gone.has(jobId))
    return jobIds.filter((jobId) => this.jobs.delete(jobId))
  }

  /** The Jobs on these Volumes and the others of their lines, as the query in retention.ts gives them. */
  #retained(mediaIds: readonly number[]): RetainedJob[] {
    const wanted = new Set(mediaIds)
    const media = new Map<number, VolumeRow[]>()
    for (const { jobId, volume } of this.jobMedia) {
      const row = this.media.get(volume)
      if (row !== undefined) media.set(jobId, [...(media.get(jobId) ?? []), row])
    }
    const on = (jobId: number) =>
      media.get(jobId)?.some(({ mediaId }) => wanted.has(mediaId)) === true
    const lines = new Set([...this.jobs.values()].filter((row) => on(row.jobId)).map(lineOf))
    return [...this.jobs.values()]
      .filter((row) => on(row.jobId) || (row.type === 'B' && lines.has(lineOf(row))))
      .map((row) => this.#retainedJob(row, media.get(row.jobId) ?? []))
  }

  #retainedJob(row: JobRow, media: readonly VolumeRow[]): RetainedJob {
    const ofPool = this.pools.find(({ poolId }) => poolId === row.poolId)?.volumeRetentionSeconds
    const kept =
      media.length === 0
        ? (ofPool ?? 0)
        : Math.max(...media.map(({ retentionSeconds }) => retentionSeconds))
    const endMs = row.realEndMs ?? row.endMs ?? row.startMs ?? row.scheduledMs ?? Infinity
    return {
      jobId: row.jobId,
      type: row.type,
      level: row.level,
      status: row.status,
      line: lineOf(row),
      startMs: row.startMs,
      priorJobId: row.priorJobId,
      keptUntilMs: endMs + kept * 1000,
      mediaIds: [...new Set(media.map(({ mediaId }) => mediaId))],
      poolId: row.poolId,
      hasPurgedFiles: row.purgedFiles,
    }
  }
}

const NEW_JOB: Omit<JobRow, 'jobId' | 'job' | 'name' | 'type' | 'level'> = {
  status: 'C',
  clientId: 0,
  client: '',
  filesetId: 0,
  fileset: '',
  poolId: 0,
  pool: '',
  scheduledMs: undefined,
  startMs: undefined,
  endMs: undefined,
  realEndMs: undefined,
  jobTdate: 0,
  volSessionId: 0,
  volSessionTime: 0,
  files: 0,
  bytes: 0,
  readBytes: 0,
  errors: 0,
  missingFiles: 0,
  priorJobId: 0,
  purgedFiles: false,
  comment: '',
}

const NEW_VOLUME: VolumeRow = {
  mediaId: 0,
  name: '',
  poolId: 0,
  pool: '',
  poolType: 'Backup',
  status: 'Append',
  mediaType: '',
  enabledNumber: 1,
  enabled: true,
  recycle: true,
  actionOnPurge: 0,
  slot: 0,
  inChanger: false,
  storageId: 0,
  storage: '',
  deviceId: 0,
  bytes: 0,
  jobs: 0,
  files: 0,
  blocks: 0,
  mounts: 0,
  errors: 0,
  writes: 0,
  capacityBytes: 0,
  maxBytes: 0,
  maxJobs: 0,
  maxFiles: 0,
  useDurationSeconds: 0,
  retentionSeconds: 0,
  firstWrittenMs: undefined,
  lastWrittenMs: undefined,
  labelMs: undefined,
  initialWriteMs: undefined,
  endFile: 0,
  endBlock: 0,
  recycleCount: 0,
  minimumBlockSize: 0,
  maximumBlockSize: 0,
  scratchPoolId: 0,
  recyclePoolId: 0,
  comment: '',
}

function limitsOf(pool: PoolRow): Partial<VolumeRow> {
  return {
    maxBytes: pool.maximumVolumeBytes,
    maxJobs: pool.maximumVolumeJobs,
    maxFiles: pool.maximumVolumeFiles,
    useDurationSeconds: pool.volumeUseDurationSeconds,
    retentionSeconds: pool.volumeRetentionSeconds,
    recycle: pool.recycle,
  }
}

function lineOf({ clientId, filesetId, name }: JobRow): string {
  return `${clientId} ${filesetId} ${name}`
}

function isOfLine(row: JobRow, line: BackupLine, levels: readonly string[]): boolean {
  return (
    row.type === 'B' &&
    row.name === line.name &&
    row.clientId === line.clientId &&
    row.filesetId === line.filesetId &&
    row.startMs !== undefined &&
    levels.includes(row.level)
  )
}

function isGood({ status }: JobRow): boolean {
  return status === 'T' || status === 'W'
}

function isBad({ status }: JobRow): boolean {
  return status === 'E' || status === 'f' || status === 'A' || status === 'I'
}

function newest(rows: readonly JobRow[]): JobRow | undefined {
  const [first] = [...rows].sort((a, b) => (b.startMs ?? 0) - (a.startMs ?? 0) || b.jobId - a.jobId)
  return copyOf(first)
}

function fits(row: JobRow, { name, sinceMs }: JobFilter): boolean {
  if (name !== undefined && row.name !== name) return false
  return sinceMs === undefined || (row.startMs ?? row.scheduledMs ?? 0) >= sinceMs
}

function copyOf<Row extends object>(row: Row | undefined): Row | undefined {
  return row === undefined ? undefined : { ...row }
}

/** A null is "never" in a change, and undefined in a row. */
function nullsGone(change: object): object {
  return Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]: [string, unknown]) => [key, value ?? undefined]),
  )
}

// Jobs with their files, put into a Catalog the way the Director does it.
import { FILE_TYPE, type JobLevelLetter } from '@coffer/core'
import type { AttributeCommit } from '../../services/director/src/catalog/attributes.ts'
import type { Catalog } from '../../services/director/src/catalog/catalog.ts'
import type { PoolSettings } from '../../services/director/src/catalog/pools.ts'
import { chunkOf, type TestFile } from './records.ts'

export const T0 = Date.UTC(2026, 10, 21, 2, 0, 0)

export function poolNamed(name: string, change: Partial<PoolSettings> = {}): PoolSettings {
  return {
    name,
    poolType: 'Backup',
    labelFormat: `${name}-`,
    maximumVolumes: 0,
    maximumVolumeJobs: 0,
    maximumVolumeFiles: 0,
    maximumVolumeBytes: 0,
    volumeUseDurationSeconds: 0,
    volumeRetentionSeconds: 31_536_000,
    autoPrune: true,
    recycle: true,
    actionOnPurge: 0,
    catalogFiles: true,
    minimumBlockSize: 0,
    maximumBlockSize: 0,
    ...change,
  }
}

export function clientNamed(name: string) {
  return {
    name,
    autoPrune: false,
    fileRetentionSeconds: 5_184_000,
    jobRetentionSeconds: 15_552_000,
  }
}

export interface TestBackup {
  readonly name?: string
  readonly level?: JobLevelLetter
  readonly client?: string
  readonly fileset?: string
  readonly status?: 'T' | 'W' | 'E' | 'f' | 'A'
  /** Minutes after T0. */
  readonly minute?: number
  readonly files?: readonly TestFile[]
  /** Names that an accurate backup found gone. */
  readonly deleted?: readonly string[]
  readonly volume?: string
}

let unique = 0

const DEFAULTS = {
  name: 'nightly',
  level: 'F',
  client: 'host-fd',
  fileset: 'Everything',
  status: 'T',
  minute: 0,
  files: [],
  deleted: [],
  volume: 'Full-0001',
} as const satisfies TestBackup

/** Runs a whole backup into the Catalog; returns its JobId. */
export async function addBackup(catalog: Catalog, given: TestBackup): Promise<number> {
  const backup = { ...DEFAULTS, ...given }
  const { name, level, files, volume, status } = backup
  const startMs = T0 + backup.minute * 60_000
  const jobId = await catalog.jobs.create({
    job: `${name}.${++unique}`,
    name,
    type: 'B',
    level,
    scheduledMs: startMs,
    ...(await resourcesOf(catalog, backup)),
  })
  await catalog.jobs.update(jobId, { status: 'R', startMs })
  const gone = backup.deleted.map((path, at) => ({
    index: files.length + at + 1,
    path,
    type: FILE_TYPE.deleted,
  }))
  const session = await catalog.attributes.session(jobId)
  await session.add(chunkOf([...files, ...gone]))
  await session.commit(commitOf({ files: files.length, volume }))
  await session.end()
  await catalog.jobs.end(jobId, {
    status,
    endMs: startMs + 4_000,
    files: files.length,
    bytes: files.length * 1000,
    errors: 0,
  })
  return jobId
}

async function resourcesOf(
  catalog: Catalog,
  { client, fileset, volume }: { client: string; fileset: string; volume: string },
): Promise<{ clientId: number; filesetId: number; poolId: number }> {
  const [clientRow] = await catalog.clients.sync([clientNamed(client)])
  const content = { name: fileset, md5: 'm', text: 'FileSet {}' }
  const { filesetId } = await catalog.filesets.ensure(content, T0)
  const [pool] = await catalog.pools.sync([poolNamed('Full')])
  if (clientRow === undefined || pool === undefined) throw new Error('sync made no row')
  const { poolId } = pool
  if ((await catalog.media.find(volume)) === undefined) {
    await catalog.media.create({ name: volume, poolId, mediaType: 'File' })
  }
  return { clientId: clientRow.clientId, filesetId, poolId }
}

/** A commit of one range of one Volume. */
export function commitOf(change: {
  readonly number?: number
  readonly files: number
  readonly volume: string
  readonly from?: number
  readonly to?: number
}): AttributeCommit {
  const { number = 1, files, volume, from = 203, to = 3_502_268 } = change
  return {
    number,
    files,
    bytes: files * 1000,
    jobMedia: [
      {
        volume,
        firstIndex: 1,
        lastIndex: files,
        startFile: 0,
        endFile: 0,
        startBlock: from,
        endBlock: to,
        bytes: to - from + 1,
      },
    ],
    volumes: [
      {
        name: volume,
        bytes: to + 1,
        files: 0,
        blocks: 56,
        mounts: 1,
        errors: 0,
        writes: 56,
        endFile: 0,
        endBlock: to,
        firstWrittenMs: T0,
        lastWrittenMs: T0 + 3000,
      },
    ],
  }
}

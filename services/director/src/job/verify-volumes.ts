// Levels VolumeToCatalog and Data: storage reads a Job from its Volumes, and what it finds is compared with the Catalog.
import { CofferError, JOB_LEVELS, jobLevelText } from '@coffer/core'
import type { JobRow } from '../catalog/jobs.ts'
import type { MediaSpan } from '../restore/plan.ts'
import type { ActiveJob } from './active-job.ts'
import { connectStorage } from './connect.ts'
import type { JobPorts } from './ports.ts'
import { readVolumes } from './verify-session.ts'
import { VolumeComparison } from './volume-comparison.ts'
import { wholeSessions, type WholeSession } from './whole-session.ts'

/** Throws `verify-nothing` when no Volume holds the Job, `stored-file-damaged` when Data finds something. */
export async function verifyVolumes(
  job: ActiveJob,
  verified: JobRow,
  ports: JobPorts,
): Promise<void> {
  const spans = await ports.catalog.restore.jobMedia([verified.jobId])
  const sessions = sessionsOf(job, verified, spans)
  job.facts.filesExpected = verified.files
  const comparison = new VolumeComparison({
    known: ports.catalog.files.ofJob(verified.jobId),
    isPruned: verified.purgedFiles,
    say: (text) => sayDifference(job, text),
    volumesOf: (fileIndex) => {
      const within = spans.filter((span) => isWithin(fileIndex, span))
      return [...new Set(within.map(({ volume }) => volume))]
    },
  })
  try {
    for (const session of sessions) {
      job.facts.storage = { name: session.storage, source: 'verified Job' }
      const storage = await connectStorage(job, ports)
      await readVolumes({
        job,
        ports,
        storage,
        session,
        digests: await digestNames(verified, ports),
        onAttributes: (records) => comparison.take(records),
      })
    }
    await comparison.end()
  } finally {
    await comparison.close()
  }
  job.facts.differences = comparison.differences
  judge(job)
}

function isWithin(fileIndex: number, { firstIndex, lastIndex }: MediaSpan): boolean {
  return fileIndex >= firstIndex && fileIndex <= lastIndex
}

/** At level Data a difference is no news but a loss. */
async function sayDifference(job: ActiveJob, text: string): Promise<void> {
  if (job.level !== JOB_LEVELS.data.letter) await job.log.info(text)
  else await job.log.write('error', text, 'stored-file-damaged')
}

function sessionsOf(
  job: ActiveJob,
  verified: JobRow,
  spans: readonly MediaSpan[],
): readonly WholeSession[] {
  const sessions = wholeSessions(spans, job.facts.storage.name)
  if (sessions.length > 0 || verified.files === 0) return sessions
  throw new CofferError(
    'verify-nothing',
    `the Catalog knows no Volume that holds JobId ${verified.jobId}`,
  )
}

const NAMES: ReadonlyMap<number, readonly string[]> = new Map([
  [16, ['MD5', 'XXH128']],
  [20, ['SHA1']],
  [32, ['SHA256']],
  [64, ['SHA512']],
])

/** Digests that files of the Job may have; all when their rows are pruned. A digest stands behind the content. */
async function digestNames(verified: JobRow, { catalog }: JobPorts): Promise<readonly string[]> {
  if (verified.purgedFiles) return [...NAMES.values()].flat()
  const lengths = await catalog.files.digestLengths(verified.jobId)
  return lengths.flatMap((length) => NAMES.get(Math.floor((length * 3) / 4)) ?? [])
}

function judge(job: ActiveJob): void {
  if (job.level !== JOB_LEVELS.data.letter) return
  const damaged = job.facts.differences + (job.facts.storageEnd?.errors ?? 0)
  if (damaged === 0) return
  throw new CofferError(
    'stored-file-damaged',
    `${jobLevelText(job.level)}: JobId ${job.facts.verified?.jobId ?? 0} cannot be restored whole`,
  )
}

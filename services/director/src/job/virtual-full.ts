// The steps of a virtual Full: a chain of backups becomes one Job, out of Volumes alone, without the Client.
import { CofferError, type NumberRange, volumesOf } from '@coffer/core'
import type { JobRow } from '../catalog/jobs.ts'
import { planRestore, Selection } from '../restore/plan.ts'
import type { ActiveJob } from './active-job.ts'
import { jobRef } from './connect.ts'
import { isGoodEnd } from './pair.ts'
import type { JobPorts } from './ports.ts'
import { missing } from './request.ts'
import { runTransfer } from './transfer.ts'
import { nextPlaceOf, piecesOf, readPlace } from './transfer-place.ts'

/** Runs to both ends. The chain is as it was until everything of it has arrived. */
export async function runVirtualFull(job: ActiveJob, ports: JobPorts): Promise<void> {
  await job.log.info(`Start Virtual Backup JobId ${job.jobId}, Job=${job.job}`)
  const chain = await findChain(job, ports)
  const [first] = chain
  if (first === undefined) {
    throw new CofferError('chain-incomplete', 'there is no backup to make a virtual Full of')
  }
  await job.log.info(`Consolidating JobIds ${idsText(chain)}`)
  await settlePlace(job, ports)
  const { selection, bootstrap } = await planChain(job, ports, chain)
  await runTransfer(job, ports, {
    pieces: piecesOf(job.config, bootstrap),
    target: { ...jobRef(job), level: first.level, jobId: job.jobId },
    isMerge: true,
    volumes: volumesOf(bootstrap),
  })
  await checkWhole(job, selection)
  await takeOver(job, ports, chain)
}

/** The Jobs that were named, or the chain of the line; all of them whole in the Catalog. */
async function findChain(job: ActiveJob, { catalog }: JobPorts): Promise<readonly JobRow[]> {
  const { jobIds, client, fileset, jobName } = job.request
  const chain =
    jobIds === undefined
      ? await catalog.restore.chain({ client, fileset, jobName })
      : await catalog.restore.orderChain(jobIds)
  const known = new Set(chain.map(({ jobId }) => jobId))
  const lost = jobIds?.filter((jobId) => !known.has(jobId)) ?? []
  if (lost.length > 0) {
    throw new CofferError('chain-incomplete', `JobId ${lost.join(',')} is not in the Catalog`)
  }
  const bad = chain.find((row) => row.type !== 'B' || !/^[TW]$/.test(row.status))
  if (bad !== undefined) {
    throw new CofferError('chain-incomplete', `JobId ${bad.jobId} is no good backup`)
  }
  const purged = chain.find((row) => row.purgedFiles)
  if (purged !== undefined) {
    const text = `the Catalog has no file records of JobId ${purged.jobId} any more`
    throw new CofferError('chain-incomplete', text)
  }
  return chain
}

/** The Pool of the Job says where it goes: what is read may lie in several. */
async function settlePlace(job: ActiveJob, { catalog }: JobPorts): Promise<void> {
  const { virtualFull: ofVirtualFull, base } = job.request.pools
  const nextPool = job.request.nextPool ?? ofVirtualFull?.name
  const place = nextPlaceOf(job, base.name, job.facts.storage.name, nextPool)
  const source = nextPool === ofVirtualFull?.name ? ofVirtualFull : undefined
  job.facts.pool = source ?? place.pool
  job.facts.storage = place.storage
  const row = await catalog.pools.find(place.pool.name)
  if (row === undefined) throw missing('Pool', place.pool.name)
  await catalog.jobs.update(job.jobId, { poolId: row.poolId })
}

/** The newest version of everything, deletions left out. */
async function planChain(job: ActiveJob, { catalog }: JobPorts, chain: readonly JobRow[]) {
  const jobIds = chain.map(({ jobId }) => jobId)
  const selection = new Selection()
  const rootPathId = await catalog.files.rootPathId()
  for await (const batch of catalog.files.walkIndexes(jobIds, rootPathId)) {
    for (const file of batch) selection.add(file)
  }
  const spans = await catalog.restore.jobMedia(jobIds)
  const place = readPlace(job.config, job.facts.storage.name)
  const { bootstrap } = planRestore(selection, spans, place)
  const covered = new Map<number, NumberRange[]>()
  for (const { jobId, firstIndex, lastIndex } of spans) {
    covered.set(jobId, [...(covered.get(jobId) ?? []), { from: firstIndex, to: lastIndex }])
  }
  for (const jobId of selection.jobIds) {
    if (covered.has(jobId)) continue
    throw new CofferError('chain-incomplete', `no Volume holds the data of JobId ${jobId} any more`)
  }
  return { selection, bootstrap }
}

async function checkWhole(job: ActiveJob, selection: Selection): Promise<void> {
  const { readEnd, storageEnd, failures, committedFiles } = job.facts
  const isWhole = isGoodEnd(readEnd) && isGoodEnd(storageEnd)
  if (!isWhole) {
    const text = 'not everything could be read and written: see the lines above'
    throw failures[0] ?? job.signal.reason ?? new CofferError('transfer-incomplete', text)
  }
  if (committedFiles >= selection.files) return
  const text = `${committedFiles} of ${selection.files} files arrived`
  throw new CofferError('transfer-incomplete', text)
}

/** The Job takes its place in the order of backups; run by Consolidate, it takes the place of what it was made of. */
async function takeOver(
  job: ActiveJob,
  { catalog, desk }: JobPorts,
  chain: readonly JobRow[],
): Promise<void> {
  const merged = { jobId: job.jobId, chain }
  const [first] = chain
  // Below a Full that stays apart, files that were deleted must stay deleted.
  if (first?.level !== 'F') await catalog.copies.keepDeletions(merged)
  await catalog.copies.adopt(merged)
  job.facts.adoptedLevel = first?.level
  await job.log.info(
    `Joblevel was set to joblevel of first consolidated job: ${first?.level === 'F' ? 'Full' : 'Incremental'}`,
  )
  if (job.request.consolidates !== true) return
  const jobIds = chain.map(({ jobId }) => jobId)
  await catalog.purge.deleteJobs(jobIds)
  desk.wake()
  await job.log.info(
    `purged JobIds ${jobIds.join(',')} as they were consolidated into Job ${job.jobId}`,
  )
}

function idsText(chain: readonly JobRow[]): string {
  return chain.map(({ jobId }) => jobId).join(',')
}

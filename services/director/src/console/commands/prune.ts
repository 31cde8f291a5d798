// The commands `prune` and `purge`: Jobs and files leave the Catalog, Volumes become free.
import { CofferError, formatDuration } from '@coffer/core'
import type { VolumeRow } from '../../catalog/media.ts'
import { findArgument, findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext } from '../context.ts'
import { parseJobIds } from '../list-filter.ts'
import { selectVolume } from './update-volume.ts'

export const pruneCommand: Command = async (context) => {
  const { line } = context
  if (!hasKeyword(line, 'volume')) {
    throw new CofferError(
      'console-not-yet',
      'only "prune volume" is part of Coffer yet: the retention of Volumes decides',
    )
  }
  await announceCatalog(context, 'work')
  for (const volume of await volumesToPrune(context)) await pruneVolume(context, volume)
}

async function volumesToPrune(context: CommandContext): Promise<VolumeRow[]> {
  const { line, director, rights } = context
  const name = findArgument(line, 'volume')?.value
  const pool = findValue(line, 'pool')
  if (name === undefined && (hasKeyword(line, 'all') || pool !== undefined)) {
    const volumes = await director.catalog.media.list({
      statuses: ['Full', 'Used'],
      ...(pool === undefined ? {} : { pool }),
    })
    return volumes.filter((volume) => rights.allows('pool', volume.pool))
  }
  const volume = await selectVolume(context, name)
  return volume === undefined ? [] : [volume]
}

/** Deletes the Jobs on the Volume that ended before its retention began. */
async function pruneVolume(context: CommandContext, volume: VolumeRow): Promise<void> {
  const { director, out } = context
  const { name } = volume
  if (volume.status !== 'Full' && volume.status !== 'Used') {
    await out.text(
      `Pruning volume ${name}: cannot prune as Volstatus is ${volume.status} but needs to be Full or Used.\n`,
    )
    return
  }
  await out.text(
    `The current Volume (${name}) retention period is: ${formatDuration(volume.retentionSeconds)} \n`,
  )
  const jobIds = await director.catalog.media.jobIds(volume.mediaId)
  const expired = await expiredJobs(context, jobIds, volume.retentionSeconds)
  await out.text(`Pruning volume ${name}: ${expired.length} Jobs have expired and can be pruned.\n`)
  if (expired.length > 0) {
    await out.text(`Purging the following ${expired.length} JobIds: ${expired.join(',')}\n`)
    await director.catalog.purge.deleteJobs(expired)
  }
  out.value('prune', { volume: name, jobids: expired.map(String) })
  if (expired.length < jobIds.length) {
    await out.text(`Volume "${name}" still contains jobs after pruning.\n`)
    return
  }
  await markPurged(context, name)
  await out.text(`Volume "${name}" contains no jobs after pruning.\n`)
}

async function expiredJobs(
  { director }: CommandContext,
  jobIds: readonly number[],
  retentionSeconds: number,
): Promise<number[]> {
  const limitMs = director.clock.nowMs() - retentionSeconds * 1000
  const rows = await director.catalog.jobs.list({ jobIds })
  return rows
    .filter(({ jobId }) => director.jobs.find(jobId) === undefined)
    .filter(({ endMs, scheduledMs }) => (endMs ?? scheduledMs ?? Infinity) < limitMs)
    .map(({ jobId }) => jobId)
}

async function markPurged({ director, out }: CommandContext, name: string): Promise<void> {
  await out.text(`There are no more Jobs associated with Volume "${name}". Marking it purged.\n`)
  await director.catalog.media.update(name, { status: 'Purged' })
}

const WARNING = `
This command can be DANGEROUS!!!

It purges (deletes) all Files from a Job,
JobId, Client or Volume; or it purges (deletes)
all Jobs from a Client or Volume without regard
to retention periods. Normally you should use the
PRUNE command, which respects retention periods.
This command requires full access to all resources.
`

export const purgeCommand: Command = async (context) => {
  const { line, out, rights } = context
  await announceCatalog(context, 'work')
  await out.text(WARNING)
  if (!rights.isUnrestricted) {
    throw new CofferError('console-denied', 'purge requires full access to all resources')
  }
  const what = line.args.find(({ keyword }) => ['files', 'jobs', 'volume'].includes(keyword))
  switch (what?.keyword) {
    case 'files':
      return purgeFiles(context)
    case 'jobs':
      return purgeJobs(context)
    case 'volume':
      return purgeVolume(context, what.value)
    default:
      throw new CofferError('console-usage', 'purge takes files, jobs or volume')
  }
}

async function purgeVolume(context: CommandContext, given: string | undefined): Promise<void> {
  const volume = await selectVolume(context, given)
  if (volume === undefined) return
  const { director, out } = context
  const purged = await director.catalog.purge.purgeVolume(volume.name)
  await out.text(
    purged.length === 0
      ? `No Jobs found for media ${volume.name} to purge from catalog.\n`
      : `${purged.length} Jobs on Volume "${volume.name}" purged from catalog.\n`,
  )
  await markPurged(context, volume.name)
  out.value('purge', { volume: volume.name, jobids: purged.map(String) })
  await out.text('\n')
}

async function purgeJobs(context: CommandContext): Promise<void> {
  const { director, line, out } = context
  const client = findValue(line, 'client')
  if (client === undefined) return purgeVolume(context, findValue(line, 'volume'))
  await out.text(`Begin purging jobs from Client "${client}"\n`)
  const jobIds = await idleJobs(context, client)
  const { name } = director.catalog
  await out.text(`Found ${jobIds.length} Jobs for client "${client}" in catalog "${name}".\n`)
  await director.catalog.purge.deleteJobs(jobIds)
  out.value('purge', { client, jobids: jobIds.map(String) })
  await out.text(`${jobIds.length} Jobs on client "${client}" purged from catalog.\n`)
}

async function purgeFiles(context: CommandContext): Promise<void> {
  const { director, line, out } = context
  const client = findValue(line, 'client')
  const text = findValue(line, 'jobid')
  if (client === undefined && text === undefined) {
    throw new CofferError('console-usage', 'purge files takes jobid= or client=')
  }
  const jobIds = text === undefined ? await idleJobs(context, client ?? '') : parseJobIds(text)
  const count = await director.catalog.purge.purgeFiles(jobIds)
  out.value('purge', { jobids: jobIds.map(String), files: count })
  await out.text(`Files of ${count} Jobs purged from catalog.\n`)
}

async function idleJobs({ director }: CommandContext, client: string): Promise<number[]> {
  const rows = await director.catalog.jobs.list({ client })
  return rows.map(({ jobId }) => jobId).filter((jobId) => director.jobs.find(jobId) === undefined)
}

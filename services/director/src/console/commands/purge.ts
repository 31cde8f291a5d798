// The command `purge`: Jobs, files and Volumes leave the Catalog whatever their retention.
import { CofferError } from '@coffer/core'
import type { JobFilter } from '../../catalog/jobs.ts'
import type { VolumeRow } from '../../catalog/media.ts'
import { orphansOf, orphanText, purgeVolume } from '../../pool/pruning.ts'
import { storageOfVolume, TRUNCATE_ON_PURGE } from '../../pool/truncation.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, choose, type Command, type CommandContext } from '../context.ts'
import { parseJobIds } from '../list-filter.ts'
import { selectResource } from '../resources.ts'
import { announcePurged, truncate } from './purged-volume.ts'
import { selectVolume } from './update-volume.ts'

const WARNING = `
This command can be DANGEROUS!!!

It purges (deletes) all Files from a Job,
JobId, Client or Volume; or it purges (deletes)
all Jobs from a Client or Volume without regard
to retention periods. Normally you should use the
PRUNE command, which respects retention periods.
This command requires full access to all resources.
`

const KINDS = ['files', 'jobs', 'volume'] as const

export const purgeCommand: Command = async (context) => {
  const { line, out, rights } = context
  await announceCatalog(context, 'work')
  await out.text(WARNING)
  if (!rights.isUnrestricted) {
    throw new CofferError('console-denied', 'purge requires full access to all resources')
  }
  const what = line.args.find(({ keyword }) => KINDS.some((kind) => kind === keyword))
  switch (what?.keyword ?? (await askKind(context))) {
    case 'files':
      return purgeFiles(context)
    case 'jobs':
      return purgeJobs(context)
    default:
      return purgeOneVolume(context, what?.value)
  }
}

async function askKind(context: CommandContext): Promise<(typeof KINDS)[number]> {
  const items = ['Files', 'Jobs', 'Volume']
  const index = await choose(context, { question: 'Choose item to purge', items })
  return KINDS[index] ?? 'volume'
}

async function purgeOneVolume(context: CommandContext, given: string | undefined): Promise<void> {
  const volume = await selectVolume(context, given)
  if (volume === undefined) return
  const { director, out } = context
  const purged = await purgeVolume(director.catalog, volume)
  const { jobIds, orphans } = purged
  await out.text(
    jobIds.length === 0
      ? `No Jobs found for media ${volume.name} to purge from catalog.\n`
      : `${jobIds.length} Jobs on Volume "${volume.name}" purged from catalog.\n`,
  )
  await warnOfOrphans(context, orphans)
  out.value('purge', { volume: volume.name, jobids: jobIds.map(String) })
  await announcePurged(context, purged.volume)
  await truncateAsAsked(context, purged.volume)
  await out.text('\n')
}

/** `action=truncate` on the line empties it also where its Pool does not say so. */
async function truncateAsAsked(context: CommandContext, volume: VolumeRow): Promise<void> {
  const action = findValue(context.line, 'action')?.toLowerCase()
  if (action !== 'truncate' || volume.actionOnPurge === TRUNCATE_ON_PURGE) return
  const storage = findValue(context.line, 'storage') ?? storageOfVolume(context.config, volume)
  if (storage !== undefined) await truncate(context, storage, volume.name)
}

async function purgeJobs(context: CommandContext): Promise<void> {
  const { director, line, out } = context
  const volume = findValue(line, 'volume')
  if (volume !== undefined) return purgeOneVolume(context, volume)
  const jobStatus = findValue(line, 'jobstatus')
  const wish = await wishedJobs(context)
  if (wish === undefined) return
  await out.text(`Begin purging jobs from ${wish.place}\n`)
  const jobIds = await idleJobs(context, wish.filter, jobStatus)
  const { name } = director.catalog
  await out.text(`Found ${jobIds.length} Jobs for ${wish.short} in catalog "${name}".\n`)
  await warnOfOrphans(context, await orphansOf(director.catalog, jobIds))
  await director.catalog.purge.deleteJobs(jobIds)
  out.value('purge', { ...wish.value, jobids: jobIds.map(String) })
  await out.text(`${jobIds.length} Jobs on ${wish.short} purged from catalog.\n`)
}

interface WishedJobs {
  readonly filter: JobFilter
  /** `Client "c"` */
  readonly place: string
  /** `client "c"` */
  readonly short: string
  readonly value: Readonly<Record<string, string>>
}

/** Jobs of the Client or Pool that the line names, or of the Client that is chosen. */
async function wishedJobs(context: CommandContext): Promise<WishedJobs | undefined> {
  const pool = findValue(context.line, 'pool')
  if (pool !== undefined) {
    const place = `Pool "${pool}"`
    return { filter: { pool }, place, short: place, value: { pool } }
  }
  // A Client that has left the configuration may be named, not chosen.
  const client = findValue(context.line, 'client') ?? (await selectResource(context, 'client'))
  if (client === undefined) return undefined
  const filter = { client }
  return { filter, place: `Client "${client}"`, short: `client "${client}"`, value: { client } }
}

async function purgeFiles(context: CommandContext): Promise<void> {
  const { director, line, out } = context
  const jobIds = await jobsOfFiles(context)
  await warnOfOrphans(context, await orphansOf(director.catalog, jobIds))
  const count = await director.catalog.purge.purgeFiles(jobIds)
  out.value('purge', { jobids: jobIds.map(String), files: count })
  const client = findValue(line, 'client')
  const place = client === undefined ? '' : ` for client "${client}"`
  await out.text(`Files of ${count} Jobs${place} purged from catalog.\n`)
}

async function jobsOfFiles(context: CommandContext): Promise<readonly number[]> {
  const { line } = context
  const jobIds = findValue(line, 'jobid')
  if (jobIds !== undefined) return parseJobIds(jobIds)
  const name = findValue(line, 'job')
  if (name !== undefined) return idleJobs(context, { name })
  const volume = findValue(line, 'volume')
  if (volume !== undefined) return idleJobs(context, { volume })
  if (hasKeyword(line, 'client'))
    return idleJobs(context, { client: findValue(line, 'client') ?? '' })
  throw new CofferError('console-usage', 'purge files takes jobid=, job=, client= or volume=')
}

async function idleJobs(
  { director }: CommandContext,
  filter: JobFilter,
  status?: string,
): Promise<number[]> {
  const rows = await director.catalog.jobs.list(filter)
  return rows
    .filter((row) => status === undefined || row.status === status)
    .map(({ jobId }) => jobId)
    .filter((jobId) => director.jobs.find(jobId) === undefined)
}

async function warnOfOrphans({ out }: CommandContext, orphans: readonly number[]): Promise<void> {
  if (orphans.length > 0) await out.warning(orphanText(orphans))
}

// The command `prune`: what has outlived its retention leaves the Catalog, and Volumes become free.
import { CofferError, formatDuration } from '@coffer/core'
import type { VolumeRow } from '../../catalog/media.ts'
import { pruneRecords, pruneVolume, verdictText } from '../../pool/pruning.ts'
import { recordRetention } from '../../pool/record-retention.ts'
import { findExpiry, isPrunableStatus } from '../../pool/volume-state.ts'
import { findArgument, findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, choose, type Command, type CommandContext, confirm } from '../context.ts'
import { selectResource } from '../resources.ts'
import { pruneStatistics } from './prune-statistics.ts'
import { announcePurged } from './purged-volume.ts'
import { selectVolume } from './update-volume.ts'

const KINDS = ['files', 'jobs', 'volume'] as const

export const pruneCommand: Command = async (context) => {
  const { line } = context
  await announceCatalog(context, 'work')
  if (hasKeyword(line, 'stats')) return pruneStatistics(context)
  const kind = KINDS.find((each) => hasKeyword(line, each)) ?? (await askKind(context))
  if (kind === 'volume') return pruneVolumes(context)
  return pruneClient(context, kind)
}

async function askKind(context: CommandContext): Promise<(typeof KINDS)[number]> {
  const items = ['Files', 'Jobs', 'Volume']
  const index = await choose(context, { question: 'Choose item to prune', items })
  return KINDS[index] ?? 'volume'
}

async function pruneClient(context: CommandContext, what: 'files' | 'jobs'): Promise<void> {
  const { line, director, config, out } = context
  const client = await selectResource(context, 'client', findValue(line, 'client'))
  if (client === undefined) return
  const given = findValue(line, 'pool')
  const pool = given === undefined ? undefined : await selectResource(context, 'pool', given)
  if (given !== undefined && pool === undefined) return
  const retentionSeconds = recordRetention(config, what, { client, pool })
  if (retentionSeconds === undefined) {
    throw new CofferError('console-usage', `Client "${client}" has no retention of ${what}`)
  }
  const period = formatDuration(retentionSeconds)
  const word = what === 'jobs' ? 'Job' : 'File'
  await out.text(`The current ${word} retention period is: ${period} \n`)
  if (!(await confirm(context, 'Continue? (yes/no): '))) return
  const { catalog, clock } = director
  await out.text(`Begin pruning ${word}s older than ${period}.\n`)
  const rule = { what, retentionSeconds, ...(await idsOf(catalog, client, pool)) }
  const jobIds = await pruneRecords(catalog, rule, clock.nowMs())
  out.value('prune', { client, jobids: jobIds.map(String) })
  await out.text(prunedText(what, jobIds.length, client))
}

async function idsOf(
  { clients, pools }: CommandContext['director']['catalog'],
  client: string,
  pool: string | undefined,
): Promise<{ readonly clientId: number; readonly poolId?: number }> {
  const row = pool === undefined ? undefined : await pools.find(pool)
  const { clientId = 0 } = (await clients.find(client)) ?? {}
  return { clientId, ...(row === undefined ? {} : { poolId: row.poolId }) }
}

function prunedText(what: 'files' | 'jobs', count: number, client: string): string {
  if (count === 0)
    return what === 'jobs' ? 'No Jobs found to prune.\n' : 'No Files found to prune.\n'
  return what === 'jobs'
    ? `Pruned ${count} Jobs for client ${client} from catalog.\n`
    : `Pruned Files from ${count} Jobs for client ${client} from catalog.\n`
}

async function pruneVolumes(context: CommandContext): Promise<void> {
  for (const volume of await volumesToPrune(context)) {
    await context.out.text(
      `The current Volume (${volume.name}) retention period is: ${formatDuration(volume.retentionSeconds)} \n`,
    )
    if (await confirm(context, 'Continue? (yes/no): ')) await prune(context, volume)
  }
}

async function volumesToPrune(context: CommandContext): Promise<VolumeRow[]> {
  const { line, director, rights } = context
  const name = findArgument(line, 'volume')?.value
  const pool = findValue(line, 'pool')
  if (name === undefined && (hasKeyword(line, 'all') || pool !== undefined)) {
    const volumes = await director.catalog.media.list(pool === undefined ? {} : { pool })
    const nowMs = director.clock.nowMs()
    return volumes.filter(
      (volume) =>
        rights.allows('pool', volume.pool) &&
        volume.enabledNumber !== ARCHIVED &&
        (isPrunableStatus(volume.status) || isSpent(volume, nowMs)),
    )
  }
  const volume = await selectVolume(context, name)
  return volume === undefined ? [] : [volume]
}

const ARCHIVED = 2

/** Appendable by its status, and yet at its limit: the next Job would mark it. */
function isSpent(volume: VolumeRow, nowMs: number): boolean {
  return volume.status === 'Append' && findExpiry(volume, nowMs) !== undefined
}

async function prune(context: CommandContext, given: VolumeRow): Promise<void> {
  const { director, out } = context
  const { name } = given
  const nowMs = director.clock.nowMs()
  const volume = await markSpent(context, given, nowMs)
  if (!isPrunableStatus(volume.status)) {
    await out.text(
      `Pruning volume ${name}: cannot prune as Volstatus is ${volume.status} but needs to be Full or Used.\n`,
    )
    return
  }
  const { expired, kept, purged } = await pruneVolume(director.catalog, volume, nowMs)
  await out.text(`Pruning volume ${name}: ${expired.length} Jobs have expired and can be pruned.\n`)
  if (expired.length > 0) {
    await out.text(`Purging the following ${expired.length} JobIds: ${expired.join(',')}\n`)
  }
  out.value('prune', { volume: name, jobids: expired.map(String) })
  if (purged !== undefined) {
    await announcePurged(context, purged)
    await out.text(`Volume "${name}" contains no jobs after pruning.\n`)
    return
  }
  await out.text(`Volume "${name}" still contains jobs after pruning.\n`)
  const needed = kept.find(({ verdict }) => verdict.kind === 'needed')
  if (needed === undefined) return
  await out.text(`JobId ${needed.jobId} ${verdictText(needed.verdict)}.\n`)
}

async function markSpent(
  { director, out }: CommandContext,
  volume: VolumeRow,
  nowMs: number,
): Promise<VolumeRow> {
  const expiry = volume.status === 'Append' ? findExpiry(volume, nowMs) : undefined
  if (expiry === undefined) return volume
  await out.text(`${expiry.text}\n`)
  const marked = await director.catalog.media.update(volume.name, { status: expiry.status })
  return marked ?? volume
}

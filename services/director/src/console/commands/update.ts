// The command `update`: Volumes, Pools and Jobs in the Catalog.
import { dropUndefined } from '../../catalog/defined.ts'
import { CofferError, JOB_TYPES, type JobTypeLetter } from '@coffer/core'
import { type CommandLine, findValue, hasKeyword } from '../command-line.ts'
import {
  announceCatalog,
  choose,
  type Command,
  type CommandContext,
  findNumber,
} from '../context.ts'
import { parseDateInput } from '../date-input.ts'
import { parseJobIds, parseLetters } from '../list-filter.ts'
import { selectResource } from '../resources.ts'
import type { JobChange } from '../../catalog/jobs.ts'
import { updateSlots } from './slots.ts'
import { updatePoolFromResource } from './update-pool.ts'
import { updateVolume } from './update-volume.ts'

const CHOICES = [
  'Volume parameters',
  'Pool from resource',
  'Slots from autochanger',
  'Long term statistics',
] as const

export const updateCommand: Command = async (context) => {
  const { line } = context
  await announceCatalog(context, 'work')
  if (hasKeyword(line, 'volume', 'media', 'allfrompool', 'allfrompools')) {
    return updateVolume(context)
  }
  if (hasKeyword(line, 'pool')) return updatePool(context)
  if (hasKeyword(line, 'jobid')) return updateJob(context)
  if (hasKeyword(line, 'slots')) return updateSlots(context)
  if (hasKeyword(line, 'stats')) return updateStatistics(context)
  const index = await choose(context, {
    heading: 'Update choice:',
    question: 'Choose catalog item to update',
    items: CHOICES,
  })
  switch (CHOICES[index]) {
    case 'Volume parameters':
      return updateVolume(context)
    case 'Pool from resource':
      return updatePool(context)
    case 'Long term statistics':
      return updateStatistics(context)
    default:
      return updateSlots(context)
  }
}

const DAY_MS = 86_400_000

/** Keeps the Jobs that ended at least `days=` ago for statistics. */
async function updateStatistics(context: CommandContext): Promise<void> {
  const { director, line, out } = context
  const beforeMs = director.clock.nowMs() - (findNumber(line, 'days') ?? 0) * DAY_MS
  const count = await director.catalog.statistics.update(beforeMs)
  out.value('update', { stats: count })
  await out.text(`Updating ${count} job record(s).\n`)
}

async function updatePool(context: CommandContext): Promise<void> {
  const pool = await selectResource(context, 'pool', findValue(context.line, 'pool'))
  if (pool !== undefined) await updatePoolFromResource(context, pool)
}

async function updateJob(context: CommandContext): Promise<void> {
  const { director, line, out } = context
  const change = await jobChange(context)
  if (Object.keys(change).length === 0) {
    throw new CofferError('console-usage', 'update jobid: what to change is missing')
  }
  for (const jobId of parseJobIds(findValue(line, 'jobid') ?? '')) {
    const job = await director.catalog.jobs.find(jobId)
    if (job === undefined || !context.rights.allows('job', job.name)) {
      await out.error(`JobId ${jobId} not found in catalog.`)
      continue
    }
    await director.catalog.jobs.update(jobId, change)
    await out.text(`Job ${jobId} updated.\n`)
  }
}

async function jobChange(context: CommandContext): Promise<JobChange> {
  const { director, line } = context
  const client = findValue(line, 'client')
  const row = client === undefined ? undefined : await director.catalog.clients.find(client)
  if (client !== undefined && row === undefined) {
    throw new CofferError('console-usage', `Client "${client}" is not in the Catalog`)
  }
  return dropUndefined({
    name: findValue(line, 'jobname'),
    startMs: startMsOf(line),
    clientId: row?.clientId,
    filesetId: findNumber(line, 'filesetid'),
    type: typeOf(findValue(line, 'jobtype')),
  })
}

function startMsOf(line: CommandLine): number | undefined {
  const start = findValue(line, 'starttime')
  const startMs = start === undefined ? undefined : parseDateInput(start)
  if (start !== undefined && startMs === undefined) {
    throw new CofferError('console-usage', `"${start}" is no time, as in 2026-11-21 02:05:08`)
  }
  return startMs
}

function typeOf(word: string | undefined): JobTypeLetter | undefined {
  if (word === undefined) return undefined
  const [letter] = parseLetters(word, JOB_TYPES)
  return Object.values(JOB_TYPES).find((row) => row.letter === letter)?.letter
}

/** `create pool=` is `update pool=` before the Catalog has a row of it. */
export const createCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  await updatePool(context)
}

// The command `update`: Volumes, Pools and Jobs in the Catalog.
import { CofferError, JOB_TYPES } from '@coffer/core'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, choose, type Command, type CommandContext } from '../context.ts'
import { parseDateInput } from '../date-input.ts'
import { parseJobIds, parseLetters } from '../list-filter.ts'
import { selectResource } from '../resources.ts'
import type { JobChange } from '../../catalog/jobs.ts'
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
  if (hasKeyword(line, 'slots')) throw notYet('slots')
  if (hasKeyword(line, 'stats')) throw notYet('stats')
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
    default:
      throw notYet(index === 2 ? 'slots' : 'stats')
  }
}

function notYet(what: string): CofferError {
  return new CofferError('console-not-yet', `"update ${what}" is not part of Coffer yet`)
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
  const name = findValue(line, 'jobname')
  const start = findValue(line, 'starttime')
  const client = findValue(line, 'client')
  const filesetId = findValue(line, 'filesetid')
  const type = findValue(line, 'jobtype')
  const startMs = start === undefined ? undefined : parseDateInput(start)
  if (start !== undefined && startMs === undefined) {
    throw new CofferError('console-usage', `"${start}" is no time, as in 2026-11-21 02:05:08`)
  }
  const row = client === undefined ? undefined : await director.catalog.clients.find(client)
  if (client !== undefined && row === undefined) {
    throw new CofferError('console-usage', `Client "${client}" is not in the Catalog`)
  }
  const letter = type === undefined ? undefined : parseLetters(type, JOB_TYPES)[0]
  const knownType = Object.values(JOB_TYPES).find((each) => each.letter === letter)?.letter
  return {
    ...(name === undefined ? {} : { name }),
    ...(startMs === undefined ? {} : { startMs }),
    ...(row === undefined ? {} : { clientId: row.clientId }),
    ...(filesetId === undefined ? {} : { filesetId: Number(filesetId) }),
    ...(knownType === undefined ? {} : { type: knownType }),
  }
}

/** `create pool=` is `update pool=` before the Catalog has a row of it. */
export const createCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  await updatePool(context)
}

// Jobs whose files make up a state of a Client: by Client, FileSet and time, or by JobId.
import { dropUndefined } from '../catalog/defined.ts'
import { CofferError, dateTimeText } from '@coffer/core'
import type { JobRow } from '../catalog/jobs.ts'
import type { ChainVolume } from '../catalog/restore-queries.ts'
import { choose, type CommandContext } from './context.ts'
import { parseDateInput } from './date-input.ts'
import { parseJobIds } from './list-filter.ts'
import { requireResource, selectResource, sortNames } from './resources.ts'
import type { RestoreWishes } from './restore-wishes.ts'

export interface RestoreJobsChosen {
  /** Oldest first. */
  readonly jobs: readonly JobRow[]
  /** The Client whose backups they are. */
  readonly client: string
}

/** The newest chain of a Client and FileSet, chosen where the line does not name them, and shown. */
export async function selectChain(
  context: CommandContext,
  wishes: RestoreWishes,
  beforeMs: number | undefined,
): Promise<RestoreJobsChosen | undefined> {
  const { director, out } = context
  const client = await selectClient(context, wishes.client)
  if (client === undefined) return undefined
  const fileset = await selectFileset(context, client, wishes.fileset)
  if (fileset === undefined) return undefined
  const { pool, isArchive: archive } = wishes
  const query = { client, fileset, archive, ...dropUndefined({ beforeMs, pool }) }
  const jobs = await director.catalog.restore.chain(query)
  if (jobs.length === 0) {
    const atMs = beforeMs ?? director.clock.nowMs()
    await out.error(`No Full backup before ${dateTimeText(atMs)} found.`)
    return undefined
  }
  const permitted = await permittedJobs(context, jobs)
  if (permitted.length === 0) return undefined
  await showChain(context, permitted)
  return { jobs: permitted, client }
}

/** A Client of the Catalog, which may have left the configuration since. */
async function selectClient(
  context: CommandContext,
  given: string | undefined,
): Promise<string | undefined> {
  const rows = await context.director.catalog.clients.list()
  const names = rows.map(({ name }) => name).filter((name) => context.rights.allows('client', name))
  if (given !== undefined) {
    if (names.includes(given)) return given
    await requireResource(context, 'client', given)
  }
  const items = sortNames(names)
  if (items.length === 0) {
    await context.out.error('No Client is in the Catalog.')
    return undefined
  }
  return items[
    await choose(context, {
      heading: 'Defined Clients:',
      question: 'Select the Client',
      items,
      automatic: 'Client',
    })
  ]
}

async function selectFileset(
  context: CommandContext,
  client: string,
  given: string | undefined,
): Promise<string | undefined> {
  const { clients, filesets } = context.director.catalog
  const row = await clients.find(client)
  const names = row === undefined ? [] : await filesets.namesOfClient(row.clientId)
  const permitted = names.filter((name) => context.rights.allows('fileset', name))
  if (permitted.length > 0) return selectResource(context, 'fileset', given, permitted)
  await context.out.error(`No FileSet found for client "${client}".`)
  return undefined
}

async function showChain(context: CommandContext, jobs: readonly JobRow[]): Promise<void> {
  const { director, out } = context
  if (out.api === 2) return
  const chain = jobs.map(({ jobId }) => jobId)
  const rows = await director.catalog.restore.chainVolumes(chain)
  await out.table(
    'jobs',
    {
      columns: [
        { name: 'jobid', kind: 'number' },
        { name: 'level', kind: 'text' },
        { name: 'jobfiles', kind: 'number' },
        { name: 'jobbytes', kind: 'number' },
        { name: 'starttime', kind: 'text' },
        { name: 'volumename', kind: 'text' },
      ],
      rows: rows.map(chainCells),
    },
    { style: 'table' },
  )
}

function chainCells(row: ChainVolume): (string | number)[] {
  const start = row.startMs === undefined ? '' : dateTimeText(row.startMs)
  return [row.jobId, row.level, row.files, row.bytes, start, row.volume]
}

/** JobIds that were typed, as rows in the order in which the Jobs ran. Undefined when none is left. */
export async function orderJobs(
  context: CommandContext,
  jobIds: readonly number[],
  wishes: RestoreWishes,
): Promise<RestoreJobsChosen | undefined> {
  const jobs = await context.director.catalog.restore.orderChain(jobIds)
  for (const jobId of jobIds) {
    if (!jobs.some((job) => job.jobId === jobId)) {
      await context.out.error(`JobId ${jobId} not found in catalog.`)
    }
  }
  const permitted = await permittedJobs(context, jobs)
  const [first] = permitted
  if (first === undefined) {
    await context.out.error('No JobId specified cannot continue.')
    return undefined
  }
  return { jobs: permitted, client: wishes.client ?? first.client }
}

async function permittedJobs(
  { out, rights }: CommandContext,
  jobs: readonly JobRow[],
): Promise<JobRow[]> {
  const permitted: JobRow[] = []
  for (const job of jobs) {
    if (rights.allows('job', job.name) && rights.allows('client', job.client)) permitted.push(job)
    else {
      await out.error(
        `Access to JobId=${job.jobId} (Job "${job.name}") not authorized. Not selected.`,
      )
    }
  }
  return permitted
}

export async function askJobIds(
  context: CommandContext,
  wishes: RestoreWishes,
): Promise<RestoreJobsChosen | undefined> {
  const typed = await context.ask('Enter JobId(s), comma separated, to restore: ')
  return typed === '' ? undefined : orderJobs(context, parseJobIds(typed), wishes)
}

/** The state that one Job made: the Full, Differential and Incrementals that lead to it. */
export async function chainOf(
  context: CommandContext,
  wishes: RestoreWishes,
): Promise<RestoreJobsChosen | undefined> {
  const typed = await context.ask('Enter JobId to get the state to restore: ')
  if (!/^\d{1,10}$/.test(typed)) {
    throw new CofferError('console-usage', `"${typed}" is no JobId`)
  }
  const { restore } = context.director.catalog
  const jobs = await permittedJobs(context, await restore.chainOfJob(Number(typed)))
  const last = jobs.at(-1)
  if (last === undefined) {
    await context.out.error(`JobId ${typed} not found in catalog.`)
    return undefined
  }
  await context.out.text(
    `Selecting jobs to build the Full state at ${dateTimeText(last.startMs ?? last.scheduledMs ?? 0)}\n`,
  )
  await showChain(context, jobs)
  return { jobs, client: wishes.client ?? last.client }
}

export async function askDate(context: CommandContext): Promise<number> {
  await context.out.text('What was newest at the time that you enter is restored.\n\n')
  for (;;) {
    const beforeMs = parseDateInput(await context.ask('Enter date as YYYY-MM-DD HH:MM:SS :'))
    if (beforeMs !== undefined) return beforeMs
    await context.out.text('Improper date format.\n')
  }
}

export async function announceJobs(
  { out }: CommandContext,
  jobs: readonly JobRow[],
): Promise<void> {
  const word = jobs.length === 1 ? 'JobId' : 'JobIds'
  await out.text(`You have selected the following ${word}: ${jobIdsText(jobs)}\n\n`)
}

/** "19,24,25" */
export function jobIdsText(jobs: readonly JobRow[]): string {
  return jobs.map(({ jobId }) => jobId).join(',')
}

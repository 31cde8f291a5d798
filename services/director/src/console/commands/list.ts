// The commands `list` and `llist`: rows of the Catalog.
import { dropUndefined } from '../../catalog/defined.ts'
import type { ListForm, ListRow, RowRange } from '../../catalog/list-queries.ts'
import { draftRequest } from '../run-draft.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, findNumber } from '../context.ts'
import { jobFilter, jobScope, rangeFilter, sinceFilter } from '../list-filter.ts'
import { rowSetOf, rowStreamOf } from '../list-rows.ts'
import { findNextVolume } from '../next-volume.ts'
import type { RowStyle } from '../output.ts'
import { listNames } from '../resources.ts'
import { listBackups, listVolumes } from './list-volumes.ts'

type Lister = (context: CommandContext, form: ListForm) => Promise<void>

const NOTHING = 'No results to list.\n'

function makeList(form: ListForm): Command {
  return async (context) => {
    await announceCatalog(context, 'query')
    const known = context.line.args.find(({ keyword }) => LISTERS.has(keyword))
    const lister = known === undefined ? undefined : LISTERS.get(known.keyword)
    if (lister !== undefined) return lister(context, form)
    const [first] = context.line.args
    const problem =
      first === undefined ? 'list: what to list is missing' : `Unknown list keyword: ${first.text}`
    return context.out.error(problem)
  }
}

/** Prints rows in the manner of `list` or `llist`. */
async function printRows(
  context: CommandContext,
  form: ListForm,
  rows: { readonly key: string; readonly rows: readonly ListRow[]; readonly empty?: string },
): Promise<void> {
  const style: RowStyle = form === 'short' ? 'table' : 'long'
  const { key, empty = NOTHING } = rows
  await context.out.table(key, rowSetOf(rows.rows), { style, empty })
}

const listJobs: Lister = async (context, form) => {
  const { lists } = context.director.catalog
  const filter = jobFilter(context)
  if (hasKeyword(context.line, 'count')) {
    return printRows(context, form, { key: 'jobs', rows: await lists.jobCount(filter) })
  }
  // As Bareos: nothing is said about a JobId that is not there.
  const empty = filter.jobIds === undefined ? NOTHING : ''
  return printRows(context, form, { key: 'jobs', rows: await lists.jobs(form, filter), empty })
}

const listJobTotals: Lister = async (context, form) => {
  const { byJob, total } = await context.director.catalog.lists.jobTotals(jobFilter(context))
  await printRows(context, form, { key: 'jobs', rows: byJob })
  await printRows(context, form, { key: 'jobtotals', rows: [total] })
}

/** The JobId that `jobid=` or `ujobid=` name, when the console may see that Job. */
async function findJobId(context: CommandContext): Promise<number | undefined> {
  const { jobs } = context.director.catalog
  const unique = findValue(context.line, 'ujobid')
  const jobId = findNumber(context.line, 'jobid')
  const row =
    unique !== undefined
      ? await jobs.findByJob(unique)
      : jobId === undefined
        ? undefined
        : await jobs.find(jobId)
  if (row === undefined) return undefined
  const { rights } = context
  const isVisible = rights.allows('job', row.name) && rights.allows('client', row.client)
  return isVisible || row.name === '' ? row.jobId : undefined
}

async function requireJobId(context: CommandContext, form: string): Promise<number | undefined> {
  const jobId = await findJobId(context)
  if (jobId !== undefined) return jobId
  const given = findValue(context.line, 'jobid', 'ujobid')
  await context.out.error(
    given === undefined
      ? `list ${form}: jobid= is missing`
      : `JobId ${given} not found in catalog.`,
  )
  return undefined
}

const listJobLog: Lister = async (context) => {
  const jobId = await requireJobId(context, 'joblog')
  if (jobId === undefined) return
  const { lists } = context.director.catalog
  if (hasKeyword(context.line, 'count')) {
    return printRows(context, 'short', { key: 'joblog', rows: await lists.jobLogCount(jobId) })
  }
  const rows = await lists.jobLog(jobId, rowRange(context))
  await context.out.table('joblog', rowSetOf(rows), { style: 'lines', empty: NOTHING })
}

function rowRange({ line }: CommandContext): RowRange {
  const { limit, offset } = rangeFilter(line)
  return dropUndefined({ limit, offset })
}

const listLog: Lister = async (context, form) => {
  const client = findValue(context.line, 'client')
  const reverse = hasKeyword(context.line, 'reverse')
  const filter = {
    reverse,
    ...jobScope(context),
    ...rowRange(context),
    ...dropUndefined({ client }),
  }
  const rows = await context.director.catalog.lists.log(filter)
  await printRows(context, form, { key: 'log', rows })
}

const listFiles: Lister = async (context) => {
  const jobId = await requireJobId(context, 'files')
  if (jobId === undefined) return
  const batches = context.director.catalog.lists.files(jobId, rowRange(context))
  await context.out.table('filenames', rowStreamOf('filename', batches, context.signal), {
    style: 'lines',
    empty: NOTHING,
  })
}

const listJobMedia: Lister = async (context, form) => {
  const isGiven = hasKeyword(context.line, 'jobid', 'ujobid')
  const jobId = isGiven ? await requireJobId(context, 'jobmedia') : undefined
  if (isGiven && jobId === undefined) return
  const filter = { ...jobScope(context), ...dropUndefined({ jobId }) }
  const rows = await context.director.catalog.lists.jobMedia(form, filter)
  await printRows(context, form, { key: 'jobmedia', rows })
}

const listFilesets: Lister = async (context, form) => {
  const name = findValue(context.line, 'fileset')
  const jobId = await findJobId(context)
  const filter = dropUndefined({ name, jobId })
  const rows = await context.director.catalog.lists.filesets(form, filter)
  const id = findNumber(context.line, 'filesetid')
  const wanted = rows
    .filter((row) => id === undefined || row['filesetid'] === id)
    .filter((row) => context.rights.allows('fileset', String(row['fileset'])))
  await printRows(context, form, { key: 'filesets', rows: wanted })
}

const listPools: Lister = async (context, form) => {
  const name = findValue(context.line, 'pool', 'pools')
  const rows = await context.director.catalog.lists.pools(form, name === undefined ? {} : { name })
  const id = findNumber(context.line, 'poolid')
  const wanted = rows
    .filter((row) => id === undefined || row['poolid'] === id)
    .filter((row) => context.rights.allows('pool', String(row['name'])))
  const style = form === 'short' ? 'table' : 'bare'
  await context.out.table('pools', rowSetOf(wanted), { style, empty: NOTHING })
}

const listClients: Lister = async (context, form) => {
  const name = findValue(context.line, 'client')
  const rows = (await context.director.catalog.lists.clients(form))
    .filter((row) => name === undefined || row['name'] === name)
    .filter((row) => context.rights.allows('client', String(row['name'])))
  await printRows(context, form, { key: 'clients', rows })
}

const listStorages: Lister = async (context, form) => {
  const rows = (await context.director.catalog.lists.storages()).filter((row) =>
    context.rights.allows('storage', String(row['name'])),
  )
  await printRows(context, form, { key: 'storages', rows })
}

const listCopies: Lister = async (context, form) => {
  const jobId = await findJobId(context)
  const rows = await context.director.catalog.lists.copies({
    ...jobScope(context),
    ...dropUndefined({ jobId }),
  })
  await printRows(context, form, { key: 'copies', rows })
}

/** Of what Coffer never has: Base Jobs, and samples of running Jobs. */
function listNothing(key: string): Lister {
  return async (context, form) => {
    if ((await requireJobId(context, key)) !== undefined) {
      await printRows(context, form, { key, rows: [] })
    }
  }
}

const listNextVolume: Lister = async (context) => {
  const names = listNames(context, 'job')
  const name = findValue(context.line, 'job')
  if (name === undefined || !names.includes(name)) {
    return context.out.error(`Job "${name ?? ''}" not found`)
  }
  const volume = await findNextVolume(context, nextPlace(context, name))
  context.out.value('nextvolume', { jobname: name, volumename: volume?.name ?? '' })
  await context.out.text(
    volume === undefined
      ? `Could not find next Volume for Job ${name}.\n`
      : `The next Volume to be used by Job "${name}" will be ${volume.name}\n`,
  )
}

/** Where its next scheduled run within `days=` writes, or else a run of now. */
function nextPlace(context: CommandContext, job: string): { pool: string; storage: string } {
  const { director, line } = context
  const nowMs = director.clock.nowMs()
  const days = findNumber(line, 'days')
  const runs = days === undefined ? [] : director.schedule.between(nowMs, nowMs + days * DAY_MS)
  const next = runs.find(({ jobName }) => jobName === job)
  if (next !== undefined) return { pool: next.pool, storage: next.storage }
  const request = draftRequest(context.config, { jobName: job, overrides: {} }, nowMs)
  return { pool: request.pool.name, storage: request.storage.name }
}

const DAY_MS = 86_400_000

const LISTERS: ReadonlyMap<string, Lister> = new Map([
  ['jobs', listJobs],
  ['job', listJobs],
  ['jobname', listJobs],
  ['jobid', listJobs],
  ['ujobid', listJobs],
  ['jobtotals', listJobTotals],
  ['joblog', listJobLog],
  ['log', listLog],
  ['files', listFiles],
  ['fileset', listFilesets],
  ['filesets', listFilesets],
  ['jobmedia', listJobMedia],
  ['volumes', listVolumes],
  ['media', listVolumes],
  ['volume', listVolumes],
  ['mediaid', listVolumes],
  ['pools', listPools],
  ['pool', listPools],
  ['poolid', listPools],
  ['clients', listClients],
  ['client', listClients],
  ['storages', listStorages],
  ['copies', listCopies],
  ['basefiles', listNothing('basefiles')],
  ['jobstatistics', listNothing('jobstatistics')],
  ['backups', (context, form) => listBackups(context, form, sinceFilter(context))],
  ['nextvol', listNextVolume],
  ['nextvolume', listNextVolume],
])

export const listCommand = makeList('short')
export const llistCommand = makeList('long')

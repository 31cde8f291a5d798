// The lists of Volumes and of backups.
import { dropUndefined } from '../../catalog/defined.ts'
import { JOB_LEVELS, JOB_STATUSES } from '@coffer/core'
import type { BackupListFilter, ListForm, ListRow } from '../../catalog/list-queries.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { type CommandContext, findNumber } from '../context.ts'
import { jobScope, parseLetters, rangeFilter } from '../list-filter.ts'
import { rowSetOf } from '../list-rows.ts'
import type { Json } from '../output.ts'
import { requireResource } from '../resources.ts'
import { plainText } from '../table-text.ts'

const NOTHING = 'No results to list.\n'

/** `list volumes`: those of one Pool, of one Job, one by name, or all of them Pool by Pool. */
export async function listVolumes(context: CommandContext, form: ListForm): Promise<void> {
  const { line } = context
  const volume = findValue(line, 'volume', 'media')
  const mediaId = findNumber(line, 'mediaid')
  const pool = findValue(line, 'pool')
  const jobId = findNumber(line, 'jobid')
  const isOneList = [volume, mediaId, pool, jobId].some((each) => each !== undefined)
  if (!isOneList && !hasKeyword(line, 'all')) return listByPool(context, form)
  const rows = await context.director.catalog.lists.volumes(form, {
    ...dropUndefined({ volume, pool, jobId }),
    ...poolRights(context),
  })
  const wanted = mediaId === undefined ? rows : rows.filter((row) => row['mediaid'] === mediaId)
  const style = form === 'short' ? 'table' : 'long'
  await context.out.table('volumes', rowSetOf(wanted), { style, empty: NOTHING })
}

function poolRights(context: CommandContext): { pools?: string[] } {
  if (context.rights.allowsAll('pool')) return {}
  const names = [...context.config.pools.keys()]
  return { pools: names.filter((name) => context.rights.allows('pool', name)) }
}

async function listByPool(context: CommandContext, form: ListForm): Promise<void> {
  const { catalog } = context.director
  const byPool: Record<string, Json> = {}
  const style = form === 'short' ? 'table' : 'long'
  for (const { name } of await catalog.pools.list()) {
    if (!context.rights.allows('pool', name)) continue
    const rows = await catalog.lists.volumes(form, { pool: name })
    byPool[name] = rows.map(asTexts)
    await context.out.text(`Pool: ${name}\n`)
    // In JSON the Pools are gathered into one object below.
    if (context.out.api !== 2)
      await context.out.table('', rowSetOf(rows), { style, empty: NOTHING })
  }
  context.out.value('volumes', byPool)
}

function asTexts(row: ListRow): Json {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainText(value)]))
}

/** `list backups client=`: what could be restored of a Client. */
export async function listBackups(
  context: CommandContext,
  form: ListForm,
  since: { readonly sinceMs?: number },
): Promise<void> {
  const { line, out } = context
  const client = findValue(line, 'client')
  if (client === undefined) return out.error('list backups: client= is missing')
  if (!(await requireResource(context, 'client', client))) return
  const statuses = findValue(line, 'jobstatus')
  const levels = findValue(line, 'level', 'joblevel')
  const { limit, order } = rangeFilter(line)
  const filter: BackupListFilter = {
    client,
    ...since,
    ...jobScope(context),
    ...dropUndefined({
      fileset: findValue(line, 'fileset'),
      statuses: statuses === undefined ? undefined : parseLetters(statuses, JOB_STATUSES),
      levels: levels === undefined ? undefined : parseLetters(levels, JOB_LEVELS),
      limit,
      order,
    }),
  }
  const rows = await context.director.catalog.lists.backups(form, filter)
  const style = form === 'short' ? 'table' : 'long'
  await out.table('backups', rowSetOf(rows), { style, empty: NOTHING })
}

// The conditions that `list`, `llist` and `rerun` take, as filters of the Catalog.
import { dropUndefined } from '../catalog/defined.ts'
import { CofferError, JOB_LEVELS, JOB_STATUSES, JOB_TYPES } from '@coffer/core'
import type { JobScope } from '../catalog/list-queries.ts'
import type { JobFilter } from '../catalog/jobs.ts'
import { type CommandLine, findValue, hasKeyword } from './command-line.ts'
import { type CommandContext, findNumber } from './context.ts'
import { listNames } from './resources.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** All conditions on Jobs that stand on the line, and those that the console's rights add. */
export function jobFilter(context: CommandContext): JobFilter {
  const { line } = context
  const text = (field: keyof JobFilter, ...keywords: string[]): JobFilter => {
    const value = findValue(line, ...keywords)
    return value === undefined || value === '' ? {} : { [field]: value }
  }
  return {
    ...jobIdFilter(line),
    ...text('name', 'job', 'jobname'),
    ...text('job', 'ujobid'),
    ...text('client', 'client'),
    ...text('fileset', 'fileset'),
    ...text('pool', 'pool'),
    ...text('volume', 'volume'),
    ...letters(line, 'statuses', JOB_STATUSES, 'jobstatus'),
    ...letters(line, 'types', JOB_TYPES, 'jobtype'),
    ...letters(line, 'levels', JOB_LEVELS, 'joblevel', 'level'),
    ...sinceFilter(context),
    ...(hasKeyword(line, 'last') ? { last: true } : {}),
    ...rangeFilter(line),
    ...jobScope(context),
  }
}

function jobIdFilter(line: CommandLine): JobFilter {
  const value = findValue(line, 'jobid')
  return value === undefined ? {} : { jobIds: parseJobIds(value) }
}

/** limit=, offset= and order= */
export function rangeFilter(line: CommandLine): Pick<JobFilter, 'limit' | 'offset' | 'order'> {
  const range = { limit: findNumber(line, 'limit'), offset: findNumber(line, 'offset') }
  return { ...dropUndefined(range), ...orderFilter(line) }
}

function orderFilter(line: CommandLine): { order?: 'asc' | 'desc' } {
  const order = findValue(line, 'order')?.toLowerCase()
  if (order === undefined) return {}
  if ('ascending'.startsWith(order)) return { order: 'asc' }
  if ('descending'.startsWith(order)) return { order: 'desc' }
  throw new CofferError('console-usage', `order is asc or desc, not "${order}"`)
}

/** days= and hours= as a moment. */
export function sinceFilter({ line, director }: CommandContext): { sinceMs?: number } {
  const days = findNumber(line, 'days')
  const hours = findNumber(line, 'hours')
  if (days === undefined && hours === undefined) return {}
  const backMs = (days ?? 0) * DAY_MS + (hours ?? 0) * HOUR_MS
  return { sinceMs: director.clock.nowMs() - backMs }
}

type Letters = Readonly<Record<string, { readonly letter: string; readonly text: string }>>

/** A list of letters (or words) as Bareos takes it: `T,W` or `T W` in quotes or `TW`. */
function letters(
  line: CommandLine,
  field: 'statuses' | 'types' | 'levels',
  table: Letters,
  ...keywords: string[]
): JobFilter {
  const value = findValue(line, ...keywords)
  if (value === undefined) return {}
  return { [field]: parseLetters(value, table) }
}

/** Throws `console-usage` for a letter that the table does not have. */
export function parseLetters(value: string, table: Letters): string[] {
  const rows = Object.values(table)
  return value
    .split(/[,\s]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const row = rows.find(
        ({ letter, text }) => letter === word || text.toLowerCase() === word.toLowerCase(),
      )
      if (row === undefined) throw new CofferError('console-usage', `"${word}" is not known`)
      return row.letter
    })
}

const MAX_JOB_IDS = 10_000

/** "1,3-5,7" as numbers in that order. Throws `console-usage`. */
export function parseJobIds(text: string): number[] {
  const ids = new Set<number>()
  for (const part of text.split(/[,\s]+/).filter((each) => each !== '')) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part)
    if (match === null) throw new CofferError('console-usage', `"${part}" is no JobId`)
    const from = Number(match[1])
    const to = Number(match[2] ?? match[1])
    if (to - from >= MAX_JOB_IDS || ids.size + to - from >= MAX_JOB_IDS) {
      throw new CofferError('console-usage', `"${text}" names more than ${MAX_JOB_IDS} JobIds`)
    }
    for (let id = from; id <= to; id++) ids.add(id)
  }
  return [...ids]
}

/** A console that may not see everything sees the Jobs and Clients of its lists. */
export function jobScope(context: CommandContext): JobScope {
  const { rights } = context
  return {
    ...(rights.allowsAll('job') ? {} : { names: listNames(context, 'job') }),
    ...(rights.allowsAll('client') ? {} : { clients: listNames(context, 'client') }),
  }
}

// The conditions of a JobFilter in SQL, shared by the queries that return Jobs and those that list them.
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { JobFilter } from './jobs.ts'
import { moment } from './moment.ts'

type Condition = RawBuilder<SqlBool>

/** A condition over `job`, with `client`, `fileset` and `pool` joined to it; "true" for an empty filter. */
export function jobCondition(filter: JobFilter): Condition {
  const conditions: (Condition | undefined)[] = [
    oneOf('job.jobid', filter.jobIds),
    equal('job.job', filter.job),
    equal('job.name', filter.name),
    oneOf('job.name', filter.names),
    equal('client.name', filter.client),
    oneOf('client.name', filter.clients),
    equal('fileset.fileset', filter.fileset),
    equal('pool.name', filter.pool),
    oneOf('job.jobstatus', filter.statuses),
    oneOf('job.type', filter.types),
    oneOf('job.level', filter.levels),
    onVolume(filter.volume),
    since(filter.sinceMs),
  ]
  const given = conditions.filter((condition) => condition !== undefined)
  return given.length === 0 ? sql`true` : sql.join(given, sql` AND `)
}

function equal(column: string, value: string | undefined): Condition | undefined {
  return value === undefined ? undefined : sql`${sql.ref(column)} = ${value}`
}

function oneOf(
  column: string,
  values: readonly (string | number)[] | undefined,
): Condition | undefined {
  if (values === undefined) return undefined
  return values.length === 0 ? sql`false` : sql`${sql.ref(column)} IN (${sql.join(values)})`
}

function onVolume(volume: string | undefined): Condition | undefined {
  if (volume === undefined) return undefined
  return sql`job.jobid IN (
    SELECT jobmedia.jobid FROM jobmedia JOIN media USING (mediaid) WHERE media.volumename = ${volume})`
}

function since(sinceMs: number | undefined): Condition | undefined {
  if (sinceMs === undefined) return undefined
  return sql`coalesce(job.starttime, job.schedtime) >= ${moment(sinceMs)}`
}

// The lists that the restore menu offers to look at.
import { dateTimeText, JOB_STATUSES, JOB_TYPES } from '@coffer/core'
import type { CommandContext } from './context.ts'
import type { RestoreWishes } from './restore-wishes.ts'
import { selectResource } from './resources.ts'

const LAST_JOBS = 20
const VERSIONS = 20

/** Choice 1: the last backups, newest first. */
export async function showLastJobs(context: CommandContext): Promise<void> {
  const rows = await context.director.catalog.jobs.list({
    types: [JOB_TYPES.backup.letter],
    statuses: [JOB_STATUSES.ok.letter, JOB_STATUSES.warnings.letter],
    order: 'desc',
    limit: LAST_JOBS,
  })
  const visible = rows.filter(
    ({ name, client }) =>
      context.rights.allows('job', name) && context.rights.allows('client', client),
  )
  await context.out.table(
    'jobs',
    {
      columns: [
        { name: 'jobid', kind: 'number' },
        { name: 'client', kind: 'text' },
        { name: 'starttime', kind: 'text' },
        { name: 'joblevel', kind: 'text' },
        { name: 'jobfiles', kind: 'number' },
        { name: 'jobbytes', kind: 'number' },
      ],
      rows: visible.map((job) => [
        job.jobId,
        job.client,
        job.startMs === undefined ? '' : dateTimeText(job.startMs),
        job.level,
        job.files,
        job.bytes,
      ]),
    },
    { style: 'table', empty: 'No results to list.\n' },
  )
}

/** Choice 2: Jobs that saved a file. */
export async function showFileVersions(
  context: CommandContext,
  wishes: RestoreWishes,
): Promise<void> {
  const client = await selectResource(context, 'client', wishes.client)
  if (client === undefined) return
  const path = await context.ask('Enter the full path of the file: ')
  if (path === '') return
  const versions = await context.director.catalog.files.versions(path, client, VERSIONS)
  const visible = versions.filter(({ jobName }) => context.rights.allows('job', jobName))
  await context.out.table(
    'files',
    {
      columns: [
        { name: 'jobid', kind: 'number' },
        { name: 'name', kind: 'text' },
        { name: 'starttime', kind: 'text' },
        { name: 'joblevel', kind: 'text' },
        { name: 'jobfiles', kind: 'number' },
        { name: 'jobbytes', kind: 'number' },
        { name: 'deleted', kind: 'text' },
      ],
      rows: visible.map((version) => [
        version.jobId,
        version.path,
        version.startMs === undefined ? '' : dateTimeText(version.startMs),
        version.level,
        version.files,
        version.bytes,
        version.isDeleted ? 'yes' : 'no',
      ]),
    },
    { style: 'table', empty: 'No results to list.\n' },
  )
}

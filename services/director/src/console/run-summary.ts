// What `run` and `restore` show before they ask "OK to run?".
import { dateTimeText, JOB_LEVELS, JOB_TYPES, jobLevelText, jobTypeText } from '@coffer/core'
import type { Chosen, JobRequest, RestoreOptions } from '../job/request.ts'

/** The summary of a request, each line ended. `bootstrapFile` is shown for a restore. */
export function runSummary(request: JobRequest, bootstrapFile: string): string {
  const { type, restore } = request
  const lines =
    restore !== undefined
      ? restoreLines(request, restore, bootstrapFile)
      : type === JOB_TYPES.admin.letter
        ? adminLines(request)
        : backupLines(request)
  return `Run ${jobTypeText(type)} ${type === JOB_TYPES.admin.letter ? 'Job' : 'job'}\n${lines}`
}

type Line = readonly [label: string, value: string | number]

function aligned(width: number, lines: readonly Line[]): string {
  return lines.map(([label, value]) => `${`${label}:`.padEnd(width)}${value}\n`).join('')
}

function backupLines(request: JobRequest): string {
  const nextPool: Line[] =
    request.level === JOB_LEVELS.virtualFull.letter && request.nextPool !== undefined
      ? [['NextPool', request.nextPool]]
      : []
  return aligned(10, [
    ['JobName', request.jobName],
    ['Level', jobLevelText(request.level)],
    ['Client', request.client],
    ['Format', 'Native'],
    ['FileSet', request.fileset],
    ['Pool', chosenText(request.pool)],
    ...nextPool,
    ['Storage', chosenText(request.storage)],
    ['When', dateTimeText(request.whenMs)],
    ['Priority', request.priority],
  ])
}

function adminLines(request: JobRequest): string {
  return aligned(10, [
    ['JobName', request.jobName],
    ['FileSet', request.fileset],
    ['Client', request.client],
    ['Storage', request.storage.name],
    ['When', dateTimeText(request.whenMs)],
    ['Priority', request.priority],
  ])
}

function restoreLines(request: JobRequest, restore: RestoreOptions, bootstrapFile: string): string {
  return aligned(17, [
    ['JobName', request.jobName],
    ['Bootstrap', bootstrapFile],
    ...placeLines(restore),
    ['Replace', REPLACE_TEXTS[restore.replace]],
    ['FileSet', request.fileset],
    ['Backup Client', restore.backupClient],
    ['Restore Client', request.client],
    ['Format', 'Native'],
    ['Storage', request.storage.name],
    ['When', dateTimeText(request.whenMs)],
    ['Catalog', request.catalog.name],
    ['Priority', request.priority],
    ['Plugin Options', request.pluginOptions ?? '*None*'],
  ])
}

/** Where files go: a relocation of any kind stands in the place of Where. */
function placeLines(restore: RestoreOptions): Line[] {
  if (restore.regexWhere !== undefined) return [['RegexWhere', restore.regexWhere]]
  const lines: Line[] = []
  if (restore.stripPrefix !== undefined) lines.push(['Strip Prefix', restore.stripPrefix])
  if (restore.addPrefix !== undefined) lines.push(['Add Prefix', restore.addPrefix])
  if (restore.addSuffix !== undefined) lines.push(['Add Suffix', restore.addSuffix])
  return lines.length > 0 ? lines : [['Where', restore.where ?? '']]
}

export const REPLACE_TEXTS: Readonly<Record<RestoreOptions['replace'], string>> = {
  always: 'Always',
  ifnewer: 'IfNewer',
  ifolder: 'IfOlder',
  never: 'Never',
}

function chosenText({ name, source }: Chosen): string {
  return `${name} (From ${source})`
}

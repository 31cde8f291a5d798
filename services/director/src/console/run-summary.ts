// What `run` and `restore` show before they ask "OK to run?".
import { dateTimeText, JOB_LEVELS, JOB_TYPES, jobLevelText, jobTypeText } from '@coffer/core'
import type { Chosen, JobRequest, RestoreOptions } from '../job/request.ts'

/** The summary of a request, each line ended. `bootstrapFile` is shown for a restore. */
export function runSummary(request: JobRequest, bootstrapFile: string): string {
  const { type, restore } = request
  const lines =
    restore === undefined ? plainLines(request) : restoreLines(request, restore, bootstrapFile)
  return `Run ${jobTypeText(type)} ${type === JOB_TYPES.admin.letter ? 'Job' : 'job'}\n${lines}`
}

function plainLines(request: JobRequest): string {
  switch (request.type) {
    case JOB_TYPES.admin.letter:
      return adminLines(request)
    case JOB_TYPES.verify.letter:
      return verifyLines(request)
    case JOB_TYPES.copy.letter:
    case JOB_TYPES.migrate.letter:
      return copyLines(request)
    default:
      return backupLines(request)
  }
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

/** What is copied is chosen when the Job runs, and so is most of where it goes. */
function copyLines(request: JobRequest): string {
  return aligned(15, [
    ['JobName', request.jobName],
    ['Bootstrap', '*None*'],
    ['Client', request.client],
    ['FileSet', request.fileset],
    ['Pool', chosenText(request.pool)],
    ['NextPool', request.nextPool ?? '*None*'],
    ['Read Storage', chosenText(request.storage)],
    ['Write Storage', request.storageOverride?.name ?? '*None*'],
    ['JobId', request.jobIds?.join(',') ?? '*None*'],
    ['When', dateTimeText(request.whenMs)],
    ['Catalog', request.catalog.name],
    ['Priority', request.priority],
  ])
}

function verifyLines(request: JobRequest): string {
  return aligned(13, [
    ['JobName', request.jobName],
    ['Level', jobLevelText(request.level)],
    ['Client', request.client],
    ['FileSet', request.fileset],
    ['Pool', chosenText(request.pool)],
    ['Storage', chosenText(request.storage)],
    ['Verify Job', verifiedText(request)],
    ['When', dateTimeText(request.whenMs)],
    ['Priority', request.priority],
  ])
}

function verifiedText({ verifyJob = '', jobIds = [] }: JobRequest): string {
  const [given] = jobIds
  return given === undefined ? verifyJob : `JobId ${given}`
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

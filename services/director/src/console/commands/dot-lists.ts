// The dot commands that list names, one to a line.
import { JOB_LEVELS, JOB_TYPES } from '@coffer/core'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, DEFAULT_CONSOLE } from '../context.ts'
import { rowSetOf } from '../list-rows.ts'
import type { Json } from '../output.ts'
import { listNames, type ResourceKind } from '../resources.ts'

/** Prints names and, in JSON, an object for each. */
async function sayNames(
  { out }: CommandContext,
  key: string,
  names: readonly string[],
  facts: (name: string) => Json = (name) => ({ name }),
): Promise<void> {
  out.value(key, names.map(facts))
  await out.text(names.map((name) => `${name}\n`).join(''))
}

type Switched = 'job' | 'client' | 'schedule' | 'storage'

/** Resources that can be enabled and disabled, all or those that stand one way. */
function switchedList(kind: Switched, key: string): Command {
  return async (context) => {
    const isEnabled = (name: string): boolean => isOn(context, kind, name)
    const { line } = context
    const type = findValue(line, 'type')
    const names = listNames(context, kind)
      .filter((name) => !hasKeyword(line, 'enabled') || isEnabled(name))
      .filter((name) => !hasKeyword(line, 'disabled') || !isEnabled(name))
      .filter((name) => kind !== 'job' || type === undefined || isOfType(context, name, type))
    await sayNames(context, key, names, (name) => ({ name, enabled: isEnabled(name) }))
  }
}

function isOn({ director, config }: CommandContext, kind: Switched, name: string): boolean {
  if (kind === 'storage') return config.storages.get(name)?.enabled ?? false
  return director.jobs.isEnabled(kind, name)
}

function isOfType({ config }: CommandContext, name: string, type: string): boolean {
  const letter = config.jobs.get(name)?.type
  const row = Object.values(JOB_TYPES).find((each) => each.letter === letter)
  return letter === type || row?.text.toLowerCase() === type.toLowerCase()
}

export const dotJobsCommand = switchedList('job', 'jobs')
export const dotClientsCommand = switchedList('client', 'clients')
export const dotScheduleCommand = switchedList('schedule', 'schedules')
export const dotStoragesCommand = switchedList('storage', 'storages')

function resourceList(kind: ResourceKind, key: string): Command {
  return (context) => sayNames(context, key, listNames(context, kind))
}

export const dotFilesetsCommand = resourceList('fileset', 'filesets')

export const dotPoolsCommand: Command = async (context) => {
  const type = findValue(context.line, 'type')?.toLowerCase()
  const names = listNames(context, 'pool').filter(
    (name) => type === undefined || context.config.pools.get(name)?.poolType.toLowerCase() === type,
  )
  await sayNames(context, 'pools', names)
}

function configList(key: string, of: (context: CommandContext) => Iterable<string>): Command {
  return (context) => sayNames(context, key, [...of(context)])
}

export const dotJobdefsCommand = configList('jobdefs', ({ config, rights }) =>
  [...config.jobDefs.keys()].filter((name) => rights.allows('job', name)),
)
export const dotCatalogsCommand = configList('catalogs', ({ director }) => [director.catalog.name])
export const dotConsolesCommand = configList('consoles', ({ config }) => [
  DEFAULT_CONSOLE,
  ...config.consoles.keys(),
])
export const dotUsersCommand = configList('users', ({ config }) => config.users.keys())
export const dotProfilesCommand = configList('profiles', ({ config }) => config.profiles.keys())
export const dotMsgsCommand = configList('messages', ({ config }) => config.messages.keys())
export const dotLocationsCommand = configList('locations', () => [])

export const dotLevelsCommand = configList('levels', () =>
  [
    JOB_LEVELS.full,
    JOB_LEVELS.base,
    JOB_LEVELS.incremental,
    JOB_LEVELS.differential,
    JOB_LEVELS.since,
    JOB_LEVELS.virtualFull,
    JOB_LEVELS.catalog,
    JOB_LEVELS.initCatalog,
    JOB_LEVELS.volumeToCatalog,
    JOB_LEVELS.diskToCatalog,
    JOB_LEVELS.data,
  ].map(({ text }) => text),
)

export const dotTypesCommand = configList('jobtypes', () =>
  [
    JOB_TYPES.backup,
    JOB_TYPES.admin,
    JOB_TYPES.archive,
    JOB_TYPES.verify,
    JOB_TYPES.restore,
    JOB_TYPES.migrate,
    JOB_TYPES.copy,
    JOB_TYPES.consolidate,
  ].map(({ text }) => text),
)

export const dotVolstatusCommand = configList('volstatus', () => [
  'Unlabeled',
  'Append',
  'Full',
  'Used',
  'Recycle',
  'Purged',
  'Cleaning',
  'Error',
  'Archive',
  'Disabled',
])

export const dotActiononpurgeCommand = configList('actiononpurge', () => ['None', 'Truncate'])

export const dotMediaCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  const volumes = await context.director.catalog.media.list({})
  const names = volumes
    .filter(({ pool }) => context.rights.allows('pool', pool))
    .map(({ name }) => name)
    .sort()
  await sayNames(context, 'media', names)
}

export const dotMediatypesCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  await sayNames(context, 'mediatypes', await context.director.catalog.storages.mediaTypes())
}

export const dotJobstatusCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  const rows = await context.director.catalog.lists.jobStatuses()
  const wanted = context.line.args[0]?.text.replace(/^=/, '')
  const shown = rows
    .filter((row) => wanted === undefined || row['jobstatus'] === wanted)
    .map((row) => ({
      ...row,
      exitlevel: row['exitlevel'] === null ? null : `${row['exitlevel'] ?? ''}`,
    }))
  await context.out.table('jobstatus', rowSetOf(shown), { style: 'table' })
}

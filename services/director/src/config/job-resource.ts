// The Job and JobDefs resources, which have the same directives.
import { JOB_LEVELS, JOB_TYPES, resourceType, type ResourceOf } from '@coffer/core'
import {
  count,
  duration,
  keyword,
  name,
  path,
  reference,
  references,
  size,
  text,
  texts,
  yesNo,
} from '@coffer/core/directives'
import { limitRows, jobPluginRows, queueRows } from './job-rows.ts'
import { type RunScript, runScriptRow, runShortcutRows } from './run-script.ts'

const typeWords = {
  Backup: JOB_TYPES.backup.letter,
  Admin: JOB_TYPES.admin.letter,
  Archive: JOB_TYPES.archive.letter,
  Verify: JOB_TYPES.verify.letter,
  Restore: JOB_TYPES.restore.letter,
  Copy: JOB_TYPES.copy.letter,
  Migrate: JOB_TYPES.migrate.letter,
  Consolidate: JOB_TYPES.consolidate.letter,
} as const

const levelWords = {
  Full: JOB_LEVELS.full.letter,
  Incremental: JOB_LEVELS.incremental.letter,
  Differential: JOB_LEVELS.differential.letter,
  VirtualFull: JOB_LEVELS.virtualFull.letter,
  Base: JOB_LEVELS.base.letter,
  Since: JOB_LEVELS.since.letter,
  InitCatalog: JOB_LEVELS.initCatalog.letter,
  Catalog: JOB_LEVELS.catalog.letter,
  VolumeToCatalog: JOB_LEVELS.volumeToCatalog.letter,
  DiskToCatalog: JOB_LEVELS.diskToCatalog.letter,
  Data: JOB_LEVELS.data.letter,
  None: JOB_LEVELS.none.letter,
} as const

const poolRows = {
  Pool: reference('Pool', { about: 'Pool of its Volumes.' }),
  'Full Backup Pool': reference('Pool', { about: 'Pool for Full.' }),
  'Virtual Full Backup Pool': reference('Pool', { about: 'Pool for VirtualFull.' }),
  'Incremental Backup Pool': reference('Pool', { about: 'Pool for Incremental.' }),
  'Differential Backup Pool': reference('Pool', { about: 'Pool for Differential.' }),
  'Next Pool': reference('Pool', { about: 'Where copies, migrations and virtual Fulls go.' }),
} as const

const restoreRows = {
  Where: path({ about: 'Path that a restore puts before names.' }),
  'Regex Where': text({
    aliases: ['R Where'],
    about: 'Replacements that a restore applies to names: `!from!to!`.',
  }),
  'Strip Prefix': text({ about: 'Beginning that a restore takes from names.' }),
  'Add Prefix': text({ about: 'Beginning that a restore adds to names.' }),
  'Add Suffix': text({ about: 'End that a restore adds to names.' }),
  Bootstrap: path({ about: 'File that says what a Restore Job reads.' }),
  'Write Bootstrap': path({
    about:
      'File or `|command` that gets what a restore of the Job would read, with the %-codes of scripts. A Full begins the file anew.',
  }),
  'Write Verify List': path({ status: 'deprecated', about: 'File that gets the list of files.' }),
  Replace: keyword(
    { Always: 'always', IfNewer: 'ifnewer', IfOlder: 'ifolder', Never: 'never' },
    { default: 'always', about: 'Whether a restore replaces files that exist.' },
  ),
} as const

const jobRows = {
  Name: name({ required: true, about: 'Name by which others refer to it.' }),
  Description: text({ about: 'A remark.' }),
  Type: keyword(typeWords, { required: true, about: 'What the Job does.' }),
  Protocol: keyword(
    { Native: 'native', NDMP: 'ndmp', NDMP_BAREOS: 'ndmp_bareos', NDMP_NATIVE: 'ndmp_native' },
    {
      default: 'native',
      status: 'inactive',
      inert: 'native',
      about: 'Protocol; NDMP is not spoken.',
    },
  ),
  'Backup Format': text({
    default: 'Native',
    status: 'inactive',
    inert: 'Native',
    about: 'Format of what NDMP delivers.',
  }),
  Level: keyword(levelWords, { default: 'F', shown: true, about: 'How much a backup takes.' }),
  Messages: reference('Messages', { about: 'Where its messages go.' }),
  Storage: references('Storage', { about: 'Where it stores; the Storage of the Pool wins.' }),
  ...poolRows,
  Client: reference('Client', { about: 'Client that is backed up or restored to.' }),
  FileSet: reference('FileSet', { about: 'What is backed up.' }),
  Schedule: reference('Schedule', { about: 'When it is started by itself.' }),
  'Job To Verify': reference('Job', {
    aliases: ['Verify Job'],
    about: 'Job that a Verify Job verifies.',
  }),
  Catalog: reference('Catalog', { about: 'Catalog; that of the Client when none is given.' }),
  'Job Defs': reference('JobDefs', {
    about: 'Settings that hold where the Job has none of its own.',
  }),
  Run: texts({
    about:
      'Further Job to start with this one, repeatable: its name and keywords of the command `run`, with the %-codes of scripts.',
  }),
  ...restoreRows,
  ...limitRows,
  'Max Full Interval': duration({
    default: 0,
    about: 'Age of the last Full from which the next Job is a Full; 0 for none.',
  }),
  'Max Virtual Full Interval': duration({
    default: 0,
    about: 'Age of the last Full from which the next Job is a VirtualFull.',
  }),
  'Max Diff Interval': duration({
    default: 0,
    aliases: ['Max Differential Interval'],
    about: 'Age of the last Differential from which the next Incremental is one; 0 for none.',
  }),
  'Prefix Links': yesNo({
    default: false,
    status: 'inactive',
    inert: false,
    about: 'A restore puts Where before targets of links too.',
  }),
  ...queueRows,
  'Selection Type': keyword(
    {
      SmallestVolume: 'smallestvolume',
      OldestVolume: 'oldestvolume',
      PoolOccupancy: 'pooloccupancy',
      PoolTime: 'pooltime',
      PoolUncopiedJobs: 'pooluncopiedjobs',
      Client: 'client',
      Volume: 'volume',
      Job: 'job',
      SqlQuery: 'sqlquery',
    },
    { about: 'How Copy and Migrate choose Jobs.' },
  ),
  'Selection Pattern': text({
    about: 'Regular expression for Client, Job and Volume; statement for SqlQuery.',
  }),
  ...runShortcutRows,
  'Run Script': runScriptRow,
  Accurate: yesNo({
    default: false,
    about: 'Compare with what the Catalog knows, deletions included.',
  }),
  ...jobPluginRows,
  Base: references('Job', { status: 'deprecated', about: 'Base Jobs.' }),
  'Max Concurrent Copies': count({
    default: 100,
    about: 'Copies or migrations that one Copy or Migrate Job has running at most.',
  }),
  'Always Incremental': yesNo({
    default: false,
    about: 'Only Incrementals after the first Full; a Consolidate Job makes one of old ones.',
  }),
  'Always Incremental Job Retention': duration({
    default: 0,
    about: 'Age from which Incrementals are consolidated.',
  }),
  'Always Incremental Keep Number': count({
    default: 0,
    about: 'Newest Incrementals that are not consolidated.',
  }),
  'Always Incremental Max Full Age': duration({
    default: 0,
    about: 'Age up to which consolidation leaves the Full as it is; 0: it always takes part.',
  }),
  'Max Full Consolidations': count({
    default: 0,
    about: 'Consolidations with a Full per run of a Consolidate Job at most; 0 for no limit.',
  }),
  'Run On Incoming Connect Interval': duration({
    default: 0,
    status: 'inactive',
    inert: 0,
    about: 'Start the Job when the client connects and the last one is older.',
  }),
  'Spool Size': size({
    default: 0,
    about: 'Bytes that the Job may spool, over Maximum Job Spool Size of the Device.',
  }),
} as const

export const jobType = resourceType({
  name: 'Job',
  about: 'What is done to which Client, when.',
  rows: jobRows,
})

export const jobDefsType = resourceType({
  name: 'JobDefs',
  about: 'Settings that Jobs share: the same directives.',
  rows: jobRows,
})

/** `runScripts` are those of RunScript and of its short forms; where a JobDefs has some, they come first. */
export type JobResource = ResourceOf<typeof jobType> & { readonly runScripts: readonly RunScript[] }
/** Settings of a JobDefs, with defaults where it has none: for `show`, Jobs have them already. */
export type JobDefsResource = ResourceOf<typeof jobDefsType>

/** The directives that a Job adds to those of its JobDefs instead of replacing them. */
export const MERGED_PROPERTIES: ReadonlySet<string> = new Set([
  'runScript',
  'runBeforeJob',
  'runAfterJob',
  'runAfterFailedJob',
  'clientRunBeforeJob',
  'clientRunAfterJob',
])

// The commands for programs, which begin with a period.
import type { CommandRow } from './command-row.ts'

const ENABLED_USAGE = ['[enabled | disabled]']

/** Commands for programs: their answers are plain lines, one thing each. */
export const DOT_COMMANDS: readonly CommandRow[] = [
  { name: '.', description: 'no op', usage: [] },
  { name: '.actiononpurge', description: 'List possible actions on purge', usage: [] },
  {
    name: '.api',
    description: 'Switch between different api modes',
    usage: ['[ 0 | 1 | 2 | off | on | json ] [compact=<yes|no>]'],
  },
  {
    name: '.authorized',
    description: 'Check for authorization',
    usage: [
      'job=<job-name> | client=<client-name> | storage=<storage-name> |',
      'schedule=<schedule-name> | pool=<pool-name> | cmd=<command> | fileset=<fileset-name> |',
      'catalog=<catalog>',
    ],
  },
  { name: '.catalogs', description: 'List all catalog resources', usage: [] },
  {
    name: '.clients',
    description: 'List all client resources',
    usage: ENABLED_USAGE,
    inRunScript: true,
  },
  { name: '.consoles', description: 'List all console resources', usage: [] },
  { name: '.users', description: 'List all user resources', usage: [] },
  {
    name: '.defaults',
    description: 'Get default settings',
    usage: ['job=<job-name> | client=<client-name> | storage=<storage-name> | pool=<pool-name>'],
  },
  { name: '.filesets', description: 'List all filesets', usage: [] },
  {
    name: '.help',
    description: 'Print parsable information about a command',
    usage: ['[ all ] [ item=cmd ] [ full ]'],
  },
  { name: '.jobdefs', description: 'List all job defaults resources', usage: [] },
  {
    name: '.jobs',
    description: 'List all job resources',
    usage: ['[type=<jobtype>] | [enabled | disabled]'],
    inRunScript: true,
  },
  {
    name: '.jobstatus',
    description: 'List jobstatus information',
    usage: ['[ =<jobstatus> ]'],
  },
  { name: '.levels', description: 'List all backup levels', usage: [] },
  { name: '.locations', description: '', usage: [] },
  { name: '.messages', description: 'Display pending messages', usage: [] },
  { name: '.media', description: 'List all medias', usage: [] },
  { name: '.mediatypes', description: 'List all media types', usage: [] },
  { name: '.msgs', description: 'List all message resources', usage: [] },
  {
    name: '.pools',
    description: 'List all pool resources',
    usage: ['type=<pooltype>'],
    inRunScript: true,
  },
  { name: '.profiles', description: 'List all profile resources', usage: [] },
  { name: '.quit', description: 'Close connection', usage: [] },
  {
    name: '.sql',
    description: 'Send an arbitrary SQL command',
    usage: ['query=<sqlquery>'],
    isAudited: true,
  },
  { name: '.schedule', description: 'List all schedule resources', usage: ENABLED_USAGE },
  {
    name: '.status',
    description: 'Report status',
    usage: [
      'dir ( current | last | header | scheduled | running | terminated ) |',
      'storage=<storage> [ header | devices | running | terminated ] |',
      'client=<client> [ header | terminated | running ]',
    ],
  },
  {
    name: '.storages',
    description: 'List all storage resources',
    usage: ENABLED_USAGE,
    inRunScript: true,
  },
  { name: '.types', description: 'List all job types', usage: [] },
  { name: '.volstatus', description: 'List all volume status', usage: [] },
  {
    name: '.bvfs_cleanup',
    description: 'Forget what .bvfs_restore has chosen',
    usage: ['path=<b2 and digits>'],
  },
  {
    name: '.bvfs_clear_cache',
    description: 'Clear the cache, which Coffer does not need',
    usage: ['yes'],
  },
  {
    name: '.bvfs_decode_lstat',
    description: 'Decode the attributes of a file',
    usage: ['lstat=<lstat>'],
  },
  {
    name: '.bvfs_get_jobids',
    description: 'Get jobids required for a restore',
    usage: ['jobid=<jobid> | ujobid=<unique-jobid> [all]'],
  },
  {
    name: '.bvfs_get_volumes',
    description: 'List the volumes that hold files',
    usage: ['fileid=<fileid,fileid...>'],
  },
  {
    name: '.bvfs_lsdirs',
    description: 'List the directories of a directory',
    usage: [
      'jobid=<jobid,jobid...> path=<path> | pathid=<pathid> [limit=<number>] [offset=<number>]',
    ],
  },
  {
    name: '.bvfs_lsfiles',
    description: 'List the files of a directory',
    usage: [
      'jobid=<jobid,jobid...> path=<path> | pathid=<pathid> [limit=<number>] [offset=<number>]',
    ],
  },
  {
    name: '.bvfs_restore',
    description: 'Choose files for restore file=?<path>',
    usage: [
      'jobid=<jobid,jobid...> path=<b2 and digits> [fileid=<fileid,...>] [dirid=<pathid,...>]',
      '[hardlink=<jobid,fileindex,...>]',
    ],
  },
  {
    name: '.bvfs_update',
    description: 'Update the cache, which Coffer does not need',
    usage: ['[jobid=<jobid,jobid...>]'],
  },
  {
    name: '.bvfs_versions',
    description: 'List the versions of a file',
    usage: [
      'jobid=0 client=<client> pathid=<pathid> fname=<name> [copies] [versions]',
      '[limit=<number>] [offset=<number>]',
    ],
  },
]

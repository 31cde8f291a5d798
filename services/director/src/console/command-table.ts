// The console's commands in the order that decides abbreviations, with what `help` says about each.
import type { CommandRow } from './command-row.ts'
import { DOT_COMMANDS } from './dot-command-table.ts'

const LIST_USAGE = [
  'backups client=<client-name> [fileset=<fileset-name>] [jobstatus=<status>]',
  '  [level=<level>] [order=<asc|desc>] [limit=<number>] [days=<number>] [hours=<number>] |',
  'clients | client=<client-name> | copies [jobid=<jobid>] |',
  'files jobid=<jobid> [limit=<number>] [offset=<number>] | files ujobid=<complete_name> |',
  'basefiles jobid=<jobid> | jobstatistics jobid=<jobid> |',
  'filesets | fileset [filesetid=<filesetid>] [jobid=<jobid>] |',
  'jobs [job=<job-name>] [client=<client-name>] [jobstatus=<status>] [jobtype=<type>]',
  '  [joblevel=<level>] [volume=<volume-name>] [pool=<pool-name>] [days=<number>]',
  '  [hours=<number>] [last] [count] [limit=<number>] [offset=<number>] [order=<asc|desc>] |',
  'job=<job-name> | jobid=<jobid> | ujobid=<complete_name> |',
  'joblog jobid=<jobid> [count] [limit=<number>] [offset=<number>] | jobmedia [jobid=<jobid>] | jobtotals |',
  'log [client=<client-name>] [limit=<number>] [offset=<number>] [reverse] |',
  'media [pool=<pool-name>] [jobid=<jobid>] [all] | media=<volume-name> | mediaid=<mediaid> |',
  'volumes [pool=<pool-name>] [jobid=<jobid>] [all] | volume=<volume-name> |',
  'nextvolume job=<job-name> [days=<number>] | nextvol job=<job-name> [days=<number>] |',
  'pools | pool=<pool-name> | poolid=<poolid> | storages',
]

const MOUNT_USAGE = [
  'storage=<storage-name> slot=<num> drive=<drivenum>',
  'jobid=<jobid> | job=<job-name> | ujobid=<complete_name>',
]

const UNMOUNT_USAGE = [
  'storage=<storage-name> [ drive=<drivenum> ]',
  'jobid=<jobid> | job=<job-name> | ujobid=<complete_name>',
]

const SWITCH_USAGE = ['job=<job-name> client=<client-name> schedule=<schedule-name>']

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'add',
    description: 'Add media to a pool',
    usage: ['pool=<pool-name> storage=<storage-name> [volume=<volume-name>]'],
    isAudited: true,
  },
  { name: 'autodisplay', description: 'Autodisplay console messages', usage: ['on | off'] },
  { name: 'automount', description: 'Automount after label', usage: ['on | off'] },
  {
    name: 'cancel',
    description: 'Cancel a job',
    usage: [
      'jobid=<jobid> | job=<job-name> | ujobid=<unique-jobid> |',
      'state=<created|blocked|waiting|running> | all yes',
    ],
    isAudited: true,
  },
  {
    name: 'configure',
    description: 'Configure director resources',
    usage: [
      'add <resource-type> name=<name> [<directive>=<value> ...] |',
      'export client=<client-name>',
    ],
    isAudited: true,
  },
  {
    name: 'create',
    description: 'Create DB Pool from resource',
    usage: ['pool=<pool-name>'],
    isAudited: true,
  },
  {
    name: 'delete',
    description: 'Delete volume, pool or job',
    usage: [
      'volume=<vol-name> [yes] | volume pool=<pool-name> [yes] | pool=<pool-name> |',
      'jobid=<jobid> | jobid=<jobid1,jobid2,...> | jobid=<jobid1-jobid9>',
    ],
    inRunScript: true,
    isAudited: true,
    changesVolumes: true,
  },
  {
    name: 'disable',
    description: 'Disable a job/client/schedule',
    usage: SWITCH_USAGE,
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'enable',
    description: 'Enable a job/client/schedule',
    usage: SWITCH_USAGE,
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'estimate',
    description: 'Performs FileSet estimate, listing gives full listing',
    usage: [
      'fileset=<fileset-name> client=<client-name> level=<level>',
      'accurate=<yes/no> job=<job-name> listing',
    ],
    inRunScript: true,
    isAudited: true,
  },
  { name: 'exit', description: 'Terminate Bconsole session', usage: [] },
  {
    name: 'export',
    description: 'Export volumes from normal slots to import/export slots',
    usage: [
      'storage=<storage-name> srcslots=<slot-selection>',
      '[ dstslots=<slot-selection> volume=<volume-name> scan ]',
    ],
    isAudited: true,
  },
  {
    name: 'gui',
    description: 'Switch between interactive (gui off) and non-interactive (gui on) mode',
    usage: ['on | off'],
  },
  { name: 'help', description: 'Print help on specific command', usage: ['<command>'] },
  {
    name: 'import',
    description: 'Import volumes from import/export slots to normal slots',
    usage: [
      'storage=<storage-name>',
      '[ srcslots=<slot-selection> dstslots=<slot-selection> volume=<volume-name> scan ]',
    ],
    isAudited: true,
  },
  {
    name: 'label',
    description: 'Label a tape',
    usage: [
      'storage=<storage-name> volume=<volume-name> pool=<pool-name> slot=<slot>',
      '[ drive=<drivenum> ] [ barcodes [ slots=<slot-selection> ] ] [ yes ]',
    ],
    isAudited: true,
    changesVolumes: true,
  },
  {
    name: 'list',
    description: 'List objects from catalog',
    usage: LIST_USAGE,
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'llist',
    description: 'Full or long list like list command',
    usage: LIST_USAGE,
    inRunScript: true,
    isAudited: true,
  },
  { name: 'messages', description: 'Display pending messages', usage: [] },
  { name: 'memory', description: 'Print current memory usage', usage: [], inRunScript: true },
  {
    name: 'mount',
    description: 'Mount storage',
    usage: MOUNT_USAGE,
    isAudited: true,
    changesVolumes: true,
  },
  {
    name: 'move',
    description: 'Move slots in an autochanger',
    usage: ['storage=<storage-name> srcslots=<slot-selection> dstslots=<slot-selection>'],
    isAudited: true,
  },
  {
    name: 'prune',
    description: 'Prune records from catalog',
    usage: [
      'files [client=<client>] [pool=<pool>] [yes] | jobs [client=<client>] [pool=<pool>] [yes] |',
      'volume [=volume] [all] [pool=<pool>] [yes] | stats [yes]',
    ],
    inRunScript: true,
    isAudited: true,
    changesVolumes: true,
  },
  {
    name: 'purge',
    description: 'Purge records from catalog',
    usage: [
      '[files [job=<job> | jobid=<jobid> | client=<client> | volume=<volume>]] |',
      '[jobs [client=<client> | pool=<pool> | volume=<volume>] [jobstatus=<letter>]] |',
      '[volume[=<volume>] [action=truncate]]',
    ],
    inRunScript: true,
    isAudited: true,
    changesVolumes: true,
  },
  { name: 'quit', description: 'Terminate Bconsole session', usage: [] },
  { name: 'query', description: 'Query catalog', usage: [] },
  {
    name: 'restore',
    description: 'Restore files',
    usage: [
      'where=</path> client=<client-name> storage=<storage-name>',
      'bootstrap=<file> restorejob=<job-name> comment=<text>',
      'jobid=<jobid> fileset=<fileset-name> replace=<always|never|ifolder|ifnewer>',
      'pluginoptions=<plugin-options-string> regexwhere=<regex>',
      'fileregex=<regex> restoreclient=<client-name>',
      'backupformat=<format> pool=<pool-name> file=<filename>',
      'directory=<directory> before=<date> strip_prefix=<prefix>',
      'add_prefix=<prefix> add_suffix=<suffix> select=<date>',
      'select before current copies done all',
    ],
    isAudited: true,
  },
  {
    name: 'relabel',
    description: 'Relabel a tape',
    usage: [
      'storage=<storage-name> oldvolume=<old-volume-name>',
      'volume=<new-volume-name> pool=<pool-name>',
    ],
    isAudited: true,
    changesVolumes: true,
  },
  {
    name: 'release',
    description: 'Release storage',
    usage: ['storage=<storage-name> [ drive=<drivenum> ] [ alldrives ]'],
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'reload',
    description: 'Reload conf file',
    usage: [],
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'rerun',
    description: 'Rerun a job',
    usage: [
      'jobid=<jobid> | since_jobid=<jobid> [ until_jobid=<jobid> ] |',
      'days=<nr_days> | hours=<nr_hours> | yes',
    ],
    isAudited: true,
  },
  {
    name: 'resolve',
    description: 'Resolve a hostname',
    usage: ['client=<client-name> | storage=<storage-name> <host-name>'],
  },
  {
    name: 'run',
    description: 'Run a job',
    usage: [
      'job=<job-name> client=<client-name> fileset=<fileset-name>',
      'level=<level> storage=<storage-name> where=<directory-prefix>',
      'when=<universal-time-specification> pool=<pool-name>',
      'pluginoptions=<plugin-options-string> accurate=<yes|no>',
      'comment=<text> spooldata=<yes|no> priority=<number>',
      'jobid=<jobid> catalog=<catalog> migrationjob=<job-name>',
      'backupclient=<client-name> backupformat=<format>',
      'nextpool=<pool-name> since=<universal-time-specification>',
      'verifyjob=<job-name> migrationjob=<complete_name>',
      '[ yes ]',
    ],
    isAudited: true,
  },
  {
    name: 'status',
    description: 'Report status',
    usage: [
      'all | dir=<dir-name> | director | scheduler | schedule=<schedule-name> |',
      'client=<client-name> | storage=<storage-name> [slots] | days=<nr_days> | job=<job-name> |',
      'configuration',
    ],
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'setbandwidth',
    description: 'Sets bandwidth',
    usage: [
      '[ client=<client-name> | storage=<storage-name> | jobid=<jobid> |',
      'job=<job-name> | ujobid=<unique-jobid> state=<job_state> | all ] limit=<nn-kbs> [ yes ]',
    ],
    isAudited: true,
  },
  {
    name: 'setdebug',
    description: 'Sets debug level',
    usage: [
      'level=<nn> trace=0/1 timestamp=0/1 client=<client-name> | dir |',
      'storage=<storage-name> | all',
    ],
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'setdevice',
    description: 'Sets device parameter',
    usage: ['storage=<storage-name> device=<device-name> autoselect=<bool>'],
    isAudited: true,
    isAbsent: true,
  },
  {
    name: 'setip',
    description: 'Sets new client address -- if authorized',
    usage: [],
    isAudited: true,
    isAbsent: true,
  },
  {
    name: 'show',
    description: 'Show resource records',
    usage: [
      'catalog=<catalog-name> | client=<client-name> | console=<console-name> |',
      'director=<director-name> | fileset=<fileset-name> | jobdefs=<job-defaults> |',
      'job=<job-name> | message=<message-resource-name> | pool=<pool-name> |',
      'profile=<profile-name> | schedule=<schedule-name> | storage=<storage-name> |',
      'catalogs | clients | consoles | directors | filesets | jobdefs | jobs | messages |',
      'pools | profiles | schedules | storages | disabled [ clients | jobs | schedules ] |',
      'all',
    ],
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'sqlquery',
    description: 'Use SQL to query catalog',
    usage: [],
    isAudited: true,
  },
  { name: 'time', description: 'Print current time', usage: [], inRunScript: true },
  {
    name: 'trace',
    description: 'Turn on/off trace to file',
    usage: ['on | off'],
    inRunScript: true,
    isAudited: true,
  },
  {
    name: 'truncate',
    description: 'Truncate purged volumes',
    usage: [
      'volstatus=Purged [storage=<storage>] [pool=<pool>] [volume=<volume>]',
      '[drive=<drivenum>] [yes]',
    ],
    inRunScript: true,
    isAudited: true,
  },
  { name: 'unmount', description: 'Unmount storage', usage: UNMOUNT_USAGE, isAudited: true },
  {
    name: 'umount',
    description: 'Umount - for old-time Unix guys, see unmount',
    usage: UNMOUNT_USAGE,
    isAudited: true,
  },
  {
    name: 'update',
    description: 'Update volume, pool, slots, job or statistics',
    usage: [
      'volume=<volume-name> [volstatus=<status>] [volretention=<time-def>]',
      '  [voluse=<time-def>] [maxvoljobs=<nb>] [maxvolfiles=<nb>] [maxvolbytes=<size>]',
      '  [recycle=<yes/no>] [enabled=<yes/no>] [slot=<number>] [inchanger=<yes/no>]',
      '  [pool=<pool-name>] [frompool] | allfrompool=<pool-name> | allfrompools |',
      'pool=<pool-name> | slots [storage=<storage-name>] | stats [days=<number>] | jobid=<jobid> [jobname=<name>] [starttime=<time-def>]',
      '  [client=<client-name>] [filesetid=<fileset-id>] [jobtype=<job-type>]',
    ],
    inRunScript: true,
    isAudited: true,
    changesVolumes: true,
  },
  { name: 'use', description: 'Use specific catalog', usage: ['catalog=<catalog>'] },
  {
    name: 'var',
    description: 'Does variable expansion',
    usage: ['[job=<job-name>] <label-format>'],
  },
  { name: 'version', description: 'Print Director version', usage: [], inRunScript: true },
  {
    name: 'wait',
    description: 'Wait until no jobs are running',
    usage: ['jobname=<name> | jobid=<jobid> | ujobid=<complete_name> [timeout=<number>]'],
  },
  {
    name: 'whoami',
    description: 'Print the user name associated with this console',
    usage: [],
    inRunScript: true,
  },
]

/** The row that a typed word means: the first one that begins with it, in the order of the table. */
export function findCommand(typed: string): CommandRow | undefined {
  const word = typed.toLowerCase()
  if (word === '') return undefined
  const table = word.startsWith('.') ? DOT_COMMANDS : COMMANDS
  return (
    table.find((row) => row.name === word) ??
    table.find((row) => row.name !== '.' && row.name.startsWith(word))
  )
}

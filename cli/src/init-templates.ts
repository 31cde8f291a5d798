// The files of a one-host configuration, as text in the Bareos language.

/** What the templates need to know. Secrets are clear-text passwords for the files themselves. */
export interface InitFacts {
  readonly directory: string
  readonly portBase: number
  readonly host: string
  readonly secrets: {
    readonly console: string
    readonly storage: string
    readonly filed: string
  }
}

/** Path below the directory and content of every file that `coffer init` writes. */
export function initFiles(facts: InitFacts): ReadonlyMap<string, string> {
  return new Map([
    ...directorFiles(facts),
    ...directorJobFiles(facts),
    ...poolFiles(),
    ...storageFiles(facts),
    ...filedFiles(facts),
    ['console.conf', consoleFile(facts)],
  ])
}

function directorFiles(facts: InitFacts): [string, string][] {
  const { directory, portBase, secrets } = facts
  return [
    [
      'director.d/director/coffer-dir.conf',
      `Director {
  Name = coffer-dir
  Address = localhost
  Port = ${String(portBase)}
  Password = "${secrets.console}"          # of the default console
  Messages = Daemon
  Working Directory = "${directory}/state/director"
  Maximum Concurrent Jobs = 10
}
`,
    ],
    [
      'director.d/catalog/MyCatalog.conf',
      `# With nothing but a name, the Director keeps its own PostgreSQL below its working directory.
# For an external server, name it: DB Address, DB Port, DB Name, DB User, DB Password.
Catalog {
  Name = MyCatalog
}
`,
    ],
    [
      'director.d/client/coffer-fd.conf',
      `Client {
  Name = coffer-fd
  Address = localhost
  Port = ${String(portBase + 1)}
  Password = "${secrets.filed}"
}
`,
    ],
    [
      'director.d/storage/File.conf',
      `Storage {
  Name = File
  Address = localhost                      # must be reachable from the clients as well
  Port = ${String(portBase + 2)}
  Password = "${secrets.storage}"
  Device = FileStorage
  Media Type = File
  Maximum Concurrent Jobs = 10
}
`,
    ],
    [
      'director.d/messages/Standard.conf',
      `Messages {
  Name = Standard
  Description = "What Jobs say"
  console = all, !skipped, !saved, !audit
  append = "${directory}/state/director/coffer.log" = all, !skipped, !saved, !audit
  catalog = all, !skipped, !saved, !audit
}
`,
    ],
    [
      'director.d/messages/Daemon.conf',
      `Messages {
  Name = Daemon
  Description = "What the Director says outside of Jobs"
  console = all, !skipped, !saved, !audit
  append = "${directory}/state/director/coffer.log" = all, !skipped, !audit
}
`,
    ],
    [
      'director.d/profile/operator.conf',
      `Profile {
  Name = operator
  Command ACL = !.bvfs_clear_cache, !.exit, !configure, !purge, !sqlquery, *all*
  Catalog ACL = *all*
  Client ACL = *all*
  FileSet ACL = *all*
  Job ACL = *all*
  Plugin Options ACL = *all*
  Pool ACL = *all*
  Schedule ACL = *all*
  Storage ACL = *all*
  Where ACL = *all*
}
`,
    ],
  ]
}

function directorJobFiles({ directory, host }: InitFacts): [string, string][] {
  return [
    [
      'director.d/jobdefs/DefaultJob.conf',
      `JobDefs {
  Name = DefaultJob
  Type = Backup
  Level = Incremental
  Client = coffer-fd
  FileSet = SelfTest
  Schedule = WeeklyCycle
  Storage = File
  Messages = Standard
  Pool = Incremental
  Priority = 10
  Write Bootstrap = "${directory}/state/director/%c.bsr"
  Full Backup Pool = Full
  Differential Backup Pool = Differential
  Incremental Backup Pool = Incremental
}
`,
    ],
    [
      'director.d/job/backup-coffer-fd.conf',
      `# ${host}: change the FileSet to LinuxAll to protect the whole host.
Job {
  Name = backup-coffer-fd
  JobDefs = DefaultJob
  Client = coffer-fd
}
`,
    ],
    [
      'director.d/job/BackupCatalog.conf',
      `# Runs after the nightly Jobs (its priority is lower). The Director writes the dump itself before the Job starts.
Job {
  Name = BackupCatalog
  Description = "The Catalog, as a dump that coffer can load"
  JobDefs = DefaultJob
  Level = Full
  FileSet = Catalog
  Schedule = WeeklyCycleAfterBackup
  Run Before Job = "coffer catalog dump -c ${directory} ${directory}/state/director/catalog.dump"
  Write Bootstrap = "${directory}/state/director/BackupCatalog.bsr"
  Priority = 11
}
`,
    ],
    [
      'director.d/job/RestoreFiles.conf',
      `# The prototype of every restore; the restore command fills it in.
Job {
  Name = RestoreFiles
  Description = "Standard Restore template"
  Type = Restore
  Client = coffer-fd
  FileSet = SelfTest
  Storage = File
  Pool = Incremental
  Messages = Standard
  Where = "${directory}/restored"
}
`,
    ],
    [
      'director.d/fileset/SelfTest.conf',
      `FileSet {
  Name = SelfTest
  Description = "A small FileSet to begin with"
  Include {
    Options {
      Signature = XXH128
    }
    File = /usr/sbin
  }
}
`,
    ],
    [
      'director.d/fileset/Catalog.conf',
      `FileSet {
  Name = Catalog
  Description = "The Catalog dump and this configuration"
  Include {
    Options {
      Signature = XXH128
    }
    File = "${directory}/state/director/catalog.dump"
    File = "${directory}/director.d"
  }
}
`,
    ],
    [
      'director.d/fileset/LinuxAll.conf',
      `FileSet {
  Name = LinuxAll
  Description = "All of a Linux host, except what is no data"
  Include {
    Options {
      Signature = XXH128
      One FS = no
      FS Type = btrfs
      FS Type = ext2
      FS Type = ext3
      FS Type = ext4
      FS Type = xfs
      FS Type = zfs
    }
    File = /
  }
  Exclude {
    File = "${directory}/state"
    File = "${directory}/volumes"
    File = /proc
    File = /tmp
    File = /var/tmp
    File = /.journal
    File = /.fsck
  }
}
`,
    ],
    [
      'director.d/schedule/WeeklyCycle.conf',
      `Schedule {
  Name = WeeklyCycle
  Run = Full 1st sat at 21:00
  Run = Differential 2nd-5th sat at 21:00
  Run = Incremental mon-fri at 21:00
}
`,
    ],
    [
      'director.d/schedule/WeeklyCycleAfterBackup.conf',
      `Schedule {
  Name = WeeklyCycleAfterBackup
  Run = Full mon-sat at 21:10
}
`,
    ],
  ]
}

const POOLS = [
  { name: 'Full', retention: '365 days', maxBytes: '50 g' },
  { name: 'Differential', retention: '90 days', maxBytes: '10 g' },
  { name: 'Incremental', retention: '30 days', maxBytes: '1 g' },
] as const

function poolFiles(): [string, string][] {
  const written = POOLS.map(({ name, retention, maxBytes }): [string, string] => [
    `director.d/pool/${name}.conf`,
    `Pool {
  Name = ${name}
  Pool Type = Backup
  Recycle = yes
  Auto Prune = yes
  Volume Retention = ${retention}
  Maximum Volume Bytes = ${maxBytes}
  Maximum Volumes = 100
  Label Format = "${name}-"
}
`,
  ])
  return [
    ...written,
    ['director.d/pool/Scratch.conf', 'Pool {\n  Name = Scratch\n  Pool Type = Scratch\n}\n'],
  ]
}

function storageFiles({ directory, portBase, secrets }: InitFacts): [string, string][] {
  return [
    [
      'storage.d/storage/coffer-sd.conf',
      `Storage {
  Name = coffer-sd
  Address = localhost
  Port = ${String(portBase + 2)}
  Working Directory = "${directory}/state/storage"
  Maximum Concurrent Jobs = 20
}
`,
    ],
    [
      'storage.d/director/coffer-dir.conf',
      `Director {
  Name = coffer-dir
  Password = "${secrets.storage}"
}
`,
    ],
    [
      'storage.d/device/FileStorage.conf',
      `Device {
  Name = FileStorage
  Media Type = File
  Archive Device = "${directory}/volumes"
  Label Media = yes
  Random Access = yes
  Automatic Mount = yes
  Removable Media = no
  Always Open = no
  Maximum Concurrent Jobs = 10
}
`,
    ],
    ['storage.d/messages/Standard.conf', messagesToDirector('all')],
  ]
}

function filedFiles({ directory, portBase, secrets }: InitFacts): [string, string][] {
  return [
    [
      'filed.d/client/coffer-fd.conf',
      `Client {
  Name = coffer-fd
  Address = localhost
  Port = ${String(portBase + 1)}
  Working Directory = "${directory}/state/filed"
  Maximum Concurrent Jobs = 20
}
`,
    ],
    [
      'filed.d/director/coffer-dir.conf',
      `Director {
  Name = coffer-dir
  Password = "${secrets.filed}"
}
`,
    ],
    ['filed.d/messages/Standard.conf', messagesToDirector('all, !skipped, !restored')],
  ]
}

function messagesToDirector(types: string): string {
  return `Messages {
  Name = Standard
  Director = coffer-dir = ${types}
}
`
}

function consoleFile({ portBase, secrets }: InitFacts): string {
  return `Director {
  Name = coffer-dir
  Address = localhost
  Port = ${String(portBase)}
  Password = "${secrets.console}"
}
`
}

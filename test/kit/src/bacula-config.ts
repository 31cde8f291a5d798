// The configuration files of a Bacula on one host, as text.

/** A backup Job of Bacula and what its FileSet says. */
export interface BaculaJob {
  readonly name: string
  /** Jobs with the same Pool share Volumes; its own name when not given. */
  readonly pool?: string
  readonly signature?: 'MD5' | 'SHA1' | 'SHA256' | 'SHA512'
  readonly compression?: 'GZIP' | 'GZIP1' | 'GZIP9' | 'LZO'
  readonly sparse?: boolean
  /** A Volume is full at this size, and the next one begins. */
  readonly maximumVolumeBytes?: number
  /** Slows the Job down, so that another one can run beside it. Counts what travels, which Bacula compresses. */
  readonly bytesPerSecond?: number
  /** The directory to back up; that of the host when not given. */
  readonly tree?: string
  /** Every Job begins a Volume of its own. */
  readonly ownVolume?: boolean
}

/** PEM files with which all parts speak TLS. */
export interface BaculaTls {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** A database with Bacula's tables on a PostgreSQL; without one, SQLite in the Director's working directory. */
export interface BaculaDatabase {
  readonly socketDirectory: string
  readonly user: string
  readonly name: string
}

export interface BaculaHost {
  readonly path: string
  /** The directory to back up. */
  readonly tree: string
  readonly directorPort: number
  readonly filedPort: number
  readonly storagePort: number
  readonly tls?: BaculaTls
  readonly database?: BaculaDatabase
}

export const BACULA_DEVICE = 'FileStorage'

/** The password of everything: all of it listens on loopback and dies with the test. */
const PASSWORD = 'of-two-programs-on-test'

/** The directives of a resource; a value that is a block itself nests. */
interface Block {
  readonly [name: string]: string | number | Block
}

function resource(kind: string, block: Block, indent = ''): string {
  const deeper = `${indent}  `
  const lines = Object.entries(block).map(([name, value]) => {
    if (typeof value === 'object') return resource(name, value, deeper)
    return `${deeper}${name} = ${quoteIfNeeded(value)}\n`
  })
  return `${indent}${kind} {\n${lines.join('')}${indent}}\n`
}

// Bacula wants paths quoted, and addresses and lists of message types not.
function quoteIfNeeded(value: string | number): string {
  const text = String(value)
  return text === '' || text.startsWith('/') ? `"${text}"` : text
}

// The name that the certificate must have.
const ADDRESS = 'localhost'
const MAXIMUM_JOBS = 30

function tlsOf({ tls }: BaculaHost): Block {
  if (tls === undefined) return {}
  return {
    'TLS Enable': 'yes',
    'TLS Require': 'yes',
    'TLS CA Certificate File': tls.ca,
    'TLS Certificate': tls.certificate,
    'TLS Key': tls.key,
  }
}

function databaseOf({ database }: BaculaHost): Block {
  if (database === undefined) return { 'DB Name': 'catalog', User: '', Password: '' }
  return {
    'DB Name': database.name,
    // Its PostgreSQL driver takes the directory of a socket for an address, and no "DB Socket".
    'DB Address': database.socketDirectory,
    User: database.user,
    Password: '',
  }
}

export function directorText(host: BaculaHost, jobs: readonly BaculaJob[]): string {
  const pools = new Map(jobs.map((job) => [poolOf(job), job]))
  return [
    ...directorFrame(host),
    ...[...pools].map(([name, job]) => pool(name, job)),
    ...jobs.flatMap((job) => backupJob(host, job)),
    ...restoreJob(host),
  ].join('')
}

function poolOf(job: BaculaJob): string {
  return job.pool ?? job.name
}

function directorFrame(host: BaculaHost): string[] {
  return [
    resource('Director', {
      Name: 'peer-dir',
      DirAddress: '127.0.0.1',
      DirPort: host.directorPort,
      'Working Directory': `${host.path}/director`,
      'Pid Directory': `${host.path}/director`,
      'Query File': '/dev/null',
      'Maximum Concurrent Jobs': MAXIMUM_JOBS,
      Password: PASSWORD,
      Messages: 'Standard',
      ...tlsOf(host),
    }),
    resource('Catalog', { Name: 'Catalog', ...databaseOf(host) }),
    resource('Messages', { Name: 'Standard', Console: 'all, !skipped, !saved' }),
    resource('Client', {
      Name: 'peer-fd',
      Address: ADDRESS,
      'FD Port': host.filedPort,
      Catalog: 'Catalog',
      Password: PASSWORD,
      'Auto Prune': 'no',
      'Maximum Concurrent Jobs': MAXIMUM_JOBS,
      ...tlsOf(host),
    }),
    resource('Storage', {
      Name: 'File',
      Address: ADDRESS,
      'SD Port': host.storagePort,
      Device: BACULA_DEVICE,
      'Media Type': 'File',
      Password: PASSWORD,
      'Maximum Concurrent Jobs': MAXIMUM_JOBS,
      ...tlsOf(host),
    }),
  ]
}

function pool(
  name: string,
  { maximumVolumeBytes, ownVolume }: Pick<BaculaJob, 'maximumVolumeBytes' | 'ownVolume'>,
): string {
  return resource('Pool', {
    Name: name,
    'Pool Type': 'Backup',
    'Label Format': `${name}-`,
    'Auto Prune': 'no',
    Recycle: 'no',
    ...(maximumVolumeBytes === undefined ? {} : { 'Maximum Volume Bytes': maximumVolumeBytes }),
    ...(ownVolume === true ? { 'Maximum Volume Jobs': 1 } : {}),
  })
}

const COMMON_OF_JOBS = { Client: 'peer-fd', Storage: 'File', Messages: 'Standard' } as const

function backupJob(host: BaculaHost, job: BaculaJob): string[] {
  const options = {
    'ACL Support': 'yes',
    'XAttr Support': 'yes',
    ...(job.signature === undefined ? {} : { Signature: job.signature }),
    ...(job.compression === undefined ? {} : { Compression: job.compression }),
    ...(job.sparse === undefined ? {} : { Sparse: job.sparse ? 'yes' : 'no' }),
  }
  return [
    resource('FileSet', {
      Name: job.name,
      Include: { Options: options, File: job.tree ?? host.tree },
    }),
    resource('Job', {
      Name: job.name,
      Type: 'Backup',
      Level: 'Full',
      FileSet: job.name,
      Pool: poolOf(job),
      'Maximum Concurrent Jobs': MAXIMUM_JOBS,
      ...(job.bytesPerSecond === undefined
        ? {}
        : { 'Maximum Bandwidth': `${String(job.bytesPerSecond / 1000)}kb/s` }),
      ...COMMON_OF_JOBS,
    }),
  ]
}

function restoreJob(host: BaculaHost): string[] {
  return [
    resource('FileSet', { Name: 'restore', Include: { File: '/dev/null' } }),
    pool('restore', {}),
    resource('Job', {
      Name: 'restore',
      Type: 'Restore',
      FileSet: 'restore',
      Pool: 'restore',
      Where: `${host.path}/restored`,
      ...COMMON_OF_JOBS,
    }),
  ]
}

export function storageText(host: BaculaHost): string {
  return [
    resource('Storage', {
      Name: 'peer-sd',
      'SD Address': '127.0.0.1',
      'SD Port': host.storagePort,
      'Working Directory': `${host.path}/storage`,
      'Pid Directory': `${host.path}/storage`,
      'Maximum Concurrent Jobs': MAXIMUM_JOBS,
      ...tlsOf(host),
    }),
    resource('Director', { Name: 'peer-dir', Password: PASSWORD, ...tlsOf(host) }),
    baculaDevice(`${host.path}/volumes`),
    messagesToDirector(),
  ].join('')
}

/** What Bacula's tools need to read Volumes in a directory of somebody else. */
export function toolsText(workingDirectory: string, volumeDirectory: string): string {
  return [
    resource('Storage', {
      Name: 'peer-tools',
      'Working Directory': workingDirectory,
      'Pid Directory': workingDirectory,
    }),
    resource('Director', { Name: 'peer-dir', Password: PASSWORD }),
    baculaDevice(volumeDirectory),
    messagesToDirector(),
  ].join('')
}

function baculaDevice(directory: string): string {
  return resource('Device', {
    Name: BACULA_DEVICE,
    'Media Type': 'File',
    'Archive Device': directory,
    'Label Media': 'yes',
    'Random Access': 'yes',
    'Automatic Mount': 'yes',
    'Removable Media': 'no',
    'Always Open': 'no',
    'Maximum Concurrent Jobs': MAXIMUM_JOBS,
  })
}

function messagesToDirector(): string {
  return resource('Messages', { Name: 'Standard', Director: 'peer-dir = all' })
}

export function filedText(host: BaculaHost): string {
  return [
    resource('FileDaemon', {
      Name: 'peer-fd',
      'FD Address': '127.0.0.1',
      'FD Port': host.filedPort,
      'Working Directory': `${host.path}/filed`,
      'Pid Directory': `${host.path}/filed`,
      'Maximum Concurrent Jobs': MAXIMUM_JOBS,
      ...tlsOf(host),
    }),
    resource('Director', { Name: 'peer-dir', Password: PASSWORD, ...tlsOf(host) }),
    messagesToDirector(),
  ].join('')
}

export function consoleText(host: BaculaHost): string {
  return [
    resource('Director', {
      Name: 'peer-dir',
      Address: ADDRESS,
      'DIR Port': host.directorPort,
      Password: PASSWORD,
      ...tlsOf(host),
    }),
  ].join('')
}

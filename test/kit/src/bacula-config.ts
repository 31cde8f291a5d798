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
}

export interface BaculaHost {
  readonly path: string
  /** The directory to back up. */
  readonly tree: string
  readonly directorPort: number
  readonly filedPort: number
  readonly storagePort: number
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

export function directorText(host: BaculaHost, jobs: readonly BaculaJob[]): string {
  const pools = new Map(jobs.map((job) => [poolOf(job), job.maximumVolumeBytes]))
  return [
    ...directorFrame(host),
    ...[...pools].map(([name, maximumBytes]) => pool(name, maximumBytes)),
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
      'Maximum Concurrent Jobs': 10,
      Password: PASSWORD,
      Messages: 'Standard',
    }),
    resource('Catalog', { Name: 'Catalog', 'DB Name': 'catalog', User: '', Password: '' }),
    resource('Messages', { Name: 'Standard', Console: 'all, !skipped, !saved' }),
    resource('Client', {
      Name: 'peer-fd',
      Address: '127.0.0.1',
      'FD Port': host.filedPort,
      Catalog: 'Catalog',
      Password: PASSWORD,
      'Auto Prune': 'no',
      'Maximum Concurrent Jobs': 10,
    }),
    resource('Storage', {
      Name: 'File',
      Address: '127.0.0.1',
      'SD Port': host.storagePort,
      Device: BACULA_DEVICE,
      'Media Type': 'File',
      Password: PASSWORD,
      'Maximum Concurrent Jobs': 10,
    }),
  ]
}

function pool(name: string, maximumVolumeBytes: number | undefined): string {
  return resource('Pool', {
    Name: name,
    'Pool Type': 'Backup',
    'Label Format': `${name}-`,
    'Auto Prune': 'no',
    Recycle: 'no',
    ...(maximumVolumeBytes === undefined ? {} : { 'Maximum Volume Bytes': maximumVolumeBytes }),
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
    resource('FileSet', { Name: job.name, Include: { Options: options, File: host.tree } }),
    resource('Job', {
      Name: job.name,
      Type: 'Backup',
      Level: 'Full',
      FileSet: job.name,
      Pool: poolOf(job),
      'Maximum Concurrent Jobs': 10,
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
    pool('restore', undefined),
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
      'Maximum Concurrent Jobs': 10,
    }),
    resource('Director', { Name: 'peer-dir', Password: PASSWORD }),
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
    'Maximum Concurrent Jobs': 10,
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
      'Maximum Concurrent Jobs': 10,
    }),
    resource('Director', { Name: 'peer-dir', Password: PASSWORD }),
    messagesToDirector(),
  ].join('')
}

export function consoleText(host: BaculaHost): string {
  return [
    resource('Director', {
      Name: 'peer-dir',
      Address: '127.0.0.1',
      'DIR Port': host.directorPort,
      Password: PASSWORD,
    }),
  ].join('')
}

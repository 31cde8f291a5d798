import { expect, test } from 'vitest'
import type { DaemonEnd } from './outcome.ts'
import {
  type BackupReport,
  backupReport,
  plainReport,
  type RestoreReport,
  restoreReport,
  terminationLine,
} from './report.ts'

const product = {
  version: '0.1.0',
  shortDate: '21Nov26',
  longDate: '21 November 2026',
  os: 'Debian GNU/Linux 12 (bookworm)',
  binary: 'Apache-2.0',
}

const end: DaemonEnd = {
  status: 'T',
  files: 22,
  bytes: 3_495_974,
  readBytes: 3_495_796,
  errors: 0,
  compressionPercent: 0,
  compression: '',
  encrypted: false,
}

const at = (second: number): number => new Date(2026, 10, 21, 2, 7, second).getTime()

const backup: BackupReport = {
  product,
  director: 'bench-dir',
  jobId: 27,
  job: 'md5.2026-11-21_02.07.39_40',
  status: 'T',
  level: 'F',
  upgradedFrom: undefined,
  sinceMs: 0,
  client: 'sample-fd',
  uname: '0.1.0 (21Nov26) Debian GNU/Linux 12 (bookworm),debian',
  fileset: 'md5',
  filesetCreatedMs: new Date(2026, 10, 21, 2, 5, 8).getTime(),
  pool: { name: 'md5', source: 'Job resource' },
  catalog: { name: 'Cat', source: 'Client resource' },
  storage: { name: 'File', source: 'Job resource' },
  scheduledMs: at(39),
  startMs: at(41) + 900,
  endMs: at(42) + 100,
  priority: 10,
  allowMixedPriority: false,
  accurate: false,
  filed: end,
  storageEnd: { ...end, bytes: 3_498_147 },
  volumes: ['md5-0050'],
  volSessionId: 24,
  volSessionTime: 1795226670,
  lastVolumeBytes: 3_501_374,
  trigger: 'User',
}

test('a backup', () => {
  expect(backupReport(backup)).toBe(`Coffer bench-dir 0.1.0 (21Nov26):
  OS Information:         Debian GNU/Linux 12 (bookworm)
  JobId:                  27
  Job:                    md5.2026-11-21_02.07.39_40
  Backup Level:           Full
  Client:                 "sample-fd" 0.1.0 (21Nov26) Debian GNU/Linux 12 (bookworm),debian
  FileSet:                "md5" 2026-11-21 02:05:08
  Pool:                   "md5" (From Job resource)
  Catalog:                "Cat" (From Client resource)
  Storage:                "File" (From Job resource)
  Scheduled time:         21-Nov-2026 02:07:39
  Start time:             21-Nov-2026 02:07:41
  End time:               21-Nov-2026 02:07:42
  Elapsed time:           1 sec
  Priority:               10
  Allow Mixed Priority:   no
  FD Files Written:       22
  SD Files Written:       22
  FD Bytes Read:          3,495,796 (3.495 MB)
  FD Bytes Written:       3,495,974 (3.495 MB)
  SD Bytes Written:       3,498,147 (3.498 MB)
  Rate:                   3496.0 KB/s
  Software Compression:   None
  VSS:                    no
  Encryption:             no
  Accurate:               no
  Volume name(s):         md5-0050
  Volume Session Id:      24
  Volume Session Time:    1795226670
  Last Volume Bytes:      3,501,374 (3.501 MB)
  Non-fatal FD errors:    0
  SD Errors:              0
  FD termination status:  OK
  SD termination status:  OK
  Coffer binary info:     Apache-2.0
  Job triggered by:       User
  Termination:            Backup OK
`)
})

function line(report: BackupReport, label: string): string | undefined {
  return backupReport(report)
    .split('\n')
    .find((text) => text.startsWith(`  ${label}:`))
    ?.slice(26)
}

test('a level with its moment, and one that was raised', () => {
  const sinceMs = new Date(2026, 7, 20, 21, 0, 0).getTime()
  expect(line({ ...backup, level: 'I', sinceMs }, 'Backup Level')).toBe(
    'Incremental, since=2026-08-20 21:00:00',
  )
  expect(line({ ...backup, upgradedFrom: 'I' }, 'Backup Level')).toBe(
    'Full (upgraded from Incremental)',
  )
  expect(line({ ...backup, level: 'f' }, 'Backup Level')).toBe('Virtual Full')
})

test('compression and several Volumes', () => {
  const filed = { ...end, compression: 'lz4', compressionPercent: 57.06 }
  expect(line({ ...backup, filed }, 'Software Compression')).toBe('57.1 % (lz4)')
  expect(line({ ...backup, volumes: ['A', 'B'] }, 'Volume name(s)')).toBe('A|B')
})

test('a Job that reached neither daemon', () => {
  const report = { ...backup, filed: undefined, storageEnd: undefined, volumes: [], status: 'A' }
  const text = backupReport({ ...report, endMs: backup.startMs, status: 'A' })
  expect(text).toContain('  FD termination status:  \n  SD termination status:  \n')
  expect(text).toContain('  Elapsed time:           0 secs\n')
  expect(text).toContain('  Rate:                   0.0 KB/s\n')
  expect(text).toContain('  FD Bytes Written:       0 (0 B)\n')
  expect(text).toContain('  Volume name(s):         \n')
  expect(text).toContain('  Termination:            Backup Canceled\n')
})

test('a restore', () => {
  const restore: RestoreReport = {
    ...backup,
    jobId: 30,
    job: 'RestoreFiles.2026-11-21_02.09.05_02',
    startMs: at(7),
    endMs: at(10),
    filesExpected: 22,
    filed: { ...end, bytes: 3_495_796 },
    storageEnd: end,
  }
  expect(restoreReport(restore)).toBe(`Coffer bench-dir 0.1.0 (21Nov26):
  OS Information:         Debian GNU/Linux 12 (bookworm)
  JobId:                  30
  Job:                    RestoreFiles.2026-11-21_02.09.05_02
  Restore Client:         "sample-fd" 0.1.0 (21Nov26) Debian GNU/Linux 12 (bookworm),debian
  Start time:             21-Nov-2026 02:07:07
  End time:               21-Nov-2026 02:07:10
  Elapsed time:           3 secs
  Files Expected:         22
  Files Restored:         22
  Bytes Restored:         3,495,796
  Rate:                   1165.3 KB/s
  FD Errors:              0
  FD termination status:  OK
  SD termination status:  OK
  Coffer binary info:     Apache-2.0
  Job triggered by:       User
  Termination:            Restore OK
`)
})

test('a Job without data', () => {
  expect(plainReport(backup, 'Admin')).toBe(`Coffer 0.1.0 (21Nov26): 21-Nov-2026 02:07:42
  JobId:                  27
  Job:                    md5.2026-11-21_02.07.39_40
  Scheduled time:         21-Nov-2026 02:07:39
  Start time:             21-Nov-2026 02:07:41
  End time:               21-Nov-2026 02:07:42
  Coffer binary info:     Apache-2.0
  Job triggered by:       User
  Termination:            Admin OK
`)
})

test.each([
  ['T', 'Backup OK'],
  ['W', 'Backup OK -- with warnings'],
  ['E', '*** Backup Error ***'],
  ['f', '*** Backup Error ***'],
  ['A', 'Backup Canceled'],
  ['I', 'Backup failed -- incomplete'],
  ['R', 'Inappropriate term code: R'],
] as const)('status %s ends as %s', (status, text) => {
  expect(terminationLine(status, 'Backup')).toBe(text)
})

import { describe, expect, it } from 'vitest'
import { copyReport, type CopyReport } from './transfer-report.ts'

const T0 = new Date(2026, 10, 21, 2, 0, 0).getTime()

const report: CopyReport = {
  product: {
    version: '0.1.0',
    shortDate: '21Nov26',
    longDate: '21 November 2026',
    os: 'Debian GNU/Linux 12 (bookworm)',
    binary: 'Coffer',
  },
  director: 'coffer-dir',
  jobId: 12,
  job: 'copy.2026-11-21_02.00.00_01',
  status: 'T',
  scheduledMs: T0,
  startMs: T0,
  endMs: T0 + 2000,
  trigger: 'Scheduler',
  word: 'Copying',
  copy: {
    original: { jobId: 3, job: 'etc.2026-11-20_21.00.00_04' },
    newJobId: 13,
    newJob: 'etc.2026-11-21_02.00.00_02',
    level: 'F',
    client: 'host-fd',
    fileset: 'Everything',
    readPool: { name: 'Full', source: 'Job resource' },
    readStorage: { name: 'File', source: 'Job resource' },
    nextPool: { name: 'Offsite', source: "Job's NextPool resource" },
  },
  catalog: { name: 'MyCatalog', source: 'Default catalog' },
  priority: 10,
  pool: { name: 'Offsite', source: "Job's NextPool resource" },
  storage: { name: 'Other', source: "Pool's NextPool resource" },
  storageEnd: {
    status: 'T',
    files: 1234,
    bytes: 2_000_000,
    readBytes: 0,
    errors: 0,
    compressionPercent: 0,
    compression: '',
    encrypted: false,
  },
  volumes: ['Offsite-0001'],
  volSessionId: 5,
  volSessionTime: 1_795_226_642,
  lastVolumeBytes: 2_100_000,
}

describe('the report of a copy', () => {
  it('names both Jobs and both places', () => {
    expect(copyReport(report)).toBe(`Coffer coffer-dir 0.1.0 (21Nov26):
  OS Information:         Debian GNU/Linux 12 (bookworm)
  Prev Backup JobId:      3
  Prev Backup Job:        etc.2026-11-20_21.00.00_04
  New Backup JobId:       13
  Current JobId:          12
  Current Job:            copy.2026-11-21_02.00.00_01
  Backup Level:           Full
  Client:                 host-fd
  FileSet:                "Everything"
  Read Pool:              "Full" (From Job resource)
  Read Storage:           "File" (From Job resource)
  Write Pool:             "Offsite" (From Job's NextPool resource)
  Write Storage:          "Other" (From Pool's NextPool resource)
  Next Pool:              "Offsite" (From Job's NextPool resource)
  Catalog:                "MyCatalog" (From Default catalog)
  Start time:             21-Nov-2026 02:00:00
  End time:               21-Nov-2026 02:00:02
  Elapsed time:           2 secs
  Priority:               10
  SD Files Written:       1,234
  SD Bytes Written:       2,000,000 (2.000 MB)
  Rate:                   1000.0 KB/s
  Volume name(s):         Offsite-0001
  Volume Session Id:      5
  Volume Session Time:    1795226642
  Last Volume Bytes:      2,100,000 (2.100 MB)
  SD Errors:              0
  SD termination status:  OK
  Coffer binary info:     Coffer
  Job triggered by:       Scheduler
  Termination:            Copying OK
`)
  })

  it('is short for the Job that chose', () => {
    const lines = copyReport({ ...report, copy: undefined, status: 'f', word: 'Migration' })
    expect(lines.split('\n').map((line) => line.slice(2, 24).trim())).toEqual([
      'ffer coffer-dir 0.1.0',
      'OS Information:',
      'Current JobId:',
      'Current Job:',
      'Catalog:',
      'Start time:',
      'End time:',
      'Elapsed time:',
      'Priority:',
      'Coffer binary info:',
      'Job triggered by:',
      'Termination:',
      '',
    ])
    expect(lines).toContain('*** Migration Error ***')
  })
})

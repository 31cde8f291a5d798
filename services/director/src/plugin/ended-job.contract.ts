// A Job for the tests of senders: due, 5 seconds later started, 10 seconds later ended well.
import type { EndedJob } from './ended-job.ts'

export const ENDED_JOB: EndedJob = {
  jobId: 7,
  job: 'nightly.2026-11-21_21.05.00_07',
  name: 'nightly',
  type: 'B',
  level: 'F',
  client: 'host-fd',
  pool: 'Full',
  storage: 'File',
  status: 'T',
  priority: 10,
  errors: 0,
  files: 5,
  bytes: 1_000,
  volumes: ['Full-0001'],
  queuedMs: Date.UTC(2026, 10, 21, 21, 5, 0),
  startMs: Date.UTC(2026, 10, 21, 21, 5, 5),
  endMs: Date.UTC(2026, 10, 21, 21, 5, 15),
}

// The table: what is measured, against whom, and what was promised.
import { catalogRow } from './catalog-row.ts'
import { fullRow, incrementalRow, restoreRow } from './data-rows.ts'
import { latencyRow, treeRow } from './console-rows.ts'
import type { Row } from './row.ts'

export const ROWS: readonly Row[] = [
  fullRow({ name: 'big', title: 'Full, no compression', tree: 'big', goalRatio: 0.35 }),
  fullRow({ name: 'small', title: 'Full', tree: 'small', goalRatio: 0.4 }),
  fullRow({ name: 'usr', title: 'Full of /usr', tree: 'usr', goalRatio: 0.45 }),
  fullRow({
    name: 'text',
    title: 'Full, compressed',
    tree: 'text',
    ours: 'ZSTD1',
    theirs: [
      { job: 'text-gzip', name: 'GZIP1', goalRatio: 0.25 },
      { job: 'text-lzo', name: 'LZO', goalRatio: 0.7 },
    ],
    compression: 'auto',
  }),
  incrementalRow,
  restoreRow({ name: 'restore-big', tree: 'big', goalRatio: 0.6 }),
  restoreRow({ name: 'restore-small', tree: 'small', goalRatio: 1 }),
  latencyRow({
    name: 'one-job',
    title: 'One-file Job, from "run … yes" to "OK"',
    jobs: 1,
    goalSeconds: 0.4,
  }),
  latencyRow({
    name: 'twenty-jobs',
    title: 'Twenty one-file Jobs at once',
    jobs: 20,
    goalSeconds: 1.2,
  }),
  treeRow,
  catalogRow,
]
